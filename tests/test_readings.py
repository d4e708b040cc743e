"""Readings of section 4: each its own runs, each what it says, and which choice decides."""

import csv
import json
import re
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as t_distribution

from dante_ref import cli
from dante_ref.activations import GeneralizedReLU
from dante_ref.algorithms.sngd import sngd
from dante_ref.exceptions import InputError
from dante_ref.experiments import (
    BEYOND,
    EXPERIMENTS,
    digits,
    features,
    logged_run,
    multiverse,
    normalise,
    outcome,
    released,
    runs,
)
from dante_ref.experiments.experiment import (
    Ordering,
    final_runs,
    with_reading,
    without_tuning,
)
from dante_ref.experiments.outcome import Measured, Outcome
from dante_ref.experiments.paper import PROFILES
from dante_ref.experiments.readings import (
    AS_RELEASED,
    CHOICES,
    COLUMNS,
    LONG,
    READINGS,
    TODAY,
    Reading,
    named,
)
from dante_ref.experiments.released import Layers, minibatches, uniform
from dante_ref.experiments.setting import ALTMIN, BACKPROP, DANTE, Setting
from dante_ref.experiments.statistics import Replication
from dante_ref.objectives import GLMObjective
from dante_ref.report import digits as digits_page
from dante_ref.report import multiverse as page
from dante_ref.report.experiments import losses, section, tables
from dante_ref.report.multiverse import titled, tuned_rows, verdicts_table
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD as PLAIN
from dante_ref.training.schedules import Phase

SMALL = Setting(
    "vehicle", "autoencoding", (5,), "generalized_relu", DANTE, 8, 120, T_SNGD=10, points=6
)
SIZES = (18, 5, 18)
RESULTS = Path(__file__).parents[1] / "notebooks/results"


def under(reading, method=DANTE, **more):
    return replace(SMALL, method=method, reading=reading, **more)


# --- names and keys --------------------------------------------------------------------------


def test_every_choice_has_a_source_and_is_a_field_of_a_reading():
    assert [c.field for c in CHOICES] == list(asdict(TODAY))
    assert all(len(c.sources) > 1 and all(c.sources.values()) for c in CHOICES)
    assert len(set(READINGS.values())) == len(READINGS)


@pytest.mark.parametrize("name, value", [
    ("normalise", "rows"), ("normalise", "Matrix"), ("error", None), ("T_SNGD", 1),
])
def test_an_answer_that_nobody_gives_is_refused(name, value):
    with pytest.raises(InputError, match=f"{name} is {value!r}; allowed are "):
        Reading(**{name: value})


def test_an_unknown_reading_is_refused():
    with pytest.raises(InputError, match="--readings is 'sums'; allowed are all, sum-matrix, "):
        named(["sum-matrix", "sums"])
    assert list(named(["all"])) == list(READINGS)


def test_a_run_of_one_reading_is_never_one_of_another():
    """Unless the method can't tell them apart: a normalised step knows no scale of the error."""
    keys = {name: under(r).key() for name, r in READINGS.items()}
    same = {frozenset(n for n in keys if keys[n] == key) for key in keys.values()}
    assert {pair for pair in same if len(pair) > 1} == {
        frozenset(("sum-matrix", "mean-matrix")), frozenset(("sum-columns", "mean-columns")),
        frozenset(("sum-long", "mean-long")),
    }
    assert under(READINGS["sum-columns"], BACKPROP).key() == under(TODAY, BACKPROP).key()
    assert under(READINGS["mean-matrix"], BACKPROP).key() != under(TODAY, BACKPROP).key()
    assert under(READINGS["mean-long"], ALTMIN).key() == under(
        READINGS["mean-matrix"], ALTMIN).key()
    one_output = [under(r, BACKPROP, dataset="ccpp", task="regression").key()
                  for r in (TODAY, Reading(error="mean"))]
    assert one_output[0] == one_output[1]


def test_a_run_of_before_readings_had_names_is_todays():
    assert "reading" not in under(TODAY).config()
    assert under(Reading(COLUMNS)).config()["reading"] == {"normalise": "columns"}


# --- what is done ----------------------------------------------------------------------------


def steps(setting, X):
    """The first moves of W2 and W1 in the engine."""
    run, _ = runs.train(setting, X, X, X, X)
    start = Network.initial(
        SIZES, setting.phi(), random_state=np.random.SeedSequence([0, 4]).spawn(2)[0],
        dtype=X.dtype,
    )
    return [W - V for W, V in zip(run.training.network.weights, start.weights, strict=True)]


@pytest.mark.parametrize("reading, lengths", [
    (TODAY, (0.001, 0.001)), (Reading(COLUMNS), (0.001 * 5**0.5, 0.001 * 18**0.5)),
    (Reading(step=LONG), (0.001 * 5**0.5, 0.001 * 18**0.5)),
    (READINGS["sum-columns-last"], (0.001, 0.001 * 18**0.5)),
], ids=["matrix", "columns", "long", "last columns"])
def test_one_step_of_each_layer_is_as_long_as_the_reading_says(reading, lengths):
    X = np.random.default_rng(0).random((40, 18))
    moved = steps(under(reading, iterations=2, T_SNGD=1, points=1, dtype="float64"), X)
    assert [np.linalg.norm(M) for M in moved] == pytest.approx(lengths, rel=1e-9)
    if reading.normalise == COLUMNS:
        for M in moved:
            np.testing.assert_allclose(np.linalg.norm(M, axis=0), 0.001, rtol=1e-9)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "adam", "adagrad", "rmsprop"])
def test_a_mean_over_outputs_is_a_gradient_divided_by_their_number(rule):
    method = replace(BACKPROP, rule=rule)
    rng = np.random.default_rng(0)
    mean = under(Reading(error="mean"), method).rule(SIZES)
    plain = under(TODAY, method).rule(SIZES)
    W = np.zeros((4, 3))
    memories = mean.start(W), plain.start(W)
    for _ in range(3):
        G = rng.normal(size=W.shape)
        a, b = G.copy(), G / 18
        mean.step(a, memories[0])
        plain.step(b, memories[1])
        np.testing.assert_allclose(a, b, rtol=1e-10)


@pytest.mark.parametrize("normalise", ["matrix", "columns", None])
@pytest.mark.parametrize("method", [DANTE, BACKPROP], ids=["DANTE", "SGD"])
def test_the_literal_loop_is_the_engine(normalise, method):
    """With the choices that both can make, the same minibatches: the same weights."""
    X = np.random.default_rng(0).random((40, 18))
    setting = under(Reading(normalise), method, dtype="float64")
    engine, _ = runs.train(setting, X, X, X, X)
    literal, curve, problem = released.run(setting, X, X, X, X, np.arange(40))
    for W, V in zip(engine.training.network.weights, literal.weights, strict=True):
        np.testing.assert_allclose(W, V, rtol=1e-9, atol=1e-12)
    assert curve[-1][0] == 120 and len(curve) == 7 and not problem


def test_biases_are_the_last_row_and_the_gradient_is_that_of_differences():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    net = Layers(uniform((3, 4, 2), rng, True), GeneralizedReLU(0.1, 1.0), True)
    found = net.gradients(X, Y, 2)
    for W, G in zip(net.weights, found, strict=True):
        for place in np.ndindex(W.shape):
            before = W[place]
            W[place] = before + 1e-6
            up = net.error(X, Y)
            W[place] = before - 1e-6
            down = net.error(X, Y)
            W[place] = before
            assert G[place] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-8)


def test_accumulated_gradients_are_sums_of_all_so_far():
    """On one fixed minibatch of a linear network: after t steps of an unchanged gradient the
    weights have moved t(t+1)/2 times as far; here, the recursion written out."""
    X = np.random.default_rng(0).random((6, 3))
    nets = [Layers([np.full((3, 3), 0.1)], GeneralizedReLU(1.0, 1.0), False) for _ in range(2)]
    released.train(
        nets[0], X, X, iter([Phase((1,), 5)]), iter([slice(None)] * 5), rule=PLAIN(0.01),
        normalise=None, outputs=1, accumulate=True, watch=lambda done: None,
    )
    total = np.zeros((3, 3))
    for _ in range(5):
        total += nets[1].gradients(X, X, 1)[0]
        nets[1].weights[0] -= 0.01 * total
    np.testing.assert_allclose(nets[0].weights[0], nets[1].weights[0], rtol=1e-12)


def test_epochs_share_one_row_with_the_minibatch_before():
    batches = list(islice(minibatches(10, 3, "epochs", np.random.default_rng(0)), 6))
    for first in (batches[:3], batches[3:]):  # rows 0-3, 3-6, 6-9 of an order
        assert [len(rows) for rows in first] == [4, 4, 4]
        assert first[0][-1] == first[1][0] and first[1][-1] == first[2][0]
        assert sorted({int(i) for rows in first for i in rows}) == list(range(10))


def test_torch7s_start_is_uniform_within_one_over_the_root_of_fan_in():
    W, V = uniform((100, 400, 3), np.random.default_rng(0), True)
    assert W.shape == (101, 400) and V.shape == (401, 3)
    assert 0.0999 < np.abs(W).max() <= 0.1 and 0.049 < np.abs(V).max() <= 0.05


def test_what_a_row_cannot_have_is_left_out():
    names = {n: n for m in EXPERIMENTS.values() for n in m.DATASETS}
    table2 = EXPERIMENTS["table2"].experiment(PROFILES["quick"], names)
    assert len(with_reading(table2, Reading(COLUMNS)).rows) == len(table2.rows)
    assert not with_reading(table2, AS_RELEASED).rows
    with pytest.raises(InputError, match="can't have the reading biases True"):
        features.autoencoder(under(Reading(biases=True), svm=True))


# --- the control that was logged with the public code -------------------------------------------

def test_what_is_told_of_the_printed_digits_is_in_their_table():
    text = (RESULTS / "section-4.md").read_text(encoding="utf-8")
    first, pairs = (RESULTS / "short/digits.md").read_text(encoding="utf-8").split(
        "Both first rows")
    page = first.splitlines()
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in
            pairs.split("The factor nearest")[0].splitlines() if line.startswith("|")]
    readings = rows[0][1:]
    off = {(row[0], reading): float(cell.split("%")[0])
           for row in rows[2:] for reading, cell in zip(readings, row[1:], strict=True) if cell}
    as_printed = {r: off["as printed", r] for r in readings}
    assert f"comes is {min(as_printed.values())}% (`sum-columns-last`)" in text
    assert min(as_printed, key=as_printed.get) == "sum-columns-last"
    deep = ("within {}% by columns and stay {}% off by matrix. "
            "The released update is {}% off, {}% with 500-200-500")
    assert deep.format(
        *(off["hidden 500-200-500", f"sum-{way}"] for way in ("columns", "matrix")),
        as_printed["as-released"], off["hidden 500-200-500", "as-released"],
    ) in " ".join(text.split())
    allowed = {case: x for case, x in off.items()
               if case[0] != "half the squared error" and "long" not in case[1]}
    assert f"the nearest miss is {min(allowed.values())}%" in " ".join(text.split())
    losses = {cells[0]: cells[-1] for cells in (
        [c.strip() for c in line.strip("|").split("|")] for line in page if line.startswith("|"))}
    assert losses["met at one count, at most"].startswith("1 of 14")
    assert "at most 1 of the fourteen losses at one count" in " ".join(text.split())
    assert f"the pair within {off['half the squared error', 'sum-long']}%" in " ".join(text.split())
    assert min(off.values()) == off["half the squared error", "sum-long"]


def test_what_is_told_of_the_logged_run_is_that_of_its_file():
    with (RESULTS / "logged_run.csv").open(encoding="utf-8", newline="") as file:
        points = list(csv.DictReader(file))
    log = np.array([float(p["log"]) for p in points])
    assert dict(zip((int(p["minibatch"]) for p in points), log, strict=True)) == logged_run.LOG
    ours = np.array([[float(p[f"seed {s}"]) for s in range(3)] for p in points]) / log[:, None] - 1
    mean = ours.mean(axis=1)
    zeroed = [f"{float(p['zeroed']) / float(p['log']) - 1:+.1%}" if p["zeroed"] else ""
              for p in points]
    text = (RESULTS / "section-4.md").read_text(encoding="utf-8").split("## Is `as-released`")[1]
    table = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines()
             if re.match(r"\| [\d,]+ \|", line)]
    assert table == [
        [f"{int(p['minibatch']):,}", p["log"], *(f"{x:+.1%}" for x in [*seeds, m]), z]
        for p, seeds, m, z in zip(points, ours, mean, zeroed, strict=True)
    ]
    text = " ".join(text.split())
    off = np.abs(ours)
    assert "at {}, {} and {} of the 12 points, at worst {:.1%}, {:.1%} and {:.1%} off".format(
        *(off <= 0.05).sum(axis=0), *off.max(axis=0)) in text
    within = np.abs(mean) <= 0.05
    assert list(within) == [True] * 10 + [False] * 2
    assert f"within {np.abs(mean[:9]).max():.1%} to 12,000" in text
    assert "{:.1%}, {:.1%} and {:.1%} below it at 15,000, 18,000 and 20,000".format(
        *-mean[9:]) in text and (ours[9:] < 0).all()
    assert f"among themselves by up to {np.ptp(ours, axis=1).max():.1%} of the log" in text
    # one more run of the same kind lies so near to the mean of three
    expected = t_distribution.ppf(0.975, 2) * ours.std(axis=1, ddof=1) * np.sqrt(1 + 1 / 3)
    assert (np.abs(mean) < expected).all()
    assert f"±{expected[-1]:.0%} at 20,000" in text


def test_the_command_writes_the_logged_runs_file_from_what_it_computes(monkeypatch, tmp_path):
    file = RESULTS / "logged_run.csv"
    with file.open(encoding="utf-8", newline="") as told:
        points = list(csv.DictReader(told))

    def computed(accumulate, seed, home):
        name = f"seed {seed}" if accumulate else "zeroed"
        return {int(p["minibatch"]): float(p[name]) for p in points if p[name]}

    monkeypatch.setattr(logged_run, "errors", computed)
    logged_run.main(["--out", str(tmp_path)])
    assert (tmp_path / file.name).read_bytes() == file.read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("real_data")
@pytest.mark.parametrize("accumulate", [True, False], ids=["as released", "zeroed"])
def test_the_logged_run_is_met_with_accumulated_gradients_alone(accumulate):
    found = logged_run.errors(accumulate, 0)
    off = {t: abs(error / logged_run.LOG[t] - 1) for t, error in found.items()}
    # One run of theirs and one of ours, each with its own start and minibatches; section-4.md has
    # other seeds' too, and what three seeds differ by.
    if accumulate:
        assert sorted(off.values())[-2] < 0.05 and max(off.values()) < 0.06, off
    else:
        assert off[2000] > 0.2, off


# --- the digits --------------------------------------------------------------------------------


def test_a_printed_loss_is_met_between_two_iterations_or_never():
    curve = [[t, 0, 0, 9.0, e] for t, e in ((0, 0.1), (100, 0.05), (200, 0.01))]
    first, last, nearest, at = digits.near(0.05, curve, within=0.021)
    # within 0.00105 of 0.05: from 0.05105 at 97.9 to 0.04895 at 102.6
    assert (first, last, nearest, at) == (98, 102, pytest.approx(0.05), 100)
    assert digits.near(0.2, curve)[:2] == (None, None)
    assert digits.near(0.2, curve)[2:] == (pytest.approx(0.1), 0)


def test_one_count_gives_both_losses_or_misses_by_so_much():
    def a_curve(at, loss):  # linear, passes `loss` at `at`
        return [[0, 0, 0, 0, 2 * loss], [2 * at, 0, 0, 0, 0.0]]

    t, off = digits.nearest_count(a_curve(300, digits.DANTE_LOSS), a_curve(300, digits.SGD_LOSS))
    assert t == 300 and off == pytest.approx(0)
    t, off = digits.nearest_count(a_curve(300, digits.DANTE_LOSS), a_curve(400, digits.SGD_LOSS))
    # 2 - t/300 - 1 = -(2 - t/400 - 1) where both are equally far off: t = 2400/7
    assert t == round(2400 / 7) and off == pytest.approx(1 / 7, rel=0.02)


def test_the_factor_that_gives_both_losses_at_one_count():
    dante, sgd = ([[0, 0, 0, 0, c * loss], [100, 0, 0, 0, d * loss]] for c, d, loss in (
        (4.0, 2.0, digits.DANTE_LOSS), (3.0, 2.5, digits.SGD_LOSS)))
    # 4 - t/50 = 3 - t/200 at t = 200/3, where both are 8/3 of what is printed
    [(t, factor)] = digits.factors(dante, sgd)
    assert t == 66 and factor == pytest.approx(3 / 8, rel=0.01)
    assert digits.nearest_count(*map(digits.times(3 / 8), (dante, sgd)))[1] < 0.01
    assert digits.factors(dante, [[0, 0, 0, 0, 1.0], [100, 0, 0, 0, 0.9]]) == []


def test_a_subset_s_factor_is_of_its_rows():
    rng = np.random.default_rng(0)
    X, hard = rng.normal(size=(300, 12)) * np.r_[np.full(10, 9.0), 1, 1], np.repeat([2.0, 1.0], 500)
    X_test = rng.normal(size=(1000, 12)) * hard[:, None]
    factor, spread = digits.subset_factor(X, X_test, n=500)
    # s² = 4 or 1 times the mean of two squared normals, whose square is 2 in the mean
    assert factor == pytest.approx(1.6, rel=0.1)
    assert spread == pytest.approx(np.sqrt((16 + 1) - 2.5**2) / 2.5 / np.sqrt(500), rel=0.2)


def test_the_count_at_which_most_losses_are_met():
    def falls_to_0(at, loss):  # linear, passes `loss` at `at`
        return [[0, 0, 0, 0, 2 * loss], [2 * at, 0, 0, 0, 0.0]]

    curves = {0.03: falls_to_0(300, 0.03), 0.02: falls_to_0(302, 0.02), 0.01: falls_to_0(500, 0.01)}
    t, met = digits.at_once(curves)
    # within 2%: |1 - t/300| <= 0.02 from 294 to 306; 296 to 308
    assert (t, met) == (296, 2)


def test_the_best_iterate_until_then_is_chosen_by_the_training_error():
    curve = [[0, 0, 0, 0.5, 0.9], [10, 0, 0, 0.2, 0.3], [20, 0, 0, 0.4, 0.1], [30, 0, 0, 0.1, 0.2]]
    assert [p[4] for p in digits.best_so_far(curve)] == [0.9, 0.3, 0.3, 0.2]
    assert [p[0] for p in digits.best_so_far(curve)] == [0, 10, 20, 30]


def test_all_fourteen_printed_losses_have_a_run_under_each_reading():
    rows = digits.printed(PROFILES["short"], "mnist")
    assert len(rows) == len({row.paper for row in rows}) == 14
    assert [row.paper for row in rows[:2]] == [digits.DANTE_LOSS, digits.SGD_LOSS]
    assert all(digits.under(row, reading) for row in rows for reading in digits.TRIED)


@pytest.mark.parametrize("dataset", ["vehicle", "ionosphere", "airfoil", "fires", "ccpp"])
def test_a_turn_of_an_epoch_sees_as_many_rows_as_there_are_to_train_on(dataset):
    task = "autoencoding" if dataset in ("vehicle", "ionosphere") else "regression"
    setting = under(Reading(T_SNGD="epoch"), dataset=dataset, task=task)
    X, *_ = runs.parts(setting, runs.load(setting, None))
    assert setting.turn == len(X) // setting.b


def test_a_variant_is_a_run_of_its_own_and_trains_what_it_says():
    row, _ = digits.printed(PROFILES["short"], "mnist")[:2]
    keys = {v: digits.under(row, "sum-matrix", v).key() for v in digits.VARIANTS}
    assert len(set(keys.values())) == 4 and keys["as printed"] == keys["the best iterate"]
    deep = digits.under(row, "sum-matrix", "hidden 500-200-500")
    assert deep.alternations() == 2 and deep.iterations == 1200
    setting = digits.Outputs(**vars(under(TODAY, iterations=20)), outputs="sigmoid")
    X = np.random.default_rng(0).random((40, 18))
    run, _ = runs.train(setting, X, X, X, X)
    kinds = [phi.name for phi in run.training.network.activations]
    assert kinds == ["generalized_relu", "sigmoid"]
    assert digits.under(row, "as-released", "linear outputs") is None


def test_the_digits_say_where_they_are_met_and_the_nearest_miss():
    """Every run falls linearly from 0.09 to 0 in 1,000 iterations, SGD's later by 1.1."""
    rows = digits.printed(PROFILES["short"], "mnist")

    def a_curve(row, reading, variant):
        late = 1.1 if row.label.startswith("SGD") else 1
        end = 1000 * late
        return None if reading == "as-released" else [[0, 0, 0, 0.09, 0.09], [end, 0, 0, 0, 0.0]]

    text = digits_page.document(rows, a_curve, 1000)
    # 0.09 (1 - t/1000) = 0.030775 at 658.06; within 2% from 651.2 to 664.9
    assert "| DANTE | 0.030775 | **652 to 664** |" in text
    # best where (1 - t/1000)/0.34194 - 1 = -((1 - t/1100)/0.34584 - 1): t = 687.3, 8.6% off
    assert "8.6% off at iteration 687" in text
    assert all(line.endswith("|  |") for line in text.splitlines() if line.startswith("| SGD"))


# --- which choice decides ----------------------------------------------------------------------

CLAIM = Ordering("toy", "DANTE", "SGD")


def a_universe(**better):
    """Outcomes in which DANTE is better (True), worse (False) or level (None) by reading."""
    def row(label, values):
        return Measured("toy", label, False, (0.1,) * 3, None, (0, 1, 2), tuple(values), 1, 1, 1,
                        {})

    def an_outcome(ahead):
        low, high = [0.1, 0.11, 0.12], [0.2, 0.212, 0.219]
        if ahead is None:
            low, high = [0.1, 0.11, 0.12], [0.12, 0.1, 0.11]
        dante, sgd = (high, low) if ahead is False else (low, high)
        return Outcome("fig9", "t", "Figure 9", (row("DANTE", dante), row("SGD", sgd)), (CLAIM,))

    return multiverse.Universe({
        name.replace("_", "-"): (an_outcome(ahead),) for name, ahead in better.items()
    })


@pytest.mark.parametrize("cells, words", [
    ((False, True, False, True), "decided by whether errors are summed or averaged"),
    ((False, False, True, True), "decided by what is normalised"),
    ((True, True, True, True), "decided by neither choice"),
    ((False, True, True, True), "either choice, averaged errors or columns"),
    ((False, False, False, True), "what is normalised and whether errors"),
])
def test_which_choice_decides(cells, words):
    names = ("sum_matrix", "mean_matrix", "sum_columns", "mean_columns")
    found = a_universe(**dict(zip(names, cells, strict=True)))
    assert words in multiverse.decided_by(found, "fig9", CLAIM)


def test_direction_or_length():
    cells = dict(sum_matrix=False, mean_matrix=False, sum_columns=True, mean_columns=True)
    alike = a_universe(**cells, sum_long=True, mean_long=True)
    assert "by the step's length alone" in multiverse.sentence(alike, "fig9", CLAIM)
    other = a_universe(**cells, sum_long=False, mean_long=True)
    assert "by the direction too" in multiverse.sentence(other, "fig9", CLAIM)
    assert multiverse.sentence(other, "fig9", CLAIM).startswith(
        "holds with sum-columns, mean-columns, mean-long; fails with sum-matrix, mean-matrix, "
    )
    assert multiverse.lengths(alike) == (2, 2) and multiverse.lengths(other) == (1, 2)


def test_direction_or_length_is_asked_of_as_many_seeds():
    found = a_universe(sum_matrix=False, mean_matrix=False, sum_columns=True, mean_columns=True,
                       sum_long=False, mean_long=True)
    [o] = found.outcomes["sum-long"]
    fewer = replace(o, rows=tuple(
        replace(row, seeds=row.seeds[:2], values=row.values[:2]) for row in o.rows))
    unequal = multiverse.Universe(found.outcomes | {"sum-long": (fewer,)})
    assert multiverse.lengths(unequal) == (1, 1)
    said = multiverse.sentence(unequal, "fig9", CLAIM)
    assert "direction" not in said and "length" not in said  # one way of counting errors is none


def test_a_choice_that_turns_no_verdict_over_is_told_from_one_that_does():
    found = multiverse.Universe({
        **a_universe(sum_matrix=True).outcomes,
        "sum-matrix+biases": a_universe(x=True).outcomes["x"],
           "sum-matrix+w1-first": a_universe(x=False).outcomes["x"],
           "sum-matrix+epochs": a_universe(x=None).outcomes["x"],
    })
    flips = {e.choice: (e.compared, len(e.changed), e.flips) for e in multiverse.effects(found)}
    assert flips == {"biases": (1, 0, 0), "w1-first": (1, 1, 1), "epochs": (1, 1, 0)}


def test_a_choice_is_compared_with_as_many_seeds_of_its_base():
    found = a_universe(sum_matrix=True, x=False).outcomes
    [o] = found["x"]
    fewer = replace(o, rows=tuple(
        replace(row, seeds=row.seeds[:2], values=row.values[:2]) for row in o.rows))
    effect, = multiverse.effects(multiverse.Universe({
        "sum-matrix": found["sum-matrix"], "sum-matrix+biases": (fewer,)}))
    assert (effect.choice, effect.compared, effect.changed) == ("biases", 0, ())


def test_a_multiverse_is_read_back_and_another_file_refused(tmp_path):
    found = a_universe(sum_matrix=True, mean_columns=False)
    path = tmp_path / "multiverse.json"
    path.write_text(json.dumps(multiverse.to_json(found)))
    again = multiverse.read(path)
    assert again.readings == found.readings
    assert again.verdict("mean-columns", "fig9", CLAIM) is Replication.CONTRADICTED
    spoilt = json.loads(path.read_text(encoding="utf-8"))
    spoilt["readings"]["sum-matrix"]["choices"]["error"] = "mean"
    path.write_text(json.dumps(spoilt))
    with pytest.raises(InputError, match="the reading sum-matrix is another one now"):
        multiverse.read(path)


def test_what_is_not_run_is_counted_once_and_told_with_its_hours(tmp_path, monkeypatch):
    e = EXPERIMENTS["table1"].experiment(PROFILES["quick"], {n: n for n in ("airfoil", "fires",
                                                                            "ccpp")})
    names = ("sum-matrix", "sum-columns", "mean-columns")
    monkeypatch.setattr(multiverse, "cost", lambda setting: 36.0)
    left = multiverse.not_run([e], names, {}, seeds=2)
    # three panels of two rows and two seeds; tuned, two rows by 11 rates and as many final runs;
    # by columns DANTE alone is another run; a target has one output, of which a mean is a sum
    grid = 3 * 2 * 2 * (11 + 1)
    assert [(n.reading, n.runs) for n in left] == [
        ("sum-matrix", 12 + grid), ("sum-columns", 6 + grid // 2 + 6)]
    assert left[0].hours == pytest.approx((12 + grid) / 100)
    by_columns = [with_reading(without_tuning(e), READINGS["sum-columns"])]
    done = {s: {} for s in final_runs(by_columns, {}, 1)}
    assert [n.runs for n in multiverse.not_run([e], names[2:], done, seeds=2)] == [6]


def test_an_earlier_file_stands_in_only_for_what_it_tells(tmp_path, monkeypatch):
    """Figure 2b's file has no best iterates: Figure 5's rows need the run itself."""
    tiny = replace(PROFILES["quick"], width=0.01, train_rows=60, test_rows=30, T_SNGD=5,
                   relu_iterations=20, relu_points=4)
    monkeypatch.setitem(PROFILES, "quick", tiny)
    argv = ["--no-tuning", "--seeds", "2", "--rows", "DANTE", "SGD", "--out"]
    assert cli.main(["reproduce", "fig2b", *argv, str(tmp_path / "a")]) == 0
    earlier = ["--earlier", str(tmp_path / "a" / "results.json")]
    only = ["reproduce", "fig5", *argv, str(tmp_path / "b"), *earlier]
    assert cli.main([*only, "--report-only"]) == 2
    assert not (tmp_path / "b").exists()
    assert cli.main(only) == 0
    assert len(outcome.read(tmp_path / "b" / "results.json").experiments["fig5"].rows) == 6
    again = ["reproduce", "fig2b", *argv, str(tmp_path / "c"), *earlier, "--report-only"]
    assert cli.main(again) == 0  # of its own figure it tells all
    assert len(outcome.read(tmp_path / "c" / "results.json").experiments["fig2b"].rows) == 2


def test_marks_have_their_seeds_where_these_differ():
    found = a_universe(sum_matrix=True, sum_columns=False)
    assert "| Figure 9, toy: DANTE beats SGD | ● | ✕ |" in verdicts_table(found)
    [one] = found.outcomes["sum-columns"]
    fewer = replace(one, rows=tuple(
        replace(row, seeds=row.seeds[:2], values=row.values[:2]) for row in one.rows))
    lines = verdicts_table(multiverse.Universe({**found.outcomes, "sum-columns": (fewer,)}))
    assert "| Figure 9, toy: DANTE beats SGD | ● 3 | ✕ 2 |" in lines
    assert lines[-1] == "The numbers are of seeds."


def test_the_picture_says_what_blank_means_where_it_has_blanks():
    found = a_universe(sum_matrix=True, sum_columns=False)
    [one] = found.outcomes["sum-columns"]
    single = replace(one, rows=tuple(
        replace(row, seeds=row.seeds[:1], values=row.values[:1]) for row in one.rows))
    blank = multiverse.Universe({**found.outcomes, "sum-columns": (single,)})
    for universe, more in ((found, []), (blank, ["blank: fewer than two seeds"])):
        [key] = page.picture(universe, "t").legends
        assert [text.get_text() for text in key.get_texts()] == [
            "holds", "fails", "undecided", *more]


def test_the_best_rates_are_shown_and_an_end_of_the_grid_is_marked():
    found = a_universe(sum_matrix=True, sum_columns=False)
    assert tuned_rows(found) == []
    tuned = {name: (replace(one, rows=tuple(
        replace(row, tuned=True, etas=etas) for row in one.rows)),)
        for etas, (name, (one,)) in zip(((0.01, 0.1, 0.1), (10.0,) * 3), found.outcomes.items(),
                                        strict=True)}
    # t(0.975, 2) · 0.01/√3 = 0.0248
    assert tuned_rows(multiverse.Universe(tuned))[0] == [
        "Figure 9", "toy", "DANTE", "0.11 ± 0.025 at 0.01 to 0.1",
        "0.2103 ± 0.024 at 10 (end of the grid)"]


def test_a_claim_is_ahead_by_so_much_of_the_mean_error():
    found = a_universe(sum_matrix=True, sum_columns=False)
    # means 0.11 and 0.631/3: their difference by half their sum
    share = (0.631 - 0.33) / ((0.631 + 0.33) / 2)
    assert found.gap("sum-matrix", "fig9", CLAIM) == pytest.approx(share)
    assert found.gap("sum-columns", "fig9", CLAIM) == pytest.approx(-share)
    assert np.isnan(found.gap("mean-matrix", "fig9", CLAIM))


def test_a_claim_of_one_seed_is_no_row():
    [one] = a_universe(sum_matrix=True).outcomes["sum-matrix"]
    single = replace(one, rows=tuple(
        replace(row, seeds=row.seeds[:1], values=row.values[:1]) for row in one.rows))
    assert multiverse.Universe({"sum-matrix": (single,)}).claims() == []


@pytest.mark.parametrize("panel, words", [
    ("mnist", "MNIST"), ("mnist, 20 hidden", "MNIST, 20 hidden"), ("toy", "toy"),
    ("digits16 (stand-in)", "scikit-learn's digits (stand-in)"), ("airfoil", "Air-Foil"),
])
def test_a_panel_has_its_data_sets_title(panel, words):
    assert "".join(titled(panel)) == words


def test_the_command_shows_a_sentence_a_claim(tmp_path, monkeypatch, capsys):
    tiny = replace(PROFILES["quick"], T_SNGD=5, small_iterations=20)
    monkeypatch.setitem(PROFILES, "quick", tiny)
    argv = ["reproduce", "table1", "--no-tuning", "--seeds", "2", "--out", str(tmp_path)]
    names = ["sum-matrix", "sum-columns", "as-released", "sum-columns+biases"]
    assert cli.main([*argv, "--readings", *names]) == 0
    printed = capsys.readouterr().out
    assert printed.count("Table 1, ") == 3 and "multiverse.png" in printed
    assert (tmp_path / "multiverse.png").read_bytes().startswith(b"\x89PNG")
    assert "| biases |" in (tmp_path / "multiverse.md").read_text(encoding="utf-8")
    assert multiverse.read(tmp_path / "multiverse.json").readings == tuple(names)
    assert cli.main([*argv, "--readings", "columns"]) == 2
    assert "--readings is 'columns'; allowed are all" in capsys.readouterr().err


def test_columns_of_a_vector_are_its_matrix_to_the_bit():
    """A reading that an algorithm can't have: of one column both norms are the same number."""
    rng = np.random.default_rng(0)
    f = GLMObjective(rng.random((20, 3)), rng.random(20), GeneralizedReLU(0.1, 1.0))
    found = [sngd(f, np.ones(3), T=30, eta=0.1, b=4, normalise=how, random_state=0)
             for how in ("matrix", "columns")]
    for name in ("last", "best", "values"):
        assert np.array_equal(*(getattr(result, name) for result in found))
    assert found[0].zero_gradients == found[1].zero_gradients


def test_results_of_another_version_are_refused_by_name(tmp_path, capsys):
    old = tmp_path / "of-last-year.json"
    old.write_text('{"schema": 1}', encoding="utf-8")
    argv = ["reproduce", "table1", "--readings", "sum-columns", "--seeds", "2"]
    assert cli.main([*argv, "--out", str(tmp_path), "--earlier", str(old)]) == 2
    error = capsys.readouterr().err
    assert "of-last-year.json is no results.json" in error and "schema 1" in error


def test_a_finished_run_of_one_reading_is_computed_anew_for_another(tmp_path, monkeypatch):
    tiny = replace(PROFILES["quick"], T_SNGD=5, small_iterations=20)
    monkeypatch.setitem(PROFILES, "quick", tiny)
    computed = []
    compute = runs.compute
    monkeypatch.setattr(runs, "compute", lambda setting, *rest: computed.append(setting) or
                        compute(setting, *rest))
    argv = ["reproduce", "table1", "--no-tuning", "--seeds", "2", "--out", str(tmp_path)]
    assert cli.main([*argv, "--readings", "sum-matrix"]) == 0 and len(computed) == 12
    assert cli.main([*argv, "--readings", "sum-columns"]) == 2  # multiverse.json would lose one
    assert cli.main([*argv, "--readings", "sum-columns", "--overwrite"]) == 0
    assert {s.method for s in computed[12:]} == {DANTE} and len(computed) == 18  # SGD has no norm
    assert all(s.normalise == "columns" for s in computed[12:])


@pytest.mark.parametrize("ahead, default", [
    (("a", "b"), "columns"), (("a",), "matrix"), ((), "matrix"),
])
def test_columns_are_the_default_only_where_they_beat_matrix_on_more_sets(ahead, default):
    """Of three sets, 'c' always undecided; where columns aren't ahead of 'a' and 'b' they lose."""
    def score(name, way, seed):
        if name == "c":
            return 0.5 + 0.01 * ((seed + normalise.WAYS.index(way)) % 3)
        sign = 1 if name in ahead else -1
        return 0.5 + 0.1 * sign * (way == "columns") + 0.001 * seed * (1 + (way == "columns"))

    runs_ = [{"set": name, "way": way, "seed": seed, "eta": 0.1, "test": score(name, way, seed)}
             for name in "abc" for way in normalise.WAYS for seed in range(3)]
    way, why = normalise.default(normalise.compared(runs_))
    assert way == default
    assert why == (f"Columns beat matrix on {len(ahead)} of 3 sets and lose on {2 - len(ahead)}: "
                   f"the default is {default}.")


def test_a_comparison_of_norms_keeps_a_run_that_diverged(monkeypatch):
    """As null, since JSON has no infinity; in the table it is worse than all."""
    monkeypatch.setattr(normalise, "score", lambda data, way, *rest: 0.5 if way else -np.inf)
    found = [normalise.tuned("fires", way, seed, None)
             for way in normalise.WAYS for seed in range(6)]
    again = json.loads(json.dumps(found, allow_nan=False))
    assert [r["test"] for r in again][-6:] == [None] * 6
    text = "\n".join(tables(normalise.compared(again)))
    assert "replicates (diverged: every seed, sign test)" in text


def test_a_comparison_beyond_the_paper_is_not_called_section_4s():
    [fig9] = a_universe(sum_matrix=True).outcomes["sum-matrix"]
    rates = replace(fig9, id="layer_rates", title="A rate for each layer", notes=("Nobody's.",))
    own = multiverse.Universe({"sum-matrix": (rates,), "sum-columns": (rates,)})
    assert page.title(own) == "A rate for each layer under 2 readings"
    assert "\n\nNobody's.\n\n" in page.document(own, [], "dante-ref", "")
    both = multiverse.Universe({"sum-matrix": (fig9, rates)})
    assert page.title(both) == "Section 4's claims under 1 readings"


def test_where_dante_loses_is_told_of_other_methods_only():
    [lost] = a_universe(sum_matrix=False).outcomes["sum-matrix"]
    assert losses(lost) == ["toy: SGD beats DANTE"]
    turned = replace(lost, claims=(Ordering("toy", "SGD", "DANTE"),))
    assert losses(turned) == losses(lost) and losses(a_universe(x=True).outcomes["x"][0]) == []
    own = replace(lost, rows=(lost.rows[0], replace(lost.rows[1], label="DANTE without g")),
                  claims=(Ordering("toy", "DANTE", "DANTE without g"),))
    assert losses(own) == [] and "does not win" not in "".join(section(own))
    assert "win:** toy: SGD beats DANTE." in "".join(section(turned))


@pytest.mark.parametrize("file", sorted(RESULTS.rglob("multiverse.json")),
                         ids=lambda file: str(file.parent.relative_to(RESULTS)))
def test_a_published_run_has_the_name_that_its_setting_has_today(file):
    """So that stored runs, which took hours, are read and not computed again."""
    profile = PROFILES[file.relative_to(RESULTS).parts[0]]
    for reading, outcomes in multiverse.read(file).outcomes.items():
        for o in outcomes:
            module = (EXPERIMENTS | BEYOND)[o.id]
            e = module.experiment(profile, {name: name for name in module.DATASETS})
            settings = {(row.panel, row.label): row.setting for row in e.rows}
            for row in o.rows:
                s = settings[row.panel, row.label]
                *eta_1, eta = row.etas[:len(s.method.etas)]
                method = replace(s.method, eta=eta, eta_1=eta_1[0] if eta_1 else None)
                first = replace(s, seed=row.seeds[0], method=method, reading=READINGS[reading])
                assert first.key() == row.runs[0]
