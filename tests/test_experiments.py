"""Section 4's experiments: declared as printed, computed once, no test row seen, decided fairly."""

import json
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from dante_ref.estimators.distinct import distinct_samples
from dante_ref.exceptions import InputError
from dante_ref.experiments import EXPERIMENTS, features, released, runs
from dante_ref.experiments.experiment import (
    GRID,
    Experiment,
    Ordering,
    Row,
    candidates,
    final_error,
    final_runs,
    only,
    with_reading,
    with_standins,
    without_tuning,
)
from dante_ref.experiments.loss_scale import bracket, error_at, first_crossing
from dante_ref.experiments.outcome import Published, as_json, from_json, outcome
from dante_ref.experiments.paper import PROFILES
from dante_ref.experiments.readings import Reading
from dante_ref.experiments.setting import ALTMIN, BACKPROP, DANTE, Method, Setting
from dante_ref.experiments.statistics import Replication, decide, summary
from dante_ref.training import blas
from dante_ref.training.engine import Training
from dante_ref.training.network import Network
from dante_ref.training.work import phase_flops

SMALL = Setting(
    "vehicle", "autoencoding", (5,), "generalized_relu", DANTE, 8, 120, T_SNGD=10, points=6
)
LESS = {"diverged": "", "test_error": -1.0}
NAMES = {n: n for module in EXPERIMENTS.values() for n in module.DATASETS}


def all_experiments():
    return [m.experiment(p, NAMES) for m in EXPERIMENTS.values() for p in PROFILES.values()]


# --- declared as printed ---------------------------------------------------------------------


@pytest.mark.parametrize("experiment", all_experiments(), ids=lambda e: e.id)
def test_claims_are_what_the_papers_own_numbers_say(experiment):
    paper = {(r.panel, r.label): r.paper for r in experiment.rows}
    for claim in experiment.claims:
        better, worse = paper[claim.panel, claim.better], paper[claim.panel, claim.worse]
        if better is not None and worse is not None:
            assert (better > worse) == experiment.higher, claim


def test_full_size_mnist_is_section_4_1():
    rows = {
        name: {r.label: r.setting for r in EXPERIMENTS[name].experiment(
            PROFILES["paper"], NAMES).rows}
        for name in ("fig2a", "fig2b", "table3", "table4", "table5")
    }
    for name, b in (("fig2a", 20), ("fig2b", 400), ("table3", 400)):
        for label in ("DANTE", "SGD"):
            s = rows[name][label]
            assert (s.hidden, s.b, s.method.eta, s.train_rows) == ((400,), b, 0.001, 0)
    assert rows["fig2b"]["DANTE"].phi().a == 0.01
    assert rows["table3"]["DANTE"].method.normalised
    assert not rows["table3"]["SGD+AltMin 0.0005"].method.normalised
    assert rows["table4"]["SGD 0.1"].method.eta == 0.1
    assert rows["table5"]["SGD+Adam"].method.eta == 0.0001
    assert rows["table5"]["DANTE+Momentum"].method.make_rule().mu == 0.0005


@pytest.mark.parametrize("experiment", all_experiments(), ids=lambda e: e.id)
def test_methods_of_a_panel_run_equally_long(experiment):
    for row in experiment.rows:
        row.setting.schedule()  # InputError unless iterations are whole alternations
    for panel in {r.panel for r in experiment.rows}:
        assert len({r.setting.iterations for r in experiment.rows if r.panel == panel}) == 1


def test_the_end_is_measured_even_where_the_points_do_not_fall_on_it():
    for method in (DANTE, BACKPROP):
        result = runs.compute(replace(SMALL, method=method, points=7))
        assert result["iterations"] == result["curve"][-1][0] == 120
        assert result["curve"][-1][1] == result["flops"]
    assert replace(SMALL, points=7).iterations % (120 // 7)


def test_every_method_is_tuned_over_one_grid():
    for e in all_experiments():
        def methods(tuned, e=e):
            return {(row.panel, replace(row.setting, method=row.setting.method.with_eta(1.0)))
                    for row in e.rows if row.tuned is tuned}

        assert methods(False) == methods(True)
        for row in e.rows:
            assert not row.setting.validation
            tried = row.candidates(3)
            assert bool(tried) is row.tuned and all(s.validation for s in tried)
            for seed in {s.seed for s in tried}:
                assert tuple(s.method.eta for s in tried if s.seed == seed) == GRID
    assert len(candidates(all_experiments(), 1)) > 0


@pytest.mark.parametrize("name", ["table1", "fig4"])
def test_no_test_row_is_among_those_that_its_learning_rate_was_chosen_on(name):
    """Of each seed: the validation runs behind its learning rate, row by row of the files."""
    e = EXPERIMENTS[name].experiment(PROFILES["quick"], NAMES)
    for row in (row for row in e.rows if row.tuned and row.setting.is_split_by_seed):
        errors = {s: {"diverged": "", "test_error": s.method.eta} for s in row.candidates(3)}
        for seed, final in enumerate(row.runs(errors, 3)):
            assert final.seed == seed and final.method.eta == GRID[0]
            behind = {s for s in errors if row.runs({**errors, s: LESS}, 3)[seed] != final}
            assert {s.seed for s in behind} == {seed}
            tested = set(runs.load(final, None).test_rows.tolist())
            for s in behind:
                assert tested.isdisjoint(runs.load(s, None).train_rows.tolist())


def test_a_stand_in_is_named_and_has_no_number_of_the_paper_beside_it():
    e = EXPERIMENTS["table2"].experiment(PROFILES["quick"], NAMES | {"usps": "digits16"})
    marked = with_standins(e, {"digits16"})
    for before, row in zip(e.rows, marked.rows, strict=True):
        assert before.paper is not None
        if row.setting.dataset == "digits16":
            assert row == replace(before, panel="digits16 (stand-in)", paper=None)
        else:
            assert row == before
    assert {c.panel for c in marked.claims} == {row.panel for row in marked.rows}


def test_figure_2a_claims_the_training_error_too_and_decides_by_it():
    e = EXPERIMENTS["fig2a"].experiment(PROFILES["quick"], NAMES)
    e = only([e], ["DANTE", "SGD"])[0]
    assert e.training and [c.measure for c in e.claims] == ["train_error", ""]
    rng = np.random.default_rng(0)
    results = {}
    for row in e.rows:  # DANTE ahead in the training error alone
        sign = 1 if row.label == "DANTE" else -1
        for s in row.runs({}, 5):
            results[s] = {"diverged": "", "train_error": 1 - sign * 0.5 + 0.01 * rng.random(),
                          "test_error": 1 + sign * 0.5 + 0.01 * rng.random()}
    verdicts = [d.verdict for _, d in outcome(e, results, 5).decisions]
    assert verdicts == ["replicates", "contradicted"]


def test_figure_5_claims_speak_of_the_end_and_of_the_best_iterate():
    e = EXPERIMENTS["fig5"].experiment(PROFILES["quick"], NAMES)
    e = only([e], ["DANTE", "SGD"])[0]
    few = [(c.better, c.measure) for c in e.claims if c.panel == e.rows[0].panel]
    assert few == [("SGD", ""), ("SGD", "best_error"), ("DANTE", "best_iteration")]
    assert {c.better for c in e.claims if c.panel != e.rows[0].panel} == {"DANTE"}
    results = {}
    for row in e.rows:  # DANTE at 100 has the least training error, not the least test error
        for s in row.runs({}, 3):
            points = [(0, 0.9, 0.9), (100, 0.2, 0.5), (200, 0.3, 0.4)]
            if row.label == "SGD":
                points = [(0, 0.9, 0.9), (100, 0.6, 0.7), (200, 0.5, 0.6 + s.seed / 100)]
            results[s] = {"diverged": "", "test_error": points[-1][2] + s.seed / 1000,
                          "curve": [[i, 0.0, 0.0, x, y] for i, x, y in points]}
    found = outcome(e, results, 3)
    advantages = {(c.better, c.measure): d.advantage for c, d in found.decisions
                  if c.panel == e.rows[0].panel}
    assert advantages == pytest.approx({
        ("SGD", ""): 0.4 - 0.61, ("SGD", "best_error"): 0.5 - 0.61,
        ("DANTE", "best_iteration"): 100.0,
    })


def test_only_some_rows_and_the_claims_between_them():
    table3, fig4 = (EXPERIMENTS[n].experiment(PROFILES["paper"], NAMES) for n in ("table3", "fig4"))
    [fewer] = only([table3, fig4], ["SGD+AltMin 0.001", "SGD+AltMin 0.0001"])
    assert [r.label for r in fewer.rows] == ["SGD+AltMin 0.001", "SGD+AltMin 0.0001"]
    assert fewer.id == "table3" and not fewer.claims
    both = only([table3, fig4], ["DANTE", "SGD"])
    assert [len(e.rows) for e in both] == [2, 8]
    assert all({c.better, c.worse} == {"DANTE", "SGD"} for e in both for c in e.claims)
    assert [r.setting for r in both[0].rows] == [r.setting for r in table3.rows[:2]]
    with pytest.raises(InputError, match="--rows is 'Dante'; allowed are 'DANTE', 'SGD', "):
        only([table3], ["DANTE", "Dante"])


# --- what decides, on an experiment of three rows ------------------------------------------------

END_TO_END = replace(SMALL, method=BACKPROP)
ROWS = (Row("p", "DANTE", SMALL, paper=0.5), Row("p", "SGD", END_TO_END, paper=0.6),
        Row("p", "SGD, tuned", END_TO_END, tuned=True))
THREE = Experiment("e", "title", "source", ROWS, (
    Ordering("p", "DANTE", "SGD"), Ordering("p", "DANTE", "SGD", "train_error"),
    Ordering("p", "DANTE", "SGD, tuned")))


CURVE = ((0, 1.0, 1.0, 1.0, 1.0),)


def told(error, **more):
    return {"diverged": "", "test_error": error, "train_error": 2 * error, "accuracy": -error,
            "iterations": 10.0, "flops": 4.0, "seconds": 2.0, "curve": CURVE,
            "mean_answer": 0.25, "jobs": 4} | more


def results_of(experiment, seeds):
    """Test errors that tell seed and method apart; tuning prefers GRID[2], on seed 0 alone."""
    found = {s: told(abs(GRID.index(s.method.eta) - 2 - s.seed)) for s in
             candidates([experiment], seeds)}
    runs = final_runs([experiment], found, seeds)
    return found | {s: told(1 + s.seed + (s.method == DANTE)) for s in runs}


@pytest.mark.parametrize("dataset, best", [("vehicle", (2, 3)), ("mnist", (2, 2))])
def test_each_seed_has_the_learning_rate_of_its_own_rows(dataset, best):
    """Vehicle is split anew by each seed; MNIST's test rows are the same for all."""
    rows = tuple(replace(r, setting=replace(r.setting, dataset=dataset)) for r in ROWS)
    experiment = replace(THREE, rows=rows)
    found = results_of(experiment, 2)
    chosen = [rows[2].chosen(found, seed) for seed in (0, 1)]
    assert [GRID.index(s.method.eta) for s in chosen] == list(best)
    assert [s.seed for s in chosen] == [0, 1] and not any(s.validation for s in chosen)
    assert rows[2].chosen(found) == chosen[0] and rows[0].chosen({}, 1).seed == 1
    assert len(candidates([experiment], 2)) == (2 if best[1] == 3 else 1) * len(GRID)


def test_a_run_that_diverged_is_the_worst_there_is():
    assert THREE.value(told(3.0)) == 3.0 and THREE.value(told(3.0), "train_error") == 6.0
    more = replace(THREE, measure="accuracy")
    assert more.higher and not THREE.higher and more.value(told(3.0)) == -3.0
    bad = told(3.0, diverged="at layer W1")
    assert final_error(bad) == np.inf and final_error(told(3.0)) == 3.0
    assert THREE.value(bad) == np.inf and more.value(bad) == -np.inf


def test_a_result_tells_an_experiment_if_it_has_what_its_claims_are_about():
    """Those of a run that diverged are known, and a curve has them all."""
    for result, tells in (({"diverged": "at layer W1"}, True), ({"diverged": ""}, False),
                          ({"diverged": "", "train_error": 1.0}, True),
                          ({"diverged": "", "curve": CURVE}, True)):
        assert THREE.is_told_by(result) is tells
    assert replace(THREE, claims=THREE.claims[:1]).is_told_by({"diverged": ""})


def test_a_number_that_a_result_has_is_taken_from_it_and_else_from_its_curve():
    """The best iterate is that of the least training error: of (iteration, ..., training, test)."""
    curve = [[0, 0.0, 0.0, 0.9, 0.1], [10, 0.0, 0.0, 0.2, 0.5], [20, 0.0, 0.0, 0.3, 0.4]]
    result = {"diverged": "", "test_error": 0.4, "curve": curve}
    assert THREE.value(result) == 0.4
    assert (THREE.value(result, "best_error"), THREE.value(result, "best_iteration")) == (0.5, 10)
    known = result | {"best_error": 0.7, "best_iteration": 30, "curve": []}
    assert (THREE.value(known, "best_error"), THREE.value(known, "best_iteration")) == (0.7, 30)


def test_an_outcome_is_of_its_experiment_and_of_the_runs_that_tell():
    """A run without what the claims are about is no run; what no run has is nan, or nothing."""
    mine = replace(THREE, notes=("a note",), training=True, measure="accuracy", unit="share")
    found = results_of(THREE, 3)
    silent = next(s for s in found if s.method == DANTE and s.seed == 1 and not s.validation)
    for s in found:
        for key in ("iterations", "flops", "seconds", "curve", "mean_answer", "jobs"):
            del found[s][key]
    del found[silent]["train_error"]
    made = outcome(mine, found, 3)
    assert (made.notes, made.training, made.measure, made.unit) == (
        ("a note",), True, "accuracy", "share")
    dante = made.rows[0]
    assert (dante.seeds, dante.values) == ((0, 2), (-2.0, -4.0))
    assert np.isnan([dante.iterations, dante.flops, dante.seconds]).all()
    assert (dante.curves, dante.mean_answer, dante.at_a_time) == (((), ()), None, (None, None))


def test_a_learning_rate_is_chosen_by_training_alone():
    row = replace(ROWS[2], setting=replace(END_TO_END, svm=True))
    for s in row.candidates(2):
        assert s.validation is True and s.svm is False
    assert not any(s.validation or not s.svm for s in row.runs(results_of(THREE, 2), 2))


def test_final_runs_come_seed_by_seed_and_those_of_a_data_set_together():
    other = replace(THREE, rows=tuple(
        replace(r, setting=replace(r.setting, dataset="airfoil")) for r in ROWS[:2]))
    plain = without_tuning(THREE)
    assert [row.label for row in plain.rows] == ["DANTE", "SGD"] and len(plain.claims) == 2
    runs = final_runs([plain, other, plain], {}, 2)
    assert [(s.seed, s.dataset) for s in runs] == [
        (seed, name) for seed in (0, 1) for name in ["airfoil"] * 2 + ["vehicle"] * 4]


def test_every_row_is_run_under_a_reading_or_left_out():
    reading = Reading(normalise="columns")
    read_so = with_reading(THREE, reading)
    assert [row.setting.reading for row in read_so.rows] == [reading] * 3
    assert [(row.label, row.paper) for row in read_so.rows] == [(r.label, r.paper) for r in ROWS]
    impossible = replace(ROWS[1], setting=replace(ROWS[1].setting, svm=True))
    fewer = with_reading(replace(THREE, rows=(ROWS[0], impossible)), Reading(biases=True))
    assert [row.label for row in fewer.rows] == ["DANTE"] and fewer.claims == ()


def test_an_outcome_is_written_and_read_back_with_what_it_decides():
    found = results_of(THREE, 3)
    bad = next(s for s in found if s.method == BACKPROP and s.seed == 1 and not s.validation)
    found[bad] = told(0.0, diverged="at layer W1")
    made = outcome(THREE, found, 3)
    dante, sgd, tuned = made.rows
    assert dante.values == (2.0, 3.0, 4.0) and sgd.values == (1.0, np.inf, 3.0)
    assert (dante.iterations, dante.flops, dante.seconds) == (10.0, 4.0, 2.0)
    assert dante.also == {"train_error": (4.0, 6.0, 8.0)} and dante.seeds == (0, 1, 2)
    assert tuned.tuned and tuned.etas == tuple(GRID[2:5])  # each seed prefers the next
    assert (dante.difference, sgd.diverged, dante.at_an_end) == (2.5, 1, False)
    written = json.loads(json.dumps(as_json(made), allow_nan=False))
    said = written["rows"][1]
    assert {k: said[k] for k in ("panel", "label", "tuned", "paper", "diverged", "values")} == {
        "panel": "p", "label": "SGD", "tuned": False, "paper": 0.6, "diverged": 1,
        "values": [1.0, None, 3.0]}
    assert said["mean"] == sgd.summary.mean == 2.0
    assert said["half_width_95"] == sgd.summary.half_width
    assert said["also"]["train_error"][1] is None
    assert (said["iterations"], said["flops"], said["seconds"]) == (10.0, 4.0, 2.0)
    assert [claim["verdict"] for claim in written["claims"]] == [
        d.words for _, d in made.decisions]
    for claim, (asked, d) in zip(written["claims"], made.decisions, strict=True):
        assert (claim["better"], claim["measure"], claim["n"]) == (
            asked.better, asked.measure, d.n)
        assert claim["p"] == d.p or (claim["p"] is None and not np.isfinite(d.p))
        assert claim["advantage"] == (d.advantage if np.isfinite(d.advantage) else None)
    assert {k: written[k] for k in ("id", "title", "source", "measure", "unit")} == {
        "id": "e", "title": "title", "source": "source", "measure": "test_error",
        "unit": THREE.unit}
    assert (made.measure, made.notes, made.training) == ("test_error", (), False)
    assert dante.mean_answer == 0.25 and dante.curves == (CURVE,) * 3
    assert dante.at_a_time == (4,) * 3  # how many jobs ran beside it
    back = from_json(written)
    assert (back.title, back.source, back.unit) == ("title", "source", THREE.unit)
    assert back.rows[0].runs == dante.runs == tuple(s.key() for s in ROWS[0].runs({}, 3))
    assert json.loads(json.dumps(as_json(back))) == written
    assert back.rows[1].values == sgd.values
    assert from_json(written | {"measure": "accuracy"}).rows[1].values[1] == -np.inf
    runs = Published("", "", 1, {}, {"e": back}).runs()
    assert runs[bad.key()]["diverged"] == "diverged" and runs[dante.runs[1]] == {
        "diverged": "", "test_error": 3.0, "train_error": 6.0, "iterations": 10.0, "flops": 4.0,
        "seconds": 2.0}


def test_a_row_without_its_learning_rates_is_left_out_and_the_next_ones_are_not():
    order = replace(THREE, rows=(ROWS[2], *ROWS[:2]))
    found = {s: told(1.0) for row in ROWS[:2] for s in row.runs({}, 1)}
    made = outcome(order, found, 2)  # of seed 1 nothing is finished
    assert [row.label for row in made.rows] == ["DANTE", "SGD"] and len(made.claims) == 2
    assert [row.seeds for row in made.rows] == [(0,), (0,)]


# --- each run once, named by all that it is --------------------------------------------------


def test_any_change_is_another_run():
    changed = {
        "dataset": "fires", "task": "classification", "hidden": (6,), "activation": "sigmoid",
        "method": BACKPROP, "b": 9, "iterations": 140, "T_SNGD": 12, "a": 0.02, "seed": 1,
        "train_rows": 50, "test_rows": 50, "points": 7, "validation": True, "svm": True,
        "dtype": "float64", "reading": Reading(error="mean", start="uniform"),
    }
    assert set(changed) == {f.name for f in fields(Setting)}
    keys = {SMALL.key(), *(replace(SMALL, **{k: v}).key() for k, v in changed.items())}
    for change in (dict(schedule="round_robin"), dict(eta=0.002), dict(normalised=False),
                   dict(rule="momentum"), dict(constants=(("mu", 0.5),))):
        keys.add(replace(SMALL, method=replace(DANTE, **change)).key())
    assert len(keys) == 1 + len(changed) + 5


def test_a_finished_run_is_never_computed_again(tmp_path, monkeypatch):
    first = runs.finish(SMALL, tmp_path, None)
    assert first == json.loads((tmp_path / f"{SMALL.key()}.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(runs, "compute", lambda *a: pytest.fail("computed twice"))
    assert runs.finish(SMALL, tmp_path, None) == first
    with pytest.raises(pytest.fail.Exception):
        runs.finish(replace(SMALL, seed=1), tmp_path, None)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"config": {}}', "null"])
def test_a_damaged_file_is_no_result(tmp_path, damage):
    (tmp_path / f"{SMALL.key()}.json").write_text(damage)
    assert runs.stored(SMALL, tmp_path) is None


def without_seconds(result):
    return {k: v for k, v in result.items() if k not in ("curve", "seconds")}, [
        point[:2] + point[3:] for point in result["curve"]
    ]


def test_the_same_setting_gives_the_same_result_and_another_seed_another():
    a, b = runs.compute(SMALL), runs.compute(SMALL)
    assert without_seconds(a) == without_seconds(b)
    assert runs.compute(replace(SMALL, seed=1))["test_error"] != a["test_error"]


@pytest.mark.parametrize("method", [DANTE, replace(BACKPROP, rule="adam")], ids=["DANTE", "Adam"])
def test_an_interrupted_run_goes_on_to_the_last_bit(tmp_path, monkeypatch, method):
    setting = replace(SMALL, method=method, iterations=1000, b=128)
    whole = runs.compute(setting)
    monkeypatch.setattr(runs, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    iterate = Training._iterate

    def interrupted(self, *minibatch):
        iterate(self, *minibatch)
        if self.progress.iterations == 777:
            raise KeyboardInterrupt

    monkeypatch.setattr(Training, "_iterate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        runs.finish(setting, tmp_path, None)
    assert (tmp_path / f"{setting.key()}.npz").exists()
    monkeypatch.setattr(Training, "_iterate", iterate)
    again = runs.finish(setting, tmp_path, None)
    assert again.pop("jobs") == 1
    assert without_seconds(again) == without_seconds(whole)
    assert not (tmp_path / f"{setting.key()}.npz").exists()


def test_a_training_that_diverges_is_a_result(tmp_path):
    wild = replace(SMALL, method=BACKPROP.with_eta(1e12))
    result = runs.finish(wild, tmp_path, None)
    assert "layer W" in result["diverged"] and np.isfinite(result["curve"]).all()


@pytest.mark.parametrize("start", ["Glorot", "uniform"])
def test_biases_start_at_0_where_they_are_not_drawn(start):
    sizes, rng = (7, 5, 7), np.random.default_rng
    plain, biased = (
        released.start(replace(SMALL, reading=Reading(start=start, biases=b)), sizes, rng(0))
        for b in (False, True)
    )
    assert [W.shape for W in plain] == [(7, 5), (5, 7)]
    assert [W.shape for W in biased] == [(8, 5), (6, 7)]
    assert all(W[-1].any() == (start == "uniform") for W in biased)
    if start == "Glorot":  # the weights are those of a network without
        assert all(np.array_equal(W[:-1], V) for W, V in zip(biased, plain, strict=True))


def test_seconds_are_of_training_alone_and_go_on_after_a_stop(tmp_path, monkeypatch):
    """By a clock on which an iteration takes 1 and a measurement of an error 100."""
    now, stop = [0.0], []
    clock = SimpleNamespace(perf_counter=lambda: now[0])
    iterate, error, literal = Training._iterate, Network.error, released.Layers.error

    def iterating(self, *minibatch):
        iterate(self, *minibatch)
        now[0] += 1
        if self.progress.iterations in stop:
            raise KeyboardInterrupt

    def measuring(function):
        def measured(*args):
            now[0] += 100
            return function(*args)

        return measured

    for module in (runs, released):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(runs, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    monkeypatch.setattr(Training, "_iterate", iterating)
    monkeypatch.setattr(Network, "error", measuring(error))
    monkeypatch.setattr(released.Layers, "error", measuring(literal))
    whole = runs.compute(SMALL)
    assert whole["seconds"] == 120 and [p[2] for p in whole["curve"]] == [
        p[0] for p in whole["curve"]]
    stop.append(77)
    with pytest.raises(KeyboardInterrupt):
        runs.finish(SMALL, tmp_path, None)
    stop.clear()
    now[0] += 1000
    again = runs.finish(SMALL, tmp_path, None)
    assert [p[2] for p in again["curve"]] == [p[2] for p in whole["curve"]]
    accumulated = replace(SMALL, reading=Reading(gradients="accumulated"))
    assert {p[2] for p in runs.compute(accumulated)["curve"]} == {0.0}


# --- no test row is seen ----------------------------------------------------------------------


def test_weights_do_not_depend_on_test_rows():
    data = runs.load(SMALL, None)
    X, _, X_test, _ = runs.parts(SMALL, data)
    weights = [
        runs.train(SMALL, X, X, T, T)[0].training.network.weights
        for T in (X_test, np.full_like(X_test, 1e6))
    ]
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def with_other_test_rows(data, seed):
    """The data set as it is with its test rows and their classes altered beyond recognition."""
    rng = np.random.default_rng(seed)
    X = rng.normal(scale=1e4, size=data.X_test.shape).astype(data.X_test.dtype)
    return replace(data, X_test=X, y_test=rng.integers(len(data.classes), size=len(X)))


def fitted(monkeypatch, setting, data):
    """(result, pipeline) of a run of Table 2 on a data set."""
    made = []
    classifier = runs.classifier

    def keeping(*args, **kwargs):
        made.append(classifier(*args, **kwargs))
        return made[-1]

    with monkeypatch.context() as patch:
        patch.setattr(runs, "load", lambda *a: data)
        patch.setattr(runs, "classifier", keeping)
        return runs.compute(setting), made[0]


@pytest.mark.parametrize("method", [DANTE, BACKPROP], ids=["DANTE", "SGD"])
@pytest.mark.parametrize("name", ["vehicle", "digits32"])  # scaled by rows, by the known range
def test_table_2_fits_nothing_on_test_rows(name, method, monkeypatch):
    setting = replace(SMALL, dataset=name, svm=True, method=method)
    data = runs.load(setting, None)
    honest, before = fitted(monkeypatch, setting, data)
    for seed in range(3):
        spoilt, after = fitted(monkeypatch, setting, with_other_test_rows(data, seed))
        if name == "vehicle":
            for what in ("data_min_", "data_max_", "scale_", "min_"):
                assert np.array_equal(
                    getattr(before["scale"], what), getattr(after["scale"], what)), what
        else:
            assert "scale" not in before.named_steps
        for a, b in zip(before["features"].coefs_, after["features"].coefs_, strict=True):
            assert np.array_equal(a, b)
        X = data.X_train
        assert np.array_equal(before[:-1].transform(X), after[:-1].transform(X))
        assert np.array_equal(before["standardise"].mean_, after["standardise"].mean_)
        assert np.array_equal(before["svm"].cv_results_["mean_test_score"],
                              after["svm"].cv_results_["mean_test_score"])
        best = [p["svm"].best_estimator_ for p in (before, after)]
        assert best[0].C == best[1].C and np.array_equal(best[0].coef_, best[1].coef_)
        differing = {k for k in honest if honest[k] != spoilt[k]}
        assert "accuracy" in differing and differing <= {"accuracy", "seconds"}


def test_table_2_scales_by_the_training_rows_statistics(monkeypatch):
    setting = replace(SMALL, svm=True)
    data = runs.load(setting, None)
    assert data.scaling == "none" and data.X_train.max() > 1
    _, pipeline = fitted(monkeypatch, setting, data)
    low, high = data.X_train.min(axis=0), data.X_train.max(axis=0)
    assert np.array_equal(pipeline["scale"].data_min_, low)
    assert np.array_equal(pipeline["scale"].data_max_, high)
    both = np.concatenate([data.X_train, data.X_test])
    assert not np.array_equal(low, both.min(axis=0))  # so the test could fail
    Z = pipeline[:-2].transform(data.X_train).astype(np.float64)
    assert pipeline["standardise"].n_samples_seen_ == len(data.X_train)
    np.testing.assert_allclose(pipeline["standardise"].mean_, Z.mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize("method", [
    DANTE, BACKPROP, ALTMIN, replace(BACKPROP, rule="momentum", constants=(("mu", 0.5),)),
], ids=lambda m: f"{m.schedule}-{m.normalised}-{m.rule}")
def test_table_2s_estimator_is_the_settings_training(method):
    setting = replace(SMALL, svm=True, method=method)
    X = np.random.default_rng(0).random((60, 7), dtype=np.float32)
    X, _, _ = distinct_samples(X, None, np.ones(60))  # in the order that `fit` gives them
    found = features.autoencoder(setting).fit(X)
    rng = np.random.default_rng(setting.seed)
    net = Network.initial((7, 5, 7), setting.phi(), random_state=rng, dtype=X.dtype)
    training = Training(
        net, X, X, setting.schedule(), rule=method.make_rule(),
        normalise="matrix" if method.normalised else None,
        b=setting.b, random_state=rng,
    )
    training.run()
    assert training.progress.iterations == setting.iterations
    for a, b in zip(found.coefs_, net.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_an_autoencoder_that_diverges_has_no_accuracy():
    wild = replace(SMALL, svm=True, method=BACKPROP.with_eta(1e12))
    result = runs.compute(wild)
    assert "layer W" in result["diverged"] and "accuracy" not in result


def test_learning_rates_are_chosen_without_test_rows():
    setting = replace(SMALL, validation=True)
    data = runs.load(setting, None)
    spoilt = replace(data, X_test=np.full_like(data.X_test, np.nan))
    for a, b in zip(runs.parts(setting, data), runs.parts(setting, spoilt), strict=True):
        assert np.array_equal(a, b) and np.isfinite(b).all()
    train, _, held, _ = runs.parts(setting, data)
    assert len(train) + len(held) == len(data.X_train)


# --- work -------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["generalized_relu", "identity"])
@pytest.mark.parametrize("svm", [False, True], ids=["run", "pipeline"])
@pytest.mark.parametrize("method", [BACKPROP, ALTMIN, Method("greedy_pairs", 0.001, False)])
def test_flops_are_those_of_the_products_the_engine_makes(method, svm, activation, monkeypatch):
    """No row counts as drawn twice (`work`), so here as many different ones are passed on."""
    made, drawn = 0.0, Training._drawn

    def all_different(self):
        rows, count = drawn(self), min(self.phase.iterations * self.b, self.m)
        return np.append(rows, np.setdiff1d(np.arange(self.m), rows)[:count - len(rows)])

    def counted(function):
        def product(A, B, C, **scratch):
            nonlocal made
            made += 2.0 * C.shape[0] * C.shape[1] * A.shape[1]
            function(A, B, C, **scratch)

        return product

    for name in ("product", "add_product"):
        monkeypatch.setattr(blas, name, counted(getattr(blas, name)))
    monkeypatch.setattr(Training, "_drawn", all_different)
    hidden = (5, 4) if "pairs" in method.schedule and not svm else (5,)
    setting = replace(SMALL, method=method, hidden=hidden, svm=svm, activation=activation)
    result = runs.compute(setting)
    assert result["flops"] == made


def test_flops_within_a_phase_are_those_of_its_iterations_until_then():
    *before, end = runs.compute(replace(SMALL, method=BACKPROP))["curve"]
    assert [p[1] for p in before] == [end[1] * p[0] / end[0] for p in before] and end[0] == 120


def test_flops_of_one_hidden_layer():
    d, h, b, T = 7, 3, 4, 10
    p = 2 * d * h
    assert phase_flops((d, h, d), (1, 2), b, T, 10**9) == b * T * 5 * p
    assert phase_flops((d, h, d), (2,), b, T, 10**9) == b * T * 3 * p
    assert phase_flops((d, h, d), (2,), b, T, 6) == 6 * p + b * T * 2 * p
    short = b * T * (2 * p + 2 * h * h)  # W2 W2^T and Y W2^T are made once
    assert phase_flops((d, h, d), (1,), b, T, 6, linear=True) == short + p * h + 6 * p
    assert phase_flops((d, h, d), (1,), b, 2, 10**9, linear=True) == 2 * b * (3 * p + 18) + p * h
    assert phase_flops((h, d, h), (1,), b, 1, 10**9, linear=True) == b * 4 * p
    assert phase_flops((d, h, d), (2,), b, T, 6, linear=True) == 6 * p + b * T * 2 * p


# --- statistics -------------------------------------------------------------------------------


def test_interval_is_students():
    x = [1.0, 2.0, 4.0, 8.0, 16.0]
    s = summary(x)
    low, high = stats.t.interval(0.95, 4, np.mean(x), stats.sem(x))
    assert (s.mean - s.half_width, s.mean + s.half_width) == pytest.approx((low, high))
    assert summary([*x, np.inf]).diverged == 1 and summary([*x, np.inf]).mean == s.mean
    assert summary([3.0]).half_width == np.inf


def test_the_verdict_follows_direction_and_p():
    rng = np.random.default_rng(0)
    base = rng.normal(size=8)
    less = base - 1 + 0.1 * rng.normal(size=8)
    assert decide(less, base).verdict == "replicates"
    assert decide(base, less).verdict == "contradicted"
    assert decide(base, less, higher=True).verdict == "replicates"
    assert decide(less, base).p == stats.ttest_rel(less, base).pvalue
    assert decide(base, rng.permutation(base)).verdict == "undecided"
    assert decide(base, base).verdict == "undecided"
    assert decide([1.0], [2.0]).words == "undecided (one seed)"


def test_a_divergence_counts_against_the_method_that_diverged():
    x, bad = [0.1] * 8, [np.inf] * 8
    assert decide(x, bad).words == "replicates (diverged: every seed, sign test)"
    assert decide(bad, x).verdict is Replication.CONTRADICTED
    assert decide(x[:3], bad[:3]).words == "undecided (worse diverged)"  # sign test: p = 1/4
    assert decide(bad[:3], x[:3]).words == "undecided (better diverged)"
    for better, worse in ((bad, bad), ([*bad, 0.1], [*x, np.inf])):  # neither is always ahead
        assert decide(better, worse).because == ""
    assert decide([*bad, np.inf], [*x, np.inf]).words == (
        "contradicted (diverged: each decided seed, sign test)")


def test_few_seeds_seldom_decide_what_is_not_there():
    rng = np.random.default_rng(1)
    wrong = sum(
        decide(*rng.normal(size=(2, 5))).verdict != "undecided" for _ in range(2000)
    )
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], 2000, 0.05)
    assert low <= wrong <= high


# --- what the loss is a mean of ----------------------------------------------------------------


def test_the_bracket_is_variance_and_what_pca_leaves():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 6)) * [5, 4, 3, 2, 1, 0.5]
    found = bracket(X, X, "x", (1, 3, 6))
    values = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 / X.size
    assert found.mean_answer == pytest.approx(values.sum())
    assert found.pca[1] == pytest.approx(values[1:].sum())
    assert found.pca[3] == pytest.approx(values[3:].sum())
    assert found.pca[6] == pytest.approx(0, abs=1e-12)
    assert found.equivalent_components(values[1:].sum() * 1.01) == 1


def test_a_crossing_lies_on_the_line_between_two_points():
    curve = [[t, 0, 0, 9.0, e] for t, e in ((0, 1.0), (10, 0.5), (20, 0.6), (40, 0.1))]
    assert first_crossing(curve, 0.75) == pytest.approx(5)
    assert first_crossing(curve, 0.5) == 10
    assert first_crossing(curve, 0.35) == pytest.approx(30)
    assert first_crossing(curve, 2.0) == 0
    assert first_crossing(curve, 0.05) is None
    assert error_at(curve, 30) == pytest.approx(0.35)
