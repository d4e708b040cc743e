"""training/late: steps of low rank that W gets a few at a time, and the engine with them."""

import math

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.training import blas, late
from dante_ref.training.engine import Training
from dante_ref.training.late import Late, iterations_kept
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD, Momentum
from dante_ref.training.schedules import Backprop, Dante, RoundRobin
from dante_ref.training.step import Step

SIZES, B = (40, 30, 20), 2  # 0.4 n p / (n + p) is 6.9 rows for W1, 4.8 for W2: 3 and 2 iterations
X = np.random.default_rng(0).random((60, 40))
Y = np.random.default_rng(1).random((60, 20))
PHI = GeneralizedReLU(0.1, 1.0)


def training(schedule=None, phi=PHI, eta=0.01, **options):
    schedule = schedule or Dante(35, max_alternations=2)
    network = Network.initial(options.pop("sizes", SIZES), phi, random_state=2)
    options = {"rule": SGD(eta), "b": B, "random_state": 3, "normalise": "matrix"} | options
    return Training(network, X, Y, schedule, **options)


def bits(t):
    return [W.tobytes() for W in t.network.weights]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_are_those_of_the_weights_with_all_steps(dtype):
    """In whole numbers, which floats add without rounding: equal, whatever the order."""
    rng = np.random.default_rng(0)
    n, p = 40, 30

    def whole(*shape):
        return rng.integers(-3, 4, shape).astype(dtype)

    W = whole(n, p)
    W_t, steps = W.copy(), Late(W, B, np.full_like(W, np.nan))
    behind = []
    for t in range(1, 9):
        A, D, Z = whole(B, n), whole(B, p), np.full((B, p), np.nan, dtype)
        steps.scores(A, Z)
        assert np.array_equal(Z, A @ W_t), f"A W_t of step {t}"
        alpha = -2.0 if t % 2 else whole(p)
        steps.add(alpha, A, D)
        W_t += A.T @ (alpha * D)
        behind.append(not np.array_equal(W, W_t))
    assert behind == [True, True, False] * 2 + [True, True], "whole at each third step"
    steps.settle()
    assert np.array_equal(W, W_t)
    steps.settle()
    assert np.array_equal(W, W_t), "once"


def test_what_is_kept_has_the_weights_dtype():
    W = np.zeros((40, 30), np.float32)
    arrays = [A for A in vars(Late(W, B, W)).values() if isinstance(A, np.ndarray)]
    assert len(arrays) == 6 and {A.dtype for A in arrays} == {W.dtype}


@pytest.mark.parametrize("interrupted", [False, True])
def test_settled_lasts_while_asked_for_and_changes_no_bit(interrupted):
    rng = np.random.default_rng(0)
    W = rng.random((40, 30))
    steps, A, D, Z = Late(W, B, np.empty_like(W)), rng.random((B, 40)), rng.random((B, 30)), \
        np.empty((B, 30))
    steps.add(0.3, A, D)
    before = W.tobytes()
    try:
        with steps.settled():
            np.testing.assert_allclose(W, np.frombuffer(before).reshape(40, 30) + A.T @ (0.3 * D))
            if interrupted:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert W.tobytes() == before
    steps.scores(A, Z)
    np.testing.assert_allclose(Z, A @ (W + A.T @ (0.3 * D)))


@pytest.mark.parametrize(("shape", "b", "kept"), [
    ((1024, 400), 20, 5), ((400, 1024), 20, 5), ((1024, 400), 1, 115), ((1024, 400), 58, 1),
    ((1024, 400), 400, 1), ((8, 4), 1, 1), ((1024, 1), 1, 1),
])
def test_what_is_kept_costs_at_most_its_share_of_the_scores(shape, b, kept):
    """(A A_sᵀ) D_s for r rows s takes b r (n + p) products, A W b n p."""
    n, p = shape
    assert iterations_kept(shape, b) == kept
    if kept > 1:
        assert b * kept * (n + p) <= late.SHARE * n * p < b * (kept + 1) * (n + p)


def behind(sizes, layers, b=B, **options):
    network = Network.initial(sizes, PHI, random_state=0)
    return Step(network, layers, b, 10, 60, **options).late is not None


def test_a_layer_that_moves_alone_on_small_minibatches_is_late():
    assert behind(SIZES, (1,)) and behind(SIZES, (2,)) and behind((40, 30, 20, 40), (2,))
    assert not behind(SIZES, (2, 1)), "W2 takes part in W1's step"
    assert not behind(SIZES, (1,), b=4), "one minibatch costs more than its share"
    assert not behind(SIZES, (1,), values=True), "the best iterate is copied when it is found"
    assert not behind((40, 30), (1,)), "backprop, whose last block a longer schedule cuts elsewhere"


SCHEDULES = {
    "matrix": {}, "columns": {"normalise": "columns"}, "gradient": {"normalise": None},
    "sigmoid": {"phi": Sigmoid()}, "the shorter way": {"phi": (PHI, Identity())},
    "another rule": {"rule": Momentum(0.001)},
    "three layers": {"sizes": (40, 30, 30, 20), "schedule": RoundRobin(35, max_alternations=2)},
}


@pytest.mark.parametrize("which", SCHEDULES)
def test_late_or_not_the_weights_are_the_same_to_rounding(which, monkeypatch):
    calls, add_product = [], blas.add_product

    def counted(A, B, C, scratch):
        calls.append(A.shape[1])
        add_product(A, B, C, scratch)

    monkeypatch.setattr(blas, "add_product", counted)
    first = training(**SCHEDULES[which]).run()
    largest = max(calls, default=0)
    monkeypatch.setattr(late, "SHARE", 0.0)
    second = training(**SCHEDULES[which]).run()
    assert largest == (0 if which == "another rule" else 3 * B), "rows of three minibatches at once"
    for W, W_by_step in zip(first.network.weights, second.network.weights, strict=True):
        np.testing.assert_allclose(W, W_by_step, rtol=1e-9, atol=1e-12)


def test_where_samples_cancel_late_steps_are_right_too(monkeypatch):
    """Equal rows with residuals of opposite signs: ‖Aᵀ D‖ comes from G itself, G goes to W."""
    def trained():
        network = Network.initial(SIZES, Identity(), random_state=2)
        rows = np.repeat(X[:1], 2, axis=0)
        rows[1] *= -1 + 1e-6
        return Training(
            network, rows, np.zeros((2, 20)), Dante(9, max_alternations=1), rule=SGD(0.01), b=2,
            random_state=3,
        ).run().network.weights

    first = trained()
    monkeypatch.setattr(late, "SHARE", 0.0)
    for W, W_by_step in zip(first, trained(), strict=True):
        np.testing.assert_allclose(W, W_by_step, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("every", [1, 2, 7])
def test_who_watches_sees_whole_weights_and_changes_no_bit(every, monkeypatch):
    seen = {}

    def watch(t):
        seen[t.progress.iterations] = [W.copy() for W in t.network.weights]

    watched, ticks = training(), []
    watched.run(watch=watch, every=every, tick=lambda: ticks.append(True))
    assert bits(watched) == bits(training().run())
    assert list(seen) == list(range(every, 141, every)) and len(ticks) == 140
    monkeypatch.setattr(late, "SHARE", 0.0)
    training().run(watch=lambda t: [
        np.testing.assert_allclose(W, W_t, rtol=1e-9, atol=1e-12)
        for W, W_t in zip(seen[t.progress.iterations], t.network.weights, strict=True)
    ], every=every)


@pytest.mark.parametrize("every", [0, -1, 2.5, "2"])
def test_every_is_a_whole_number(every):
    with pytest.raises(InputError, match=r"every is .*; allowed"):
        training().run(watch=print, every=every)


def test_interrupted_after_any_iteration_it_goes_on_to_the_last_bit():
    whole = training().run()
    for stop in (1, 2, 3, 35, 36, 70, 140):
        parts, left = training(), iter(range(stop - 1, -1, -1))

        def press(left=left):
            if not next(left):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            parts.run(tick=press)
        state, arrays = parts.state()
        restored = training(random_state=99)
        restored.restore(state, {key: A.copy() for key, A in arrays.items()})
        assert bits(restored.run()) == bits(parts.run()) == bits(whole), f"stopped at {stop}"


def test_divergence_is_found_at_the_same_iteration(monkeypatch):
    def found():
        t = training(Dante(35, max_alternations=40), normalise=None, eta=1e3)
        with pytest.raises(DivergenceError) as caught:
            t.run()
        return caught.value

    first = found()
    monkeypatch.setattr(late, "SHARE", 0.0)
    second = found()
    assert (first.layer, first.iteration) == (second.layer, second.iteration)
    for W, W_by_step in zip(first.weights, second.weights, strict=True):
        assert np.isfinite(W).all()
        np.testing.assert_allclose(W, W_by_step, rtol=1e-6)


def test_numbers_whose_squares_overflow_are_finite_numbers():
    t = training(Backprop(1)).run()
    t.network.weights[0][0, 0] = 1e200
    assert t.is_finite()
    for number in (math.inf, math.nan):
        t.network.weights[0][0, 0] = number
        assert not t.is_finite()
