"""What `import dante_ref` shows, and what it costs."""

import subprocess
import sys
from importlib.metadata import version

import pytest

import dante_ref

FIRST = {
    "DanteAutoencoder", "DanteClassifier", "DanteRegressor", "GLMFamily", "GeneralizedReLU",
    "Identity", "LayerFamily", "NoisyGLMFamily", "Sigmoid", "Tanh", "TwoLayerFamily", "dante",
    "search", "sngd",
}


def in_a_new_process(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_what_a_user_types_first_is_there():
    assert FIRST | {"__version__"} == set(dante_ref.__all__) <= set(dir(dante_ref))
    for name in FIRST:
        assert getattr(dante_ref, name).__name__ == name
    assert dante_ref.__version__ == version("dante_ref")
    names = {}
    exec("from dante_ref import *", names)
    assert names.keys() >= FIRST


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'dante_ref' has no attribute 'sgnd'"):
        _ = dante_ref.sgnd


def test_importing_it_is_light():
    loaded = in_a_new_process("import sys, dante_ref; dir(dante_ref); print(*sys.modules)").split()
    heavy = {"numpy", "scipy", "sklearn", "matplotlib", "pandas", "importlib.metadata"}
    assert not heavy & set(loaded)


def test_the_algorithms_need_no_estimators_and_no_plots():
    code = (
        "import sys, dante_ref as d; d.sngd, d.dante, d.GeneralizedReLU; print(*sys.modules)"
    )
    assert not {"sklearn", "matplotlib", "scipy.stats"} & set(in_a_new_process(code).split())


def test_listing_the_data_sets_needs_no_scikit_learn():
    code = "import sys; from dante_ref import cli; cli.main(['data', 'list']); print(*sys.modules)"
    said = in_a_new_process(code)
    assert "airfoil" in said and not {"sklearn", "matplotlib", "pandas"} & set(said.split())


def test_a_modules_name_never_takes_its_functions_place():
    """dante, sngd and search are functions, also where the modules of their names came first."""
    code = (
        "import dante_ref.algorithms.dante, dante_ref.algorithms.sngd, dante_ref.proofs.search\n"
        "from dante_ref import dante, sngd, search\n"
        "print([f.__name__ for f in (dante, sngd, search) if callable(f)])"
    )
    assert in_a_new_process(code) == "['dante', 'sngd', 'search']"
