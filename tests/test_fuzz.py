"""Fuzz: thousands of calls with values of any kind, none ending in a surprise. Slow.

A call ends in a result without NaN, or in an exception that its documentation names. NumPy's
RuntimeWarning of an overflow counts as a word said (`objectives`, the formulas of `theorems`). The
calls are counted, and the last test asserts how many there were. Draws are hypothesis's, the same
in every run.
"""

import argparse
import signal
import warnings
from collections import Counter
from contextlib import contextmanager

import pytest
from bad_values import Choice, Number, Seed, Whole, arrays, disturbed, floats, junk
from doors import CASES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_bad_input import DATA, ESTIMATORS, SHORT, TARGETS, answer, good, has_nan

from dante_ref.cli import main, make_parser
from dante_ref.exceptions import DanteError, DivergenceError, InputError
from dante_ref.theorems import CLAIMS

pytestmark = pytest.mark.slow

LEAST = {"functions": 5000, "estimators": 500, "parser": 1000, "commands": 60}
SECONDS = 20  # what takes longer hangs; all numbers here are small
CALLS: Counter = Counter()
ENDS: Counter = Counter()


def fuzz(examples):
    """So many examples, the same in every run."""
    return settings(
        max_examples=examples, derandomize=True, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much,
                               HealthCheck.data_too_large],
    )


@contextmanager
def in_time(what):
    """TimeoutError for a call that hangs."""
    def late(*_):
        raise TimeoutError(f"{what} takes more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def ends_well(kind, what, call, documented, nan_allowed=False):
    """Make and count one call; the result, or None where it was refused."""
    CALLS[kind] += 1
    with warnings.catch_warnings(record=True) as heard, in_time(what):
        warnings.simplefilter("always")
        try:
            result = call()
        except documented as error:
            assert str(error), f"{what}: {type(error).__name__} without a word"
            ENDS[f"{kind}: {type(error).__name__}"] += 1
            return None
    said = any(w.category is RuntimeWarning for w in heard)
    assert nan_allowed or said or not has_nan(result), f"{what} returned NaN without a word"
    ENDS[f"{kind}: result"] += 1
    return result


@pytest.mark.parametrize("name", CASES)
@fuzz(60)
@given(data=st.data())
def test_functions(name, data):
    """One or more arguments of any kind."""
    case = CASES[name]
    chosen = data.draw(st.sets(st.sampled_from(sorted(case.arguments)), min_size=1))
    values = good(case) | {a: data.draw(case.arguments[a].anything, label=a) for a in chosen}
    documented = (InputError, DivergenceError)
    if name in ("training.engine.Training", "training.mapped.samples"):
        documented += (OSError,)  # X may be a path
    ends_well("functions", f"{name}({values})"[:500], lambda: case.call(**values), documented,
              case.elementwise)


X_LIKE = st.one_of(disturbed(DATA), disturbed(DATA), disturbed(DATA), arrays, junk)
PARAMETERS = {
    "hidden_layer_sizes": st.one_of(Whole(2).anything, st.lists(st.integers(-1, 3), max_size=4)),
    "activation": Choice("tanh").anything, "output_activation": Choice("sigmoid").anything,
    "schedule": st.one_of(st.sampled_from(["greedy_pairs", "round_robin", "dante", "backprop"]),
                          junk),
    "rule": st.one_of(st.sampled_from(["sgd", "momentum", "adagrad", "rmsprop", "adam"]), junk),
    "normalise": st.one_of(st.sampled_from(["matrix", "columns", None]), junk),
    "fit_intercept": st.one_of(st.booleans(), junk),
    "warm_start": st.one_of(st.booleans(), junk),
    "early_stopping": st.one_of(st.booleans(), junk),
    "eta": Number(0.1).anything, "batch_size": Whole(2).anything,
    "inner_iter": Whole(2).anything, "tol": Number(0.1).anything,
    "n_iter_no_change": Whole(2).anything, "random_state": Seed().anything,
    "validation_fraction": Number(0.3).anything,
}


@pytest.mark.parametrize("kind", ESTIMATORS)
@fuzz(250)
@given(data=st.data())
def test_estimators(kind, data):
    """Any parameters or data in fit; then any data in the answer and the score."""
    parameters = dict(SHORT)
    for name in data.draw(st.sets(st.sampled_from(sorted(PARAMETERS)), max_size=3)):
        parameters[name] = data.draw(PARAMETERS[name], label=name)
    X = DATA if parameters != SHORT else data.draw(X_LIKE, label="X")
    y = TARGETS[kind]
    if y is not None and data.draw(st.integers(0, 3)) == 0:
        y = data.draw(st.one_of(disturbed(y), arrays, junk), label="y")
    documented = (ValueError, TypeError, DivergenceError)  # ValueError: InputError and sklearn's
    model = kind(**parameters)
    if ends_well("estimators", f"{kind.__name__}.fit", lambda: model.fit(X, y), documented) is None:
        return
    more = data.draw(X_LIKE, label="more")
    ends_well("estimators", f"{kind.__name__}'s answer", lambda: answer(model, more), documented)


def parsers():
    """Each subcommand's parser, by name."""
    sub, = (a for a in make_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return sub.choices


WORDS = st.one_of(
    st.sampled_from(sorted({o for p in parsers().values() for a in p._actions
                            for o in a.option_strings})),
    st.sampled_from(["list", "check", "fetch", "table1", "all", *CLAIMS]),
    st.integers().map(str), floats.map(str), st.text(max_size=6),
)


@fuzz(1200)
@given(words=st.lists(WORDS, max_size=6), command=st.sampled_from([*parsers(), ""]))
def test_the_parser(words, command):
    """A namespace with something to run, or argparse's exit: 0 for --help, 2 for all else."""
    argv = [command, *words] if command else words
    with in_time(argv):
        CALLS["parser"] += 1
        try:
            args = make_parser().parse_args(argv)
        except SystemExit as stop:
            assert stop.code in (0, 2), argv
            ENDS["parser: exit"] += 1
        else:
            assert callable(args.run)
            ENDS["parser: namespace"] += 1


SMALL = ["train", "--iterations", "4", "--inner-iterations", "1", "--hidden", "2", "--every", "4"]
ONE_OPTION = st.one_of(
    st.tuples(st.sampled_from(["--slopes", "--eta", "--lr", "--eps", "--test-fraction"]),
              floats.map(repr)),
    st.tuples(st.sampled_from(["--hidden", "--iterations", "--inner-iterations", "--batch-size",
                               "--least-alternations", "--every", "--seed"]),
              st.integers(-2, 9).map(str)),
    st.tuples(st.sampled_from(["--activation", "--scale", "--iterate", "--schedule", "--rule"]),
              st.sampled_from(["tanh", "sigmoid", "none", "all", "best", "dante", "backprop",
                               "round_robin", "adam", "x"])),
    st.tuples(st.just("--data"), st.sampled_from(["/no/such.npy", "/", "x.csv"])),
)


@fuzz(80)
@given(options=st.lists(ONE_OPTION, max_size=3))
def test_the_train_command(options, tmp_path_factory):
    """Exit code 0 or 2 whatever the options; tiny runs."""
    folder = tmp_path_factory.mktemp("fuzz")
    argv = [*SMALL, "--out", str(folder), *(f"{name}={value}" for name, value in options)]
    CALLS["commands"] += 1
    with in_time(argv):
        try:
            code = main(argv)
        except SystemExit as stop:
            code = stop.code
    assert code in (0, 2), argv
    ENDS[f"commands: {code}"] += 1


def test_so_many_calls_were_made():
    """Last of the module: the counts are those of the tests above, which must all have run."""
    print(dict(CALLS), dict(ENDS))
    assert sum(CALLS.values()) >= 5000
    for kind, least in LEAST.items():
        assert CALLS[kind] >= least, f"{CALLS[kind]} calls of {kind}"
    for kind in LEAST:
        assert len([end for end in ENDS if end.startswith(kind)]) > 1, "refused and not refused"
    assert issubclass(InputError, DanteError)
