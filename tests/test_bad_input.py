"""Bad input, as a table: every door refuses it by name, and what is equal gives equal results.

`doors.CASES` has the functions, `bad_values` what is tried on each argument. Estimators, files and
commands have tables of their own below. Elsewhere: interruptions, kills at random moments, full
disks, forged and compressed checkpoints in `test_faults`; bad data files and pickles for `train`
in `test_train_command`; damaged data sets in `test_datasets`; more on the estimators, and
scikit-learn's own checks, in `test_estimators`.
"""

import argparse
import importlib
import inspect
import json
import os
import pickle
import pkgutil
import re
import warnings
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas
import pytest
import scipy.sparse
from bad_values import Array, Number
from doors import CASES, EXEMPT, PLACES

import dante_ref
from dante_ref.activations import GeneralizedReLU
from dante_ref.cli import main, make_parser
from dante_ref.commands import COMMANDS
from dante_ref.datasets import tables
from dante_ref.estimators import DanteAutoencoder, DanteClassifier, DanteRegressor
from dante_ref.exceptions import AssumptionError, DivergenceError, InputError
from dante_ref.proofs.exact import rational
from dante_ref.training import checkpoint, mapped
from dante_ref.training.engine import Training
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD
from dante_ref.training.run import Run, Runs, errors
from dante_ref.training.schedules import Backprop, Dante


def leaves(result):
    """All numbers of a result: of tuples, lists, dicts and arrays."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        for part in result:
            yield from leaves(part)
    elif np.asarray(result).dtype.kind in "fiub":
        yield np.asarray(result, float)


def has_nan(result):
    return any(np.isnan(part).any() for part in leaves(result))


def good(case):
    return {name: kind.good for name, kind in case.arguments.items()}


def bound(case):
    """The letters of axes that two arguments of the case have."""
    letters = Counter(
        letter for kind in case.arguments.values() if isinstance(kind, Array)
        for letter in set(kind.axes)
    )
    return {letter for letter, times in letters.items() if times > 1}


# Completeness


def modules():
    for found in pkgutil.walk_packages(dante_ref.__path__, "dante_ref."):
        if not found.name.endswith("__main__"):
            yield found.name.removeprefix("dante_ref."), importlib.import_module(found.name)


def test_every_module_has_a_place():
    placed = Counter(name for names in PLACES.values() for name in names)
    assert not [name for name, times in placed.items() if times > 1]
    names = {name for name, _ in modules()}
    rooms = {place.removesuffix("*") for place in placed if place.endswith("*")}
    assert placed.keys() - {f"{room}*" for room in rooms} <= names, "no such module any more"
    assert all(name in placed or name.startswith(tuple(rooms)) for name in names), "no place yet"


def test_every_public_function_and_class_of_a_door_has_a_case_or_a_reason():
    public = {
        f"{name}.{attribute}" for name, module in modules() if name in PLACES["door"]
        for attribute, value in vars(module).items()
        if not attribute.startswith("_") and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    }
    assert public - CASES.keys() - EXEMPT.keys() == set(), "give these a case in doors.py"
    assert EXEMPT.keys() - public == set(), "no such function any more"
    def there(name):
        """Whether it is a function, a class or a class's method of the package."""
        of, _, last = name.rpartition(".")
        return name in public or of in public or hasattr(dict(modules()).get(of), last)

    assert all(there(name) for name in CASES), "a case of something that isn't there"


def test_modules_said_to_have_no_functions_have_none():
    for name, module in modules():
        if name in PLACES["no functions"]:
            assert not [
                attribute for attribute, value in vars(module).items()
                if not attribute.startswith("_") and inspect.isfunction(value)
                and value.__module__ == module.__name__
            ], name


# The table


@pytest.mark.parametrize("name", CASES)
def test_bad_values_are_refused_by_name(name):
    """One argument bad, the others good: an InputError that names it (or, for shapes that don't
    go together, an argument of the call)."""
    case = CASES[name]
    for argument, kind in case.arguments.items():
        called = case.named_by.get(argument, argument)
        for words, value in kind.refused():
            if case.elementwise and not refused_by_elements(words):
                continue
            with pytest.raises(case.raises) as caught:
                call = case.call(**good(case) | {argument: value})
                pytest.fail(f"{name} took {argument} = {words} and returned {call!r}"[:300])
            named = named_in(called, caught.value) or isinstance(caught.value, OSError)  # a path
            assert named, f"{argument} = {words}: {caught.value}"
        if isinstance(kind, Array):
            for words, value in kind.misfits(bound(case)):
                with pytest.raises(case.raises) as caught:
                    case.call(**good(case) | {argument: value})
                    pytest.fail(f"{name} took {argument} {words}")
                names = [case.named_by.get(a, a) for a in case.arguments]
                assert any(named_in(n, caught.value) for n in names), f"{words}: {caught.value}"


def named_in(name, error):
    """Whether the message has the argument's name as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", str(error)) is not None


SAME_ARGUMENTS = [
    ("objectives.GLMObjective.error", "objectives.GLMObjective.subgradient", "literal.glm"),
    ("objectives.LayerObjective.error", "objectives.LayerObjective.subgradient", "literal.layer"),
    ("objectives.InnerLayerObjective.error", "objectives.InnerLayerObjective.subgradient",
     "literal.inner", "literal.inner_diagonal"),
]


@pytest.mark.parametrize("names", SAME_ARGUMENTS, ids=lambda names: names[0])
def test_an_error_and_its_subgradients_refuse_the_same_in_the_same_words(names):
    first = CASES[names[0]]
    for argument, kind in first.arguments.items():
        misfits = kind.misfits(bound(first)) if isinstance(kind, Array) else ()
        for words, value in [*kind.refused(), *misfits]:
            messages = set()
            for name in names:
                with pytest.raises(InputError) as caught:
                    CASES[name].call(**good(first) | {argument: value})
                messages.add(re.sub("0x[0-9a-f]+", "0x", str(caught.value)))
            assert len(messages) == 1, (argument, words, messages)


def refused_by_elements(words):
    """Element by element, any shape goes, and NaN gives NaN as in NumPy (`Activation` says so)."""
    return words in (
        "a text", "None", "a dict", "texts", "complex", "objects", "floats as objects", "dates",
        "masked", "ragged", "sparse", "sparse matrix",
    )


@pytest.mark.parametrize("name", CASES)
def test_equal_values_give_equal_results(name):
    """Memory order, read-only, lists, byte order, numpy scalars: no other result, no change."""
    case = CASES[name]
    expected = list(leaves(case.call(**good(case))))
    assert not has_nan(expected)
    for argument, kind in case.arguments.items():
        for words, value in kind.equal():
            before = pickle.dumps(value) if isinstance(value, (np.ndarray, list)) else None
            found = list(leaves(case.call(**good(case) | {argument: value})))
            assert len(found) == len(expected)
            for x, y in zip(found, expected, strict=True):
                np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-15, err_msg=f"{words}")
            if before is not None:
                assert pickle.dumps(value) == before, f"{argument} was changed"


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if any(
    isinstance(kind, Array) for kind in c.arguments.values())])
def test_data_frames_are_arrays(name):
    case = CASES[name]
    expected = list(leaves(case.call(**good(case))))
    for argument, kind in case.arguments.items():
        if isinstance(kind, Array):
            frame = (pandas.DataFrame if kind.good.ndim == 2 else pandas.Series)(kind.good)
            found = list(leaves(case.call(**good(case) | {argument: frame})))
            for x, y in zip(found, expected, strict=True):
                np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-15)
            with pytest.raises(InputError):
                case.call(**good(case) | {argument: frame.astype(str)})


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scale", [
    1e-300, 1e300, *(pytest.param(s, marks=pytest.mark.slow) for s in (1e-160, 1e160))
])
def test_huge_and_tiny_numbers_are_right_or_refused_or_warned_of(name, scale):
    """No NaN without a word: an error by name, or NumPy's RuntimeWarning of the overflow."""
    case = CASES[name]
    for argument, kind in case.arguments.items():
        if isinstance(kind, (Array, Number)):
            for value in (kind.good * scale, -kind.good * scale):
                with warnings.catch_warnings(record=True) as heard:
                    warnings.simplefilter("always")
                    try:
                        result = case.call(**good(case) | {argument: value})
                    except (DivergenceError, InputError):
                        continue
                if has_nan(result):
                    assert [w for w in heard if w.category is RuntimeWarning], (
                        f"{argument} times {scale:g}: NaN without a word"
                    )


def test_the_table_is_large():
    """So that it can't become empty unseen."""
    tried = sum(
        len(list(kind.refused())) for case in CASES.values() for kind in case.arguments.values()
    )
    assert len(CASES) >= 100 and tried >= 4000, (len(CASES), tried)
    print(f"{len(CASES)} doors, {tried} bad values")


def test_degenerate_but_good_problems():
    """One sample, one feature, constant columns, a = b, zero weights: right results."""
    one = CASES["objectives.GLMObjective.error"].call
    relu = GeneralizedReLU(0.5, 0.5)
    assert one(np.array([[0.5]]), np.array([1.0]), relu, np.array([2.0])) == 0.25
    constant = np.full((5, 2), 0.5)
    assert one(constant, np.ones(5), relu, np.zeros(2)) == 1.0
    runs = both(constant, constant[:1], relu, 1, b=1)
    for run in runs.values():
        run.train()
        assert not has_nan(run.curve)


def test_what_is_outside_its_ball_violates_an_assumption():
    """`problems` refuse it; training, which the paper does on any inputs, doesn't."""
    for name in ("problems.IdealisedGLM", "problems.IdealisedLayer", "problems.TwoLayerNetwork"):
        case = CASES[name]
        with pytest.raises(InputError, match=r"x_i has norm up to .* assumed is \|\|x_i\|\| <= 1"):
            case.call(**good(case) | {"X": case.arguments["X"].good * 4})
        for argument, kind in case.arguments.items():
            if isinstance(kind, Array) and argument not in ("X", "y"):
                with pytest.raises(AssumptionError, match=f"^{argument} has norm up to 2"):
                    case.call(**good(case) | {argument: kind.good * 4})
    case = CASES["training.engine.Training"]
    assert not has_nan(case.call(**good(case) | {"X": case.arguments["X"].good * 4}))


def test_rational_numbers():
    assert rational(["1/3", 0.5]).tolist() == [Fraction(1, 3), Fraction(1, 2)]
    for bad in (np.nan, np.inf, "x", "1/0", None, 1j, [[1], [1, 2]]):
        with pytest.raises(InputError, match="values can't be read as rational numbers"):
            rational(bad)


# Estimators

ESTIMATORS = (DanteRegressor, DanteClassifier, DanteAutoencoder)
RNG = np.random.default_rng(0)
DATA = RNG.random((12, 3))
TARGETS = {
    DanteRegressor: DATA.sum(axis=1), DanteClassifier: np.arange(12) % 2, DanteAutoencoder: None,
}
SHORT = dict(hidden_layer_sizes=(2,), max_iter=1, inner_iter=2, tol=None, random_state=0)

BAD_X = {
    "NaN": np.where(DATA > 0.9, np.nan, DATA), "inf": np.where(DATA > 0.9, np.inf, DATA),
    "empty": DATA[:0], "no columns": DATA[:, :0], "one axis": DATA[0], "three axes": DATA[None],
    "texts": np.full(DATA.shape, "x"), "complex": DATA * 1j,
    "objects": np.where(DATA > 0.9, None, DATA.astype(object)), "None": None, "a number": 3.0,
    "sparse": scipy.sparse.csr_array(DATA), "ragged": [[1.0], [1.0, 2.0]],
}


def fit(kind, X=DATA, y=None, **parameters):
    """A fitted estimator; its predictions on DATA must be numbers."""
    model = kind(**SHORT | parameters).fit(X, TARGETS[kind] if y is None else y)
    assert all(np.isfinite(W).all() for W in model.coefs_)
    return model


def answer(model, X=DATA):
    return model.transform(X) if isinstance(model, DanteAutoencoder) else model.predict(X)


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize("words", BAD_X)
def test_estimators_refuse_bad_x(kind, words):
    """In fit, partial_fit, prediction and score, with ValueError or TypeError as scikit-learn."""
    bad, model = BAD_X[words], fit(kind)
    for act in (kind(**SHORT).fit, kind(**SHORT).partial_fit):
        with pytest.raises((ValueError, TypeError)):
            act(bad, TARGETS[kind])
    for act in (lambda X: answer(model, X), lambda X: model.score(X, TARGETS[kind])):
        with pytest.raises((ValueError, TypeError)):
            act(bad)


@pytest.mark.parametrize("y", [
    np.full(12, np.nan), np.full(12, np.inf), np.arange(11.0), [], "x", None, np.ones((12, 1, 1)),
    np.arange(12) * 1j, np.array([None] * 12), scipy.sparse.csr_array(np.ones((12, 1))),
], ids=["NaN", "inf", "short", "empty", "text", "None", "3 axes", "complex", "objects", "sparse"])
@pytest.mark.parametrize("kind", [DanteRegressor, DanteClassifier])
def test_estimators_refuse_bad_y(kind, y):
    with pytest.raises((ValueError, TypeError)):
        kind(**SHORT).fit(DATA, y)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_estimators_take_data_frames_and_remember_their_columns(kind):
    frame = pandas.DataFrame(DATA, columns=[f"x{i}" for i in range(DATA.shape[1])])
    model = fit(kind, frame)
    np.testing.assert_array_equal(answer(model, frame), answer(fit(kind)))
    assert model.feature_names_in_.tolist() == frame.columns.tolist()
    with pytest.raises(ValueError, match="feature names"):
        answer(model, frame[frame.columns[::-1]])
    with pytest.raises(ValueError):
        fit(kind, frame.astype(str) + "x")


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_estimators_take_equal_arrays_as_equal(kind):
    expected = answer(fit(kind))
    for words, X in Array(DATA, "md").equal():
        np.testing.assert_array_equal(answer(fit(kind, X)), expected, err_msg=words)
        np.testing.assert_array_equal(answer(fit(kind), X), expected, err_msg=words)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_estimators_on_degenerate_data(kind):
    """One sample (where the task has one), one feature, constant columns, extreme scales."""
    assert np.isfinite(answer(fit(kind, DATA[:, :1]), DATA[:, :1])).all()
    assert np.isfinite(answer(fit(kind, np.ones((12, 3))))).all()
    assert np.isfinite(answer(fit(kind, DATA * 1e-300), DATA * 1e-300)).all()
    if kind is DanteClassifier:
        assert kind(**SHORT).fit(DATA[:1], ["a"]).predict(DATA[:1]) == ["a"]
    else:
        y = None if TARGETS[kind] is None else TARGETS[kind][:1]
        assert np.isfinite(answer(kind(**SHORT).fit(DATA[:1], y))).all()
    try:
        assert np.isfinite(answer(fit(kind, DATA * 1e300), DATA * 1e300)).all()
    except (DivergenceError, InputError) as error:
        assert "W" in str(error) or "X" in str(error)


PARAMETERS = {
    "hidden_layer_sizes": (0, -1, (3, 0), "x", 1.5, (1.5,), None, np.nan),
    "activation": ("relu", None, 3, []), "output_activation": ("relu", None, 3, []),
    "schedule": ("newton", None, 3, []), "rule": ("newton", None, 3, []),
    "normalise": (1, "yes", True), "fit_intercept": (1, "yes", None),
    "warm_start": (1, "yes", None), "early_stopping": (1, "yes", None),
    "eta": (0, -1, np.nan, np.inf, "x"),
    "batch_size": (0, -1, 1.5, "x", None, True), "inner_iter": (0, 1.5, "x", None),
    "max_iter": (0, -1, 1.5, "x", None), "tol": (-1, np.nan, "x"),
    "n_iter_no_change": (0, 1.5, "x", None), "verbose": ("x", 1.5, None),
    "random_state": (-1, 1.5, "x"),
}


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_estimators_refuse_bad_parameters_by_name(kind):
    for name, values in PARAMETERS.items():
        for value in values:
            with pytest.raises(InputError, match=name):
                kind(**SHORT | {name: value}).fit(DATA, TARGETS[kind])
                pytest.fail(f"{name} = {value!r} was taken")
    unknown = set(kind().get_params()) - set(PARAMETERS)
    assert unknown <= {"validation_fraction", "loss", "normalize_y", "class_weight"}, unknown
    for value in (0, 1, -0.5, np.nan, "x", None):
        with pytest.raises(InputError, match="validation_fraction"):
            fit(kind, early_stopping=True, validation_fraction=value)
    if "loss" in kind().get_params():
        with pytest.raises(InputError, match="loss"):
            fit(kind, loss="hinge")
    if "class_weight" in kind().get_params():
        for value in ("x", 3, {99: 1.0}, {0: -1}, []):
            with pytest.raises(InputError, match="class_weight"):
                fit(kind, class_weight=value)
    if "normalize_y" in kind().get_params():
        with pytest.raises(InputError, match="normalize_y"):
            fit(kind, normalize_y=1)


# Files: every reader, every bad file


def good_npz():
    return {"X": DATA, "w": np.zeros(3)}


def write_bad_files(folder):
    """Name -> path of files that are no data, no checkpoint and no instance."""
    files = {}

    def put(name, content):
        files[name] = folder / name
        files[name].write_bytes(content)

    np.savez(folder / "good.npz", **good_npz())
    whole = (folder / "good.npz").read_bytes()
    np.save(folder / "good.npy", DATA)
    npy = (folder / "good.npy").read_bytes()
    put("empty.npz", b"")
    put("empty.npy", b"")
    put("text.npz", b"no archive")
    put("text.npy", b"no array")
    for part in (0.3, 0.7, 0.99):
        put(f"cut-{part}.npz", whole[:int(part * len(whole))])
        put(f"cut-{part}.npy", npy[:int(part * len(npy))])
    put("flipped.npz", whole[:200] + bytes(255 - x for x in whole[200:260]) + whole[260:])
    put("renamed.npz", npy)
    put("pickle.npy", npy[:8] + pickle.dumps(DATA))

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(folder / "sprung"),)

    files["pickled-array.npz"] = folder / "pickled-array.npz"
    np.savez(files["pickled-array.npz"], X=np.array([Trap()], dtype=object))
    files["pickled-array.npy"] = folder / "pickled-array.npy"
    np.save(files["pickled-array.npy"], np.array([[Trap()]], dtype=object))
    header = npy.replace(b"'shape': (12, 3), }", b"'shape': (10**15, 9), }"[:19].ljust(19))
    absurd = npy.replace(b"(12, 3)", b"(9**99,")
    put("no-header.npy", header)
    put("absurd.npy", absurd)
    big = npy.replace(b"(12, 3), } ", b"(99999999999, 3), }"[:11])
    put("odd.npy", big)
    huge = b"\x93NUMPY\x01\x00" + np.uint16(118).tobytes() + (
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000, 300), }".ljust(117)
        + b"\n") + bytes(64)
    put("huge.npy", huge)
    negative = huge.replace(b"(10000000000000, 300)", b"(-3, 300)            ")
    put("negative.npy", negative)
    for name, inner in (("huge", huge), ("negative", negative)):
        with zipfile.ZipFile(folder / f"{name}.npz", "w") as archive:
            archive.writestr("X.npy", inner)
        files[f"{name}.npz"] = folder / f"{name}.npz"
    files["missing.npz"], files["missing.npy"] = folder / "no.npz", folder / "no.npy"
    files["folder.npz"] = folder / "folder.npz"
    files["folder.npz"].mkdir()
    return files


def both(X, X_test, phi=None, hidden=2, b=2):
    """DANTE and SGD on X, two alternations of one iteration a layer."""
    runs = {}
    for name, schedule in (("DANTE", Dante(1, max_alternations=2)), ("SGD", Backprop(4))):
        network = Network.initial(
            (X.shape[1], hidden, X.shape[1]), phi or GeneralizedReLU(0.1, 1.0), random_state=0)
        training = Training(network, X, X, schedule, rule=SGD(0.1), b=b, random_state=0)
        runs[name] = Run(training, errors(training, X_test, X_test), every=1)
    return runs


def kept(path):
    return Runs(both(DATA, DATA[:2]), path, {})


READERS = {
    "checkpoint.load": lambda path: checkpoint.load(path, {}),
    "Runs.restore": lambda path: kept(path).restore(),
    "tables.read_samples": tables.read_samples,
    "mapped.open_npy": mapped.open_npy,
}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_refuses_every_bad_file(tmp_path, reader):
    """InputError naming the file, OSError where it can't be read; no pickle is ever loaded."""
    for name, path in write_bad_files(tmp_path).items():
        if (reader, name) == ("mapped.open_npy", "renamed.npz"):
            continue  # a good .npy by another name
        with pytest.raises((InputError, OSError)) as caught:
            READERS[reader](path)
            pytest.fail(f"{reader} took {name}")
        assert path.name in str(caught.value), f"{name}: {caught.value}"
    assert not (tmp_path / "sprung").exists()


def test_show_refuses_every_bad_file_in_one_line(tmp_path, capsys):
    for name, path in write_bad_files(tmp_path).items():
        assert main(["show", "theorem-1", "--instance", str(path)]) == 2, name
        line, = capsys.readouterr().err.splitlines()
        assert line.startswith("dante-ref show: "), line
    assert not (tmp_path / "sprung").exists()


def test_a_checkpoint_with_any_byte_altered_or_cut_is_refused_or_intact(tmp_path):
    """300 alterations at random: zip's checksums or our own checks find each that matters."""
    path = tmp_path / "c.npz"
    runs = kept(path)
    runs.train()
    whole, rng, refused = path.read_bytes(), np.random.default_rng(0), 0
    for i in range(300):
        broken = bytearray(whole)
        at = int(rng.integers(len(whole)))
        if i % 3 == 0:
            broken = broken[:at]
        else:
            broken[at] ^= int(rng.integers(1, 256))
        path.write_bytes(bytes(broken))
        other = kept(path)
        try:
            other.restore()
        except InputError as error:
            refused += 1
            assert "c.npz" in str(error) or "W" in str(error)
        else:
            for method, before in runs.runs.items():
                for W, V in zip(other.runs[method].training.network.weights,
                                before.training.network.weights, strict=True):
                    np.testing.assert_array_equal(W, V)
                assert other.runs[method].curve == before.curve
    assert refused > 200


def test_a_checkpoint_of_another_configuration_names_what_differs(tmp_path):
    checkpoint.save(tmp_path / "c.npz", {"eta": 0.1, "b": 20}, {}, {})
    with pytest.raises(InputError, match=r"eta is 0.1 there and 0.2 here"):
        checkpoint.load(tmp_path / "c.npz", {"eta": 0.2, "b": 20})
    for forged in ({"schema": 7}, {"config": "[]"}, {"state": "{"}):
        arrays = {"schema": 1, "config": json.dumps({}), "state": json.dumps({})} | forged
        np.savez(tmp_path / "f.npz", **arrays)
        with pytest.raises(InputError, match=r"f\.npz"):
            checkpoint.load(tmp_path / "f.npz", {})


# Commands: every option of every subcommand


def options():
    """(command, option, its type) of every option that takes a number or a folder."""
    sub, = (a for a in make_parser()._actions if isinstance(a, argparse._SubParsersAction))
    for command, parser in sub.choices.items():
        for action in parser._actions:
            if action.option_strings and action.type is not None:
                yield command, action.option_strings[0], action.type


NEEDS = {"show": ["theorem-1"], "reproduce": ["table1"], "site": ["/no/such/folder"]}
BAD_OPTIONS = {int: ("-1", "x", "1.5", "nan", ""), float: ("nan", "-1", "x", "inf", "")}


@pytest.mark.parametrize("command, option, kind", [
    pytest.param(*row, id=f"{row[0]} {row[1]}") for row in options() if row[2] in BAD_OPTIONS
])
def test_bad_numbers_on_the_command_line(command, option, kind, tmp_path, capsys):
    """Exit code 2 and a last line that names the option, before any work is done."""
    more = ["--schedule", "backprop"] if option == "--save-seconds" else []
    out = [] if command in ("show", "site") else ["--out", str(tmp_path / "out")]
    for value in BAD_OPTIONS[kind]:
        argv = [command, *NEEDS.get(command, []), *out, *more, f"{option}={value}"]
        try:
            code = main(argv)
        except SystemExit as stop:  # argparse's way
            code = stop.code
        said = capsys.readouterr().err
        assert code == 2, f"{argv} ended with {code}"
        last = said.splitlines()[-1]
        assert any(name in last for name in names_of(option)), f"{argv}: {last}"


@pytest.mark.parametrize("command, option", [
    pytest.param(*row[:2], id=f"{row[0]} {row[1]}") for row in options() if row[2] is Path
])
def test_an_empty_path_is_not_the_working_directory(
    command, option, tmp_path, monkeypatch, capsys
):
    """A shell's `--out "$UNSET"`: refused by name, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main([command, *NEEDS.get(command, []), f"{option}="])
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"dante-ref {command}: error: argument {option}: it is ''; allowed is a path, as . for "
        "this folder")
    assert not list(tmp_path.iterdir())


CALLED = {
    "--inner-iterations": "T_SNGD", "--batch-size": "b ", "--least-alternations": "T_AM",
    "--save-seconds": "seconds", "--test-fraction": "test_fraction", "--instances": "instances",
}


def names_of(option):
    return option, option.lstrip("-") + " ", CALLED.get(option, option)


def test_every_typed_option_is_of_a_type_that_is_tried():
    assert {kind.__name__ for *_, kind in options()} == {"int", "float", "Path"}


@pytest.mark.parametrize("argv", [
    ["train", "--iterations", "500", "--out"], ["verify", "--instances", "1", "--out"],
    ["reproduce", "table1", "--out"], ["bench", "--quick", "--out"],
], ids=lambda argv: argv[0])
def test_a_folder_that_can_not_be_written_is_refused_before_the_work(argv, tmp_path, capsys):
    """Under a file there can be no folder, whoever runs this: root is stopped by no permission."""
    (tmp_path / "file").write_text("")
    assert main([*argv, str(tmp_path / "file" / "out")]) == 2
    line, = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "file") in line


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path, capsys):
    tmp_path.chmod(0o500)
    try:
        assert main(["train", "--out", str(tmp_path / "out")]) == 2
        assert str(tmp_path) in capsys.readouterr().err
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("argv", [
    ["show", "theorem-9"], ["data", "check", "nonsense"], ["data", "fetch", "nonsense"],
    ["data", "list", "--data-home", "/no/such/folder"], ["notebooks", "--folder", "/no/such"],
    ["verify", "--only", "theorem-9"], ["prove", "--only", "theorem-9"],
    ["train", "--data", "/no/such.npy"],
    ["verify", "--dask", "no address", "--instances", "1"],
], ids=" ".join)
def test_bad_names_are_one_line(argv, capsys, tmp_path):
    out = ["--out", str(tmp_path)] if argv[0] in ("verify", "train") else []
    assert main([*argv, *out]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(f"dante-ref {argv[0]}: ")


def test_every_command_is_in_some_test_above():
    assert set(COMMANDS) == {
        "verify", "prove", "show", "site", "train", "data", "reproduce", "notebooks", "bench"
    }
