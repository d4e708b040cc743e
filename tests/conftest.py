"""Hypothesis profiles: `ci` (default, the same examples every run), `thorough`, by choice, and
`mutation`, which mutmut uses.

    pytest --hypothesis-profile=thorough

The tests and the processes and kernels that they start run with one BLAS thread unless the
environment says otherwise: the matrices are small, and with two threads that wait for each other
the tests take twice as long. Set before NumPy is imported, as OpenBLAS reads it only then.

pytest-xdist hands out whole files (--dist loadfile). The longest come first, so that no process is
left alone with one at the end.

Where SIGINT is ignored (a shell's background job, some CI runners) Python and every process that it
starts would ignore Ctrl-C too: the tests press it, so it is as at a terminal. What else the
surroundings say to Python and its libraries (ODD) is set aside, and DANTE_REF_DATA is for the tests
that ask for `real_data`: the others reckon with stand-ins.
"""

import os
import signal
from urllib.error import URLError

import pytest
from hypothesis import HealthCheck, Phase, settings

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

ODD = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PYTHON_COLORS", "PYTHONWARNINGS",
       "PYTHONIOENCODING", "MPLBACKEND", "MPLCONFIGDIR", "MATPLOTLIBRC")
for name in ODD:
    os.environ.pop(name, None)
REAL_DATA = os.environ.pop("DANTE_REF_DATA", None)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(  # a mutant is killed by any failing example, the smallest isn't needed
    "mutation", parent=settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile("ci")

LONGEST = ("test_verify_command.py", "test_estimators.py")


def pytest_configure(config):
    if hasattr(config.option, "loadscopereorder"):  # pytest-xdist's own order is by count of tests
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture
def real_data(monkeypatch):
    """DANTE_REF_DATA as the surroundings have it, where MNIST is there."""
    from dante_ref import datasets

    if REAL_DATA is None or datasets.find("mnist", REAL_DATA) is None:
        pytest.skip("MNIST isn't here (DANTE_REF_DATA)")
    monkeypatch.setenv("DANTE_REF_DATA", REAL_DATA)


@pytest.fixture
def offline(monkeypatch):
    """No test asks the network; those that mean to put their own answer in its place."""
    from dante_ref.datasets import raw

    def refuse(**_):
        raise URLError("no network in tests")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", refuse)
    monkeypatch.delenv(raw.ENVIRONMENT, raising=False)


@pytest.fixture(scope="session")
def verified(tmp_path_factory):
    """The folder of one `verify` of all claims, with few instances: made once for all processes."""
    from dante_ref import cli

    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "verified"
    if not shared.exists():
        own = tmp_path_factory.mktemp("verify")
        search = ["--instances", "2000", "--generations", "5", "--seed", "1"]
        assert cli.main(["verify", *search, "--out", str(own)]) == 0
        if not shared.exists():  # another process may have been faster
            own.rename(shared)
    return shared
