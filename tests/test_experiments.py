"""Section 4's experiments: declared as printed, computed once, no test row seen, decided fairly."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from scipy import stats

from dante_ref.experiments import EXPERIMENTS, runs
from dante_ref.experiments.experiment import GRID, candidates
from dante_ref.experiments.loss_scale import bracket
from dante_ref.experiments.paper import PROFILES
from dante_ref.experiments.setting import DANTE, SGD, SGD_ALTMIN, Method, Setting
from dante_ref.experiments.statistics import decide, summary
from dante_ref.experiments.work import phase_flops
from dante_ref.training import workspace

SMALL = Setting(
    "vehicle", "autoencoding", (5,), "generalized_relu", DANTE, 8, 120, T_SNGD=10, points=6
)
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
    for method in (DANTE, SGD):
        result = runs.compute(replace(SMALL, method=method, points=7))
        assert result["iterations"] == result["curve"][-1][0] == 120
        assert result["curve"][-1][1] == result["flops"]
    assert replace(SMALL, points=7).iterations % (120 // 7)


def test_every_method_is_tuned_over_one_grid_and_never_on_test_rows():
    for e in all_experiments():
        for row in e.rows:
            tried = row.candidates()
            if row.tuned:
                assert tuple(s.method.eta for s in tried) == GRID
                assert all(s.validation for s in tried)
            assert not row.setting.validation
    assert len(candidates(all_experiments())) > 0


# --- each run once, named by all that it is --------------------------------------------------


def test_any_change_is_another_run():
    changed = {
        "dataset": "fires", "task": "classification", "hidden": (6,), "activation": "sigmoid",
        "method": SGD, "b": 9, "iterations": 140, "T_SNGD": 12, "a": 0.02, "seed": 1,
        "train_rows": 50, "test_rows": 50, "points": 7, "validation": True, "svm": True,
        "dtype": "float64",
    }
    assert set(changed) == {f.name for f in fields(Setting)}
    keys = {SMALL.key(), *(replace(SMALL, **{k: v}).key() for k, v in changed.items())}
    for change in (dict(schedule="round_robin"), dict(eta=0.002), dict(normalised=False),
                   dict(rule="momentum"), dict(constants=(("mu", 0.5),))):
        keys.add(replace(SMALL, method=replace(DANTE, **change)).key())
    assert len(keys) == 1 + len(changed) + 5


def test_a_finished_run_is_never_computed_again(tmp_path, monkeypatch):
    first = runs.finish(SMALL, tmp_path, None)
    assert first == json.loads((tmp_path / f"{SMALL.key()}.json").read_text())
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


@pytest.mark.parametrize("method", [DANTE, replace(SGD, rule="adam")], ids=["DANTE", "Adam"])
def test_an_interrupted_run_goes_on_to_the_last_bit(tmp_path, monkeypatch, method):
    setting = replace(SMALL, method=method, iterations=1000, b=128)
    whole = runs.compute(setting)
    monkeypatch.setattr(runs, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    watch = runs.Recorder.watch

    def interrupted(self, training):
        watch(self, training)
        if training.progress.iterations == 777:
            raise KeyboardInterrupt

    monkeypatch.setattr(runs.Recorder, "watch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        runs.finish(setting, tmp_path, None)
    assert (tmp_path / f"{setting.key()}.npz").exists()
    monkeypatch.setattr(runs.Recorder, "watch", watch)
    again = runs.finish(setting, tmp_path, None)
    assert without_seconds(again) == without_seconds(whole)
    assert not (tmp_path / f"{setting.key()}.npz").exists()


def test_a_training_that_diverges_is_a_result(tmp_path):
    wild = replace(SMALL, method=SGD.with_eta(1e12))
    result = runs.finish(wild, tmp_path, None)
    assert "layer W" in result["diverged"] and np.isfinite(result["curve"]).all()


# --- no test row is seen ----------------------------------------------------------------------


@pytest.mark.parametrize("svm", [False, True], ids=["errors", "svm"])
def test_nothing_that_is_fitted_depends_on_test_rows(svm):
    setting = replace(SMALL, svm=svm)
    data = runs.load(setting, None)
    X, y, X_test, y_test = runs.parts(setting, data)
    garbage = np.full_like(X_test, 1e6)
    if svm:
        honest = runs.svm_accuracy(setting, data, X, y, X_test, y_test)
        spoilt = runs.svm_accuracy(setting, data, X, y, garbage, y_test[::-1].copy())
        assert spoilt.pop("accuracy") != honest.pop("accuracy")
        assert without_seconds(spoilt) == without_seconds(honest)
    else:
        weights = [
            runs.train(setting, X, X, T, T)[0].network.weights for T in (X_test, garbage)
        ]
        assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def test_learning_rates_are_chosen_without_test_rows():
    setting = replace(SMALL, validation=True)
    data = runs.load(setting, None)
    spoilt = replace(data, X_test=np.full_like(data.X_test, np.nan))
    for a, b in zip(runs.parts(setting, data), runs.parts(setting, spoilt), strict=True):
        assert np.array_equal(a, b) and np.isfinite(b).all()
    train, _, held, _ = runs.parts(setting, data)
    assert len(train) + len(held) == len(data.X_train)


def test_table_2_fits_its_scaling_on_training_rows():
    setting = replace(SMALL, svm=True)
    assert runs.load(setting, None).scaling == "none"
    assert runs.load(setting, None).X_train.max() > 1


# --- work -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [SGD, SGD_ALTMIN, Method("greedy_pairs", 0.001, False)])
def test_flops_are_those_of_the_products_the_engine_makes(method, monkeypatch):
    made = 0.0
    product = workspace.Blas.product

    def counted(self, A, B, C, *args, **kwargs):
        nonlocal made
        made += 2.0 * C.shape[0] * C.shape[1] * (A.shape[0] if kwargs.get("A_T") else A.shape[1])
        return product(self, A, B, C, *args, **kwargs)

    monkeypatch.setattr(workspace.Blas, "product", counted)
    hidden = (5, 4) if "pairs" in method.schedule else (5,)
    setting = replace(SMALL, method=method, hidden=hidden)
    result = runs.compute(setting)
    assert result["flops"] == made


def test_flops_of_one_hidden_layer():
    d, h, b, T = 7, 3, 4, 10
    p = 2 * d * h
    assert phase_flops((d, h, d), (1, 2), b, T, 10**9) == b * T * 5 * p
    assert phase_flops((d, h, d), (2,), b, T, 10**9) == b * T * 3 * p
    assert phase_flops((d, h, d), (2,), b, T, 6) == 6 * p + b * T * 2 * p


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
    assert decide([1.0], [2.0]).verdict.startswith("undecided")


def test_a_divergence_counts_against_the_method_that_diverged():
    x, bad = [0.1] * 8, [np.inf] * 8
    assert decide(x, bad).verdict.startswith("replicates")
    assert decide(bad, x).verdict.startswith("contradicted")
    assert decide(x[:3], bad[:3]).verdict.startswith("undecided")  # sign test: p = 1/4


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
