"""A learning rate for each layer: each layer's step has its own, and each pair is tried."""

from dataclasses import replace

import numpy as np
import pytest

from dante_ref.experiments import layer_rates, runs
from dante_ref.experiments.experiment import GRID
from dante_ref.experiments.paper import PROFILES
from dante_ref.experiments.readings import READINGS
from dante_ref.experiments.setting import BACKPROP, Setting

NAMES = {name: name for name in layer_rates.DATASETS}
TWO_RATES = replace(BACKPROP, eta=0.01, eta_1=0.3)
SMALL = Setting("vehicle", "autoencoding", (5,), "generalized_relu", BACKPROP, 8, 1, points=1)


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
