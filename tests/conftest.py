"""Hypothesis profiles: `ci` (default, the same examples every run), `thorough`, by choice, and
`mutation`, which mutmut uses.

    pytest --hypothesis-profile=thorough

The tests and the processes and kernels that they start run with one BLAS thread unless the
environment says otherwise: the matrices are small, and with two threads that wait for each other
the tests take twice as long. Set before NumPy is imported, as OpenBLAS reads it only then.

Where SIGINT is ignored (a shell's background job, some CI runners) Python and every process that it
starts would ignore Ctrl-C too: the tests press it, so it is as at a terminal.
"""

import os
import signal

from hypothesis import HealthCheck, Phase, settings

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

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
