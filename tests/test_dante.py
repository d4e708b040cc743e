"""Algorithm 2 (DANTE), the SGD baseline, and the objectives that they share."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref import balls
from dante_ref.activations import GeneralizedReLU
from dante_ref.algorithms.dante import dante
from dante_ref.algorithms.sngd import SNGDResult, sngd
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.objectives import (
    InnerLayerObjective,
    LayerObjective,
    NetworkObjective,
)
from dante_ref.training.initial import initial_weights

OPTIONS = dict(T_SNGD=4, eta=0.05, b=3, random_state=0)


class CountingReLU(GeneralizedReLU):
    """A generalized ReLU that notes the number of samples of each call of phi."""

    def phi(self, z):
        self.__dict__.setdefault("calls", []).append(len(z))
        return super().phi(z)


def network(seed=0, phi1=None, phi2=None, m=11):
    """A random problem with 5 inputs, 3 hidden units and 4 outputs, and a start."""
    rng = np.random.default_rng(seed)
    phi1 = phi1 or GeneralizedReLU(0.2, 1.0)
    f = NetworkObjective(
        rng.normal(size=(m, 5)), rng.normal(size=(m, 4)), (phi1, phi2 or GeneralizedReLU(0.5, 1.0))
    )
    return f, rng.normal(size=(5, 3)), rng.normal(size=(3, 4))


def still(objective, w, **options):
    """A solver that leaves the weights alone."""
    return SNGDResult(w, w, np.zeros(1), 0)


# Algorithm 2


def test_one_alternation_is_two_runs_of_algorithm_1_w2_first():
    """W2^1 by SNGD on the hidden activations of W1^0; then W1^1 by SNGD with W2^1 held."""
    f, W1, W2 = network()
    result = dante(f, W1, W2, T_AM=1, max_alternations=1, **OPTIONS)

    rng = np.random.default_rng(0)
    Z = f.activations[0].phi(f.X @ W1)
    outer = LayerObjective(Z, f.Y, f.activations[1])
    new_W2 = sngd(outer, W2, T=4, eta=0.05, b=3, random_state=rng).last
    inner = InnerLayerObjective(f.X, f.Y, (new_W2,), f.activations)
    new_W1 = sngd(inner, W1, T=4, eta=0.05, b=3, random_state=rng).last
    np.testing.assert_array_equal(result.weights[1], new_W2)
    np.testing.assert_array_equal(result.weights[0], new_W1)
    assert result.t == 2
    assert result.error == pytest.approx(
        f.error(new_W1, new_W2), rel=1e-12
    )


def test_the_other_layer_is_frozen_and_w2_moves_first():
    f, W1, W2 = network()
    path = [(W1, W2)]

    def step_by_step(objective, w, *, T, layer, **options):
        zeros = 0
        for _ in range(T):
            turn = sngd(objective, w, T=1, layer=layer, **options)
            w, zeros = turn.last, zeros + turn.zero_gradients
            path.append((w, path[-1][1]) if layer == "W1" else (path[-1][0], w))
        return replace(turn, zero_gradients=zeros)

    result = dante(f, W1, W2, T_AM=1, max_alternations=3, solver=step_by_step, **OPTIONS)
    assert len(path) == 1 + 3 * 2 * 4
    whole = dante(f, W1, W2, T_AM=1, max_alternations=3, **OPTIONS)
    for w, v in zip(result.weights, whole.weights, strict=True):
        assert w.tobytes() == v.tobytes()
    moved = [
        "".join(n for n, u, v in zip("12", old, new, strict=True) if not np.array_equal(u, v))
        for old, new in itertools.pairwise(path)
    ]
    assert moved == (["2"] * 4 + ["1"] * 4) * 3


def test_hidden_activations_of_the_frozen_layer_are_computed_once_per_alternation():
    """phi1 on all m samples: once at the start and once an alternation, never in a W2 step.

    In a W1 step phi1 is needed once on the minibatch: g_1's residual and f_t's value share it.
    """
    m, b, T, alternations = 11, 3, 4, 5
    phi1 = CountingReLU(0.2, 1.0)
    f, W1, W2 = network(phi1=phi1, m=m)
    dante(
        f, W1, W2, T_AM=1, T_SNGD=T, eta=0.05, b=b, random_state=0, max_alternations=alternations
    )
    calls = phi1.__dict__["calls"]
    assert calls.count(m) == alternations + 1
    assert calls.count(b) == alternations * T
    assert len(calls) == calls.count(m) + calls.count(b)
    assert calls[: 2 + T] == [m] + [b] * T + [m], "none between the start and W1's turn"


@pytest.mark.parametrize("T_AM, alternations", [(1, 1), (2, 1), (3, 2), (6, 5)])
def test_t_am_alone_makes_t_am_minus_1_alternations_and_at_least_one(T_AM, alternations):
    """Nothing moves, so the change is 0 < eps from t = 2 on: only 't < T_AM' goes on."""
    f, W1, W2 = network()
    result = dante(f, W1, W2, T_AM=T_AM, eps=1e-6, solver=still, **OPTIONS)
    assert result.t - 1 == alternations
    assert result.change == 0


@given(changes=st.lists(st.integers(0, 3), min_size=1, max_size=8), T_AM=st.integers(1, 5))
def test_stopping_is_the_printed_condition(changes, T_AM):
    """A solver that sets f to chosen values: stop after the first t with change < eps, t >= T_AM.

    One sample x = 1, one unit, phi the identity, y = 0: f(W1, W2) = (W1 W2)^2. Turn t sets W2 so
    that f moves by changes[t]; beyond the list nothing moves.
    """
    eps = 1.5
    f = NetworkObjective(
        np.ones((1, 1)), np.zeros((1, 1)), (GeneralizedReLU(1, 1), GeneralizedReLU(1, 1))
    )
    plan = iter(np.sqrt(1 + np.cumsum(changes)))

    done = []

    def scripted(objective, w, layer, **options):
        done.append(layer)
        if layer == "W2":
            w = np.full((1, 1), next(plan, w[0, 0]))
        return SNGDResult(w, w, np.zeros(1), 0)

    result = dante(
        f, np.ones((1, 1)), np.ones((1, 1)), T_AM=T_AM, eps=eps, solver=scripted,
        max_alternations=100, **OPTIONS,
    )
    t = 1
    change = np.inf
    while change >= eps or t < T_AM:
        change = changes[t - 1] if t <= len(changes) else 0
        t += 1
    assert result.t == t
    assert done == ["W2", "W1"] * (t - 1)


def test_the_cap_ends_a_loop_that_keeps_moving():
    f, W1, W2 = network()
    assert dante(f, W1, W2, T_AM=2, max_alternations=7, **OPTIONS).t - 1 == 7
    assert dante(f, W1, W2, T_AM=2, **OPTIONS).t - 1 == 20, "10 T_AM unless told otherwise"
    # A cap below T_AM - 1 caps all the same.
    assert dante(f, W1, W2, T_AM=50, max_alternations=3, **OPTIONS).t - 1 == 3


def test_change_is_the_last_two_errors_difference():
    f, W1, W2 = network()
    results = [dante(f, W1, W2, T_AM=1, max_alternations=n, **OPTIONS) for n in range(1, 5)]
    assert [result.t for result in results] == [2, 3, 4, 5]
    before = [float(f.error(W1, W2))] + [r.error for r in results]
    for result, (old, new) in zip(results, itertools.pairwise(before), strict=True):
        assert result.change == pytest.approx(abs(new - old), rel=1e-9)
        assert result.error == pytest.approx(float(f.error(*result.weights)), rel=1e-12)


@pytest.mark.parametrize("iterate", ["last", "best"])
def test_with_one_generator_two_calls_are_one(iterate):
    f, W1, W2 = network()
    options = OPTIONS | dict(T_AM=1, iterate=iterate)
    whole = dante(f, W1, W2, max_alternations=5, **options)
    rng = np.random.default_rng(0)
    half = dante(f, W1, W2, max_alternations=2, **options | dict(random_state=rng))
    rest = dante(f, *half.weights, max_alternations=3, **options | dict(random_state=rng))
    assert (rest.change, rest.error) == (whole.change, whole.error)
    assert half.t - 1 + rest.t - 1 == whole.t - 1
    for w, v in zip(rest.weights, whole.weights, strict=True):
        assert w.tobytes() == v.tobytes()


def test_best_iterate_is_handed_on():
    f, W1, W2 = network()
    result = dante(f, W1, W2, T_AM=1, max_alternations=1, iterate="best", **OPTIONS)
    rng = np.random.default_rng(0)
    new_W2 = sngd(f.in_layer(2, W1, W2), W2, T=4, eta=0.05, b=3, random_state=rng).best
    np.testing.assert_array_equal(result.weights[1], new_W2)


def test_zero_gradients_of_both_layers_are_counted():
    """x = 0 gives hidden activations 0: no gradient in W2, and none in W1."""
    f, W1, W2 = network()
    f = NetworkObjective(np.zeros_like(f.X), f.Y, f.activations)
    for alternations in (1, 2, 3):
        result = dante(f, W1, W2, T_AM=1, max_alternations=alternations, **OPTIONS)
        assert result.zero_gradients == alternations * 2 * 4
    assert np.array_equal(result.weights[0], W1) and np.array_equal(result.weights[1], W2)


def test_it_learns_a_planted_network():
    """From a start 0.5 away in each layer, the error falls by more than a factor of 10."""
    rng = np.random.default_rng(3)
    phi = GeneralizedReLU(0.5, 1.0)
    X = balls.uniform_in_ball(rng, (200, 4))
    W1_star, W2_star = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    f = NetworkObjective(X, phi.phi(phi.phi(X @ W1_star) @ W2_star), (phi, phi))
    W1 = W1_star + 0.5 * balls.uniform_in_ball(rng, (4, 3), ndim=2)
    W2 = W2_star + 0.5 * balls.uniform_in_ball(rng, (3, 2), ndim=2)
    result = dante(
        f, W1, W2, T_AM=1, T_SNGD=100, eta=0.003, b=20, max_alternations=10, random_state=0
    )
    assert result.error < f.error(W1, W2) / 10


def test_dante_divergence_names_the_layer():
    f, W1, W2 = network()
    f = NetworkObjective(f.X * 1e200, f.Y, f.activations)
    with pytest.raises(DivergenceError, match=r"layer W2 at minibatch iteration 1;"):
        dante(f, W1, W2, T_AM=1, **OPTIONS)


def test_infinities_that_cancel_in_an_objective_are_no_warning_either():
    class Cancelling(LayerObjective):
        def error(self, W):
            return np.subtract(np.inf, np.inf)

    class Network(NetworkObjective):
        def in_layer(self, l, W1, W2):
            if l == 1:
                return super().in_layer(l, W1, W2)
            return Cancelling(self.activations[0].phi(self.X @ W1), self.Y, self.activations[1])

    f, W1, W2 = network()
    steady = SNGDResult(W2, W2, np.zeros(1), 0)
    with pytest.raises(DivergenceError, match=r"layer W1 at minibatch iteration 8;"):
        dante(Network(f.X, f.Y, f.activations), W1, W2, T_AM=1,
              solver=lambda f, w, layer, **options: replace(steady, last=w), **OPTIONS)


def test_dante_divergence_after_an_alternation_counts_both_turns():
    """Alternation t ends with minibatch iteration 2 t T_SNGD: here in the second, 2 * 2 * 4."""
    f, W1, W2 = network()
    turns = []

    def to_infinity(objective, w, layer, **options):
        turns.append(layer)
        w = w * 1e200 if len(turns) == 4 else w
        return SNGDResult(w, w, np.zeros(1), 0)

    with pytest.raises(DivergenceError, match=r"layer W1 at minibatch iteration 16;"):
        dante(f, W1, W2, T_AM=1, solver=to_infinity, **OPTIONS)
    assert turns == ["W2", "W1"] * 2


def test_what_a_solver_is_asked():
    """Each turn: its layer's objective and weights, the options, and one Generator for all."""
    f, W1, W2 = network()
    seen = []

    def solver(objective, w, **options):
        seen.append((objective, w, options))
        return SNGDResult(w, w + 2, np.zeros(1), {"W2": 3, "W1": 4}[options["layer"]])

    options = OPTIONS | dict(T_AM=1, solver=solver, iterate="best", max_alternations=2)
    result = dante(f, W1, W2, normalise="columns", **options)
    kinds = [type(objective) for objective, _, _ in seen]
    assert kinds == [LayerObjective, InnerLayerObjective] * 2
    for turn, (_, w, asked) in enumerate(seen):
        layer = ("W2", "W1")[turn % 2]
        np.testing.assert_allclose(w, (W2, W1)[turn % 2] + 2 * (turn // 2), rtol=1e-12)
        assert asked.keys() == {"T", "eta", "b", "normalise", "random_state", "layer"}
        assert asked["normalise"] == "columns"
        assert (asked["T"], asked["eta"], asked["b"], asked["layer"]) == (4, 0.05, 3, layer)
        assert asked["random_state"] is seen[0][2]["random_state"]
    # W2 with W1 held, then W1 with the new W2 held.
    phi1 = f.activations[0]
    for turn, held in enumerate((W1, W2 + 2, W1 + 2, W2 + 4)):
        objective = seen[turn][0]
        if turn % 2:
            np.testing.assert_allclose(objective.above[0], held, rtol=1e-12)
        else:
            np.testing.assert_allclose(objective.X, phi1.phi(f.X @ held), rtol=1e-12)
    assert result.zero_gradients == 2 * (3 + 4)


@pytest.mark.parametrize("change, message", [
    (dict(T_AM=0), "T_AM is 0"), (dict(T_SNGD=0), "T is 0"), (dict(eps=-1.0), "eps is -1.0"),
    (dict(max_alternations=0), "max_alternations is 0"),
    (dict(random_state="x"), "random_state is 'x'"),
    (dict(iterate="mean"), "iterate is 'mean'; allowed are last, best$"),
    (dict(W1=np.zeros((4, 3))), r"W1 has shape \(4, 3\)"),
    (dict(W2=np.zeros((2, 4))), r"W2 has shape \(2, 4\)"),
    (dict(W2=np.full((3, 4), np.nan)), "W2 holds 12 NaN"),
])
def test_bad_arguments_are_named(change, message):
    f, W1, W2 = network()
    call = dict(W1=W1, W2=W2, T_AM=1) | OPTIONS | change
    with pytest.raises(InputError, match=f"^{message}"):
        dante(f, **call)


# The start


def test_initial_weights_have_the_stated_spread():
    """Uniform in +-sqrt(6/(rows + columns)): variance 2/(rows + columns), to 5 standard errors."""
    W1, W2 = initial_weights((60, 40, 90), random_state=0)
    for W, shape in ((W1, (60, 40)), (W2, (40, 90))):
        assert W.shape == shape
        bound = np.sqrt(6 / sum(shape))
        assert np.abs(W).max() <= bound
        # The variance of u^2 for u uniform in [-c, c] is 4 c^4 / 45.
        tolerance = 5 * np.sqrt(4 * bound**4 / 45 / W.size)
        assert np.mean(W**2) == pytest.approx(2 / sum(shape), abs=tolerance)
    again, _ = initial_weights((60, 40, 90), random_state=0)
    assert np.array_equal(W1, again)
