"""Comparisons that the paper hasn't: G without g, and SGD with a learning rate for each layer."""

from dataclasses import replace

import numpy as np
import pytest

from dante_ref.experiments import layer_rates, runs, without_g
from dante_ref.experiments.experiment import GRID, candidates, final_runs
from dante_ref.experiments.outcome import outcome
from dante_ref.experiments.paper import PROFILES
from dante_ref.experiments.readings import READINGS
from dante_ref.experiments.setting import BACKPROP, Setting
from dante_ref.training.schedules import DanteWithoutG

NAMES = {name: name for name in (*without_g.DATASETS, *layer_rates.DATASETS)}
TWO_RATES = replace(BACKPROP, eta=0.01, eta_1=0.3)
SMALL = Setting("vehicle", "autoencoding", (5,), "generalized_relu", BACKPROP, 8, 1, points=1)


def test_the_two_methods_differ_in_the_direction_alone():
    e = without_g.experiment(PROFILES["quick"], NAMES)
    for with_g, without in zip(e.rows[::2], e.rows[1::2], strict=True):
        assert with_g.panel == without.panel and with_g.tuned and without.tuned
        method = replace(without.setting.method, schedule="dante")
        assert replace(without.setting, method=method) == with_g.setting
        assert isinstance(without.setting.schedule(), DanteWithoutG)
        assert without.setting.key() != with_g.setting.key()
    assert {row.setting.activation for row in e.rows} == {"sigmoid", "generalized_relu"}


def test_the_verdict_says_which_is_better():
    """Made-up errors: without g a tenth less on one panel, a tenth more on the next, else the same
    on average."""
    e = without_g.experiment(PROFILES["quick"], NAMES)
    panels = [claim.panel for claim in e.claims]

    def error(row, setting):
        g = row.label == without_g.WITHOUT
        factor = {panels[0]: 0.9, panels[1]: 1.1}.get(row.panel, 0.9 + 0.1 * (setting.seed % 3))
        return (factor if g else 1) * (1 + setting.seed / 7) + abs(setting.method.eta - 0.1)

    results = {}
    for row in e.rows:
        for setting in candidates([replace(e, rows=(row,))], 5):
            results[setting] = {"diverged": "", "test_error": error(row, setting)}
        for setting in final_runs([replace(e, rows=(row,))], results, 5):
            results[setting] = {"diverged": "", "test_error": error(row, setting)}
    found = outcome(e, results, 5)
    assert [decision.verdict for _, decision in found.decisions[:3]] == [
        "replicates", "contradicted", "undecided"
    ]
    assert all(set(row.etas) == {0.1} for row in found.rows)


def weights(method, reading="sum-matrix", iterations=1):
    """(before, after) of a small autoencoder."""
    setting = replace(SMALL, method=method, reading=READINGS[reading], iterations=iterations)
    still = replace(setting, method=BACKPROP.with_eta(1e-30))
    data = runs.load(setting, None)
    X, y, X_test, y_test = runs.parts(setting, data)
    Y, Y_test = data.network_target(X, y), data.network_target(X_test, y_test)
    ends = [runs.train(which, X, Y, X_test, Y_test)[0] for which in (still, setting)]
    return [end.training.network.weights for end in ends]


@pytest.mark.parametrize("reading", ["sum-matrix", "mean-matrix", "sum-columns", "sum-long"])
def test_each_layer_steps_by_its_own_rate(reading):
    before, after = weights(TWO_RATES, reading)
    _, alone = weights(BACKPROP.with_eta(1.0), reading)
    for eta, W0, W, W1 in zip((0.3, 0.01), before, after, alone, strict=True):
        np.testing.assert_allclose(W - W0, eta * (W1 - W0), rtol=1e-3, atol=1e-6)
        assert np.abs(W1 - W0).max() > 1e-3


def test_equal_rates_are_one_rate_to_the_bit():
    _, one = weights(BACKPROP.with_eta(0.03), iterations=40)
    _, two = weights(replace(BACKPROP, eta=0.03, eta_1=0.03), iterations=40)
    for W, V in zip(one, two, strict=True):
        np.testing.assert_array_equal(W, V)


def test_each_pair_of_rates_is_tried_and_is_a_run_of_its_own():
    e = layer_rates.experiment(PROFILES["quick"], NAMES)
    assert len({row.panel for row in e.rows}) == 8 and len(e.rows) == 4 * 8
    for row in e.rows:
        tried = row.candidates(1)
        pairs = {s.method.etas for s in tried}
        assert pairs == ({(x, y) for x in GRID for y in GRID} if "by layer" in row.label else
                         {(x,) for x in GRID})
        assert len({s.key() for s in tried}) == len(tried) == len(pairs)
        best = {s: {"diverged": "", "test_error": i != 37 % len(tried)}
                for i, s in enumerate(tried)}
        assert row.chosen(best).method == tried[37 % len(tried)].method
