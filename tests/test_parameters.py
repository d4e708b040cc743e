"""The estimators' docstrings: numpydoc's sections, every parameter with its default, examples that
run."""

import doctest
import inspect
import re

import pytest

from dante_ref.estimators import DanteAutoencoder, DanteClassifier, DanteRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ALL = (DanteAutoencoder, DanteRegressor, DanteClassifier)
SECTIONS = ("Parameters", "Attributes", "Notes", "References", "Examples")


def section(kind, name):
    text = inspect.getdoc(kind)
    return re.search(rf"^{name}\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", text, re.M | re.S).group(1)


@pytest.mark.parametrize("kind", ALL)
def test_numpydoc_s_sections_come_in_order(kind):
    found = re.findall(r"^(\w+)\n(-+)$", inspect.getdoc(kind), re.M)
    assert [name for name, _ in found] == list(SECTIONS)
    assert all(len(name) == len(line) for name, line in found)
    assert "{" + "parameters}" not in kind.__doc__ and "{weights}" not in kind.fit.__doc__


@pytest.mark.parametrize("kind", ALL)
def test_every_parameter_is_documented_with_its_default(kind):
    told = dict(re.findall(r"^(\w+) : (.*)$", section(kind, "Parameters"), re.M))
    signature = inspect.signature(kind).parameters
    assert list(told) == list(signature)
    for name, parameter in signature.items():
        default = re.search(r"default=(.*)$", told[name])
        if default:  # fit_intercept's is each estimator's own
            value = eval(default.group(1))
            assert value == parameter.default, name
        else:
            assert name == "fit_intercept"


@pytest.mark.parametrize("kind", ALL)
def test_every_attribute_is_documented_and_there(kind):
    told = set(re.findall(r"^(\w+_) : ", section(kind, "Attributes"), re.M))
    X, y = [[0.0, 1.0], [1.0, 0.0], [0.5, 0.2], [0.1, 0.3]] * 5, [0, 1, 1, 0] * 5
    one = kind(3, max_iter=1, inner_iter=2, early_stopping=True, validation_fraction=0.3).fit(X, y)
    there = {name for name in vars(one) if name.endswith("_") and not name.startswith("_")}
    assert there | {"coefs_", "feature_names_in_"} == told


@pytest.mark.parametrize("kind", ALL)
def test_the_examples_run(kind):
    found = doctest.DocTestFinder(recurse=False).find(kind, kind.__name__, globs={})
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert sum(runner.run(test).attempted for test in found) >= 5
    assert runner.failures == 0
