"""The training loop against Algorithms 1 and 2 as written down literally, and its fast parts
against the readable form in `Network`."""

import math
from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from trainings import Once

from dante_ref import literal
from dante_ref.activations import Activation, GeneralizedReLU, Identity, Sigmoid, Tanh
from dante_ref.algorithms.backprop import sgd
from dante_ref.algorithms.dante import dante
from dante_ref.algorithms.sngd import sngd
from dante_ref.algorithms.successors import without_g
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.objectives import (
    GLMObjective,
    InnerLayerObjective,
    LayerObjective,
    NetworkObjective,
)
from dante_ref.training import aligned, blas, feed
from dante_ref.training.engine import Training
from dante_ref.training.feed import Feed
from dante_ref.training.inplace import Targets, _g_into
from dante_ref.training.network import Network
from dante_ref.training.rules import RULES, SGD, Adam, Momentum
from dante_ref.training.schedules import (
    Backprop,
    Dante,
    DanteFinetuned,
    DanteWithoutG,
    GreedyPairs,
    Phase,
    RoundRobin,
)
from dante_ref.training.step import Step

RELU = GeneralizedReLU(0.1, 1.0)
ACTIVATIONS = [
    RELU, GeneralizedReLU(0.25, 3.0), GeneralizedReLU(0.25, 0.5), Sigmoid(), Tanh(), Identity(),
]
NAMES = ["relu", "relu-b-3", "relu-b-half", "sigmoid", "tanh", "identity"]


class Softplus(Activation):
    """An activation that the fast path knows nothing of."""

    name = "softplus"
    positively_homogeneous = False

    def phi(self, z):
        return np.logaddexp(0, z)

    def g(self, z):
        return 1 / (1 + np.exp(-z))

    def slopes(self, R=np.inf):
        raise NotImplementedError


def problem(sizes=(5, 3, 4), m=30, seed=0, phi=RELU, loss="squared", dtype=np.float64):
    """A network and samples: all numbers random."""
    rng = np.random.default_rng(seed)
    if loss == "cross_entropy":
        phi = [phi] * (len(sizes) - 2) + [Identity()]
        Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=m)]
    else:
        Y = rng.normal(size=(m, sizes[-1]))
    weights = [rng.normal(size=s) / s[0] ** 0.5 for s in pairwise(sizes)]
    network = Network(phi, [W.astype(dtype) for W in weights], loss)
    return network, rng.normal(size=(m, sizes[0])).astype(dtype), Y.astype(dtype)


# The readable form


@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
@pytest.mark.parametrize("phi", [*ACTIVATIONS, Softplus()], ids=[*NAMES, "softplus"])
@pytest.mark.parametrize("sizes", [(4, 3), (4, 3, 5), (4, 6, 2, 3), (3, 4, 2, 4, 3)])
def test_gradient_is_the_errors_derivative(sizes, phi, loss):
    """Along a random direction, by central differences of step h: error O(h^2)."""
    network, X, Y = problem(sizes, m=7, phi=phi, loss=loss)
    rng = np.random.default_rng(1)
    directions = [rng.normal(size=W.shape) for W in network.weights]
    G = network.gradient(X, Y)
    for l, (W, V) in enumerate(zip(network.weights, directions, strict=True)):
        start, h, errors = W.copy(), 1e-6, []
        for sign in (1, -1):
            W[...] = start + sign * h * V
            errors.append(network.error(X, Y))
        W[...] = start
        slope = (errors[0] - errors[1]) / (2 * h)
        assert slope == pytest.approx(np.sum(G[l] * V), rel=1e-6, abs=1e-8), f"W{l + 1}"


@pytest.mark.parametrize("phi", ACTIVATIONS, ids=NAMES)
def test_with_one_hidden_layer_it_is_section_5s_subgradient(phi):
    network, X, Y = problem(phi=phi)
    W1, W2 = network.weights
    G1, G2 = network.gradient(X, Y)
    np.testing.assert_allclose(
        G1, literal.inner(InnerLayerObjective(X, Y, (W2,), (phi, phi)), W1), rtol=1e-12, atol=1e-14
    )
    np.testing.assert_allclose(
        G2, literal.layer(LayerObjective(phi.phi(X @ W1), Y, phi), W2), rtol=1e-12, atol=1e-14
    )


# The fast parts


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-4)])
@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
@pytest.mark.parametrize("phi", [*ACTIVATIONS, Softplus()], ids=[*NAMES, "softplus"])
def test_fast_directions_are_the_gradient(phi, loss, dtype, tolerance, monkeypatch):
    """For every set of moving layers of 4, with rows in chunks of three. Targets of cross-entropy
    need not sum to 1."""
    sizes = (5, 4, 6, 3, 4)
    monkeypatch.setattr("dante_ref.training.inplace.CHUNK_BYTES", 3 * 4 * np.dtype(dtype).itemsize)
    network, X, Y = problem(sizes, m=11, phi=phi, loss=loss, dtype=dtype)
    Y *= np.linspace(0.5, 2, 11, dtype=dtype)[:, None]
    G = network.gradient(X, Y)
    for layers in ((4,), (3,), (2,), (1,), (1, 4), (2, 3), (1, 2, 3, 4)):
        step = Step(network, layers, 11, 1, 10**6)  # the usual way
        held = network.activation(X, min(layers) - 1)
        found = {
            l: step.scale * A.T @ D for l, A, D in step.backward(held, Targets(Y.copy()))
        }
        assert sorted(found) == sorted(layers)
        for l in layers:
            np.testing.assert_allclose(
                found[l], G[l - 1], rtol=tolerance, atol=tolerance, err_msg=f"W{l} of {layers}"
            )


def test_the_generalized_relus_subgradient_at_0_is_b():
    """g(0) = b as Definition 3's proofs have it: x = (1, 1), w = (1, -1), a score of exactly 0."""
    network = Network(GeneralizedReLU(0.1, 0.5), [np.array([[1.0], [-1.0]])])
    X, Y = np.ones((1, 2)), np.ones((1, 1))
    step = Step(network, (1,), 1, 1, 1)
    ((_, A, D),) = step.backward(X, Targets(Y))
    np.testing.assert_allclose(step.scale * A.T @ D, [[2 * 0.5 * -1]] * 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("a, b", [(0.1, 1.0), (0.25, 3.0), (1.5, 2.0), (1e-30, 1e30), (0.7, 0.7)])
def test_the_subgradient_by_bits_is_definition_3s(a, b, dtype):
    """To the last bit, from the least numbers to infinity; in place, too. At -0: a or b."""
    phi, info = GeneralizedReLU(a, b), np.finfo(dtype)
    least, least_normal = info.smallest_subnormal, info.tiny
    sizes = np.array([0, least, least_normal, 1e-3, 1, 2, 3, info.max, np.inf], dtype)
    Z = np.concatenate([sizes, -sizes[1:]])
    G = np.empty_like(Z)
    _g_into(phi, Z, G)
    np.testing.assert_array_equal(G, phi.g(Z))
    _g_into(phi, Z, Z)
    np.testing.assert_array_equal(Z, G)
    _g_into(phi, np.array([-0.0], dtype), G[:1])
    assert G[0] in (dtype(a), dtype(b))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1,), (3, 5), (300, 1000)])
def test_aligned_arrays_begin_on_a_cache_line(shape, dtype):
    """With the shape, order and dtype asked for; a copy has the numbers, and is a copy."""
    A = np.asfortranarray(np.random.default_rng(0).standard_normal(shape))
    for array in (aligned.empty(shape, dtype), aligned.copy(A, dtype)):
        assert array.ctypes.data % 64 == 0
        assert array.shape == shape and array.dtype == dtype
        assert array.flags.c_contiguous and array.flags.writeable
    np.testing.assert_array_equal(array, A.astype(dtype))
    assert not np.shares_memory(array, A)


def test_weights_and_buffers_are_aligned():
    network, X, Y = problem((5, 4, 6, 3))
    step = Step(network, (1, 3), 2, 1, 1)
    one = Feed(network, X, Y, 2, 2, lambda: np.arange(len(X)))
    arrays = [*network.weights, one._inputs._X, one._inputs._A, *one._Z, *one._P]
    for buffers in (step._Z, step._P, step._D, step._G):
        arrays += buffers.values()
    arrays += [step._AA, *step._residual_into._buffers]
    assert [array.ctypes.data % 64 for array in arrays] == [0] * len(arrays)


@pytest.mark.parametrize("normalise", ["matrix", "columns", None])
@pytest.mark.parametrize("b, d", [(2, 40), (30, 6)], ids=["Gram matrices", "G itself"])
def test_a_plain_step_is_eta_times_the_direction(b, d, normalise):
    """Both ways to take it: straight into the weights by Gram matrices, or by way of G."""
    network, X, Y = problem((d, d), m=b)
    W = network.weights[0].copy()
    (G,) = network.gradient(X, Y)
    step = Step(network, (1,), b, 1, 1)
    assert (1 in step._by_gram) == (b == 2)
    ((l, A, D),) = step.backward(X, Targets(Y))
    assert step.move(l, A, D, SGD(0.125), normalise, {})
    over = 0 if normalise == "columns" else None
    length = np.linalg.norm(G, axis=over) if normalise else 1
    np.testing.assert_allclose(network.weights[0], W - 0.125 * G / length, rtol=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-9), (np.float32, 2e-2)])
@pytest.mark.parametrize("nearly", [1e-2, 1e-4])
@pytest.mark.parametrize("times", [1, 3], ids=["equal", "in proportion"])
def test_where_samples_cancel_the_length_is_still_right(times, nearly, dtype, tolerance):
    """Samples in proportion with nearly opposite residuals: <A A^T, D D^T> cancels, A^T D is small.

    With rows x and 3 x of A, those of D are r and (-r + nearly e) / 3: what is left of G is
    x (nearly e)^T, up to the rounding of D itself, of relative size eps / nearly. By Gram matrices
    it would be eps / nearly^2 (for two equal samples both rows of A A^T D are off alike).
    """
    d = 40
    rng = np.random.default_rng(0)
    x, r, e = rng.normal(size=d), rng.normal(size=d), rng.normal(size=d)
    A = np.array([x, times * x], dtype=dtype)
    D = np.array([r, (-r + nearly * e) / times], dtype=dtype)
    G = A.astype(float).T @ D.astype(float)
    network = Network(RELU, [np.zeros((d, d), dtype)])
    step = Step(network, (1,), 2, 1, 1)
    assert 1 in step._by_gram
    step.move(1, A, D, SGD(0.125), "matrix", {})
    found = network.weights[0].astype(float)
    assert np.linalg.norm(found) == pytest.approx(0.125, rel=tolerance)
    np.testing.assert_allclose(
        found, -0.125 * G / np.linalg.norm(G), atol=0.125 * tolerance
    )


@pytest.mark.parametrize("normalise, over", [("matrix", None), ("columns", 0)])
@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e-20, 1e140])
@pytest.mark.parametrize("b, d", [(2, 40), (30, 6)], ids=["Gram matrices", "G itself"])
def test_a_normalised_step_does_not_depend_on_the_scale_of_the_residual(
    b, d, scale, normalise, over
):
    """Squares of these numbers, or squares of squares, leave float64."""
    rng = np.random.default_rng(0)
    A, D = rng.normal(size=(b, d)), rng.normal(size=(b, d))
    network = Network(RELU, [np.zeros((d, d))])
    Step(network, (1,), b, 1, 1).move(1, A, D * scale, SGD(0.125), normalise, {})
    G = A.T @ D
    np.testing.assert_allclose(
        network.weights[0], -0.125 * G / np.linalg.norm(G, axis=over), rtol=1e-10, atol=1e-14
    )


@pytest.mark.parametrize("normalise", ["matrix", "columns"])
@pytest.mark.parametrize("b, d", [(2, 40), (30, 6)], ids=["Gram matrices", "G itself"])
def test_a_gradient_below_the_least_normal_number_has_no_direction(b, d, normalise):
    """Its digits are lost, and 1/||G|| may be infinite."""
    network = Network(RELU, [np.zeros((d, d))])
    D = np.full((b, d), 1e-312 / d)
    assert not Step(network, (1,), b, 1, 1).move(1, np.ones((b, d)), D, SGD(), normalise, {})
    assert not network.weights[0].any()


@pytest.mark.parametrize("rule", [SGD(0.125), Momentum(0.125)], ids=lambda r: r.name)
@pytest.mark.parametrize("b, d", [(2, 40), (30, 6)], ids=["Gram matrices", "G itself"])
def test_each_column_has_its_own_length_whatever_that_is(b, d, rule):
    """Columns 300 orders of magnitude apart move equally far; one of zeros not at all."""
    rng = np.random.default_rng(0)
    A, D = rng.normal(size=(b, d)), rng.normal(size=(b, d))
    D[:, 0], D[:, 1:3], D[:, 3:] = 0, D[:, 1:3] * 1e-170, D[:, 3:] * 1e130
    network = Network(RELU, [np.zeros((d, d))])
    memory = rule.start(network.weights[0])
    assert Step(network, (1,), b, 1, 1).move(1, A, D.copy(), rule, "columns", memory)
    lengths = np.linalg.norm(network.weights[0], axis=0)
    np.testing.assert_allclose(lengths, [0] + [0.125] * (d - 1), rtol=1e-12)
    assert np.linalg.norm(network.weights[0]) == pytest.approx(0.125 * math.sqrt(d - 1))


@pytest.mark.parametrize("held", [0, feed.HELD_BYTES], ids=["block by block", "at the start"])
@pytest.mark.parametrize("below", [0, 1, 2])
def test_minibatches_are_the_held_activations_of_their_rows(below, held, monkeypatch):
    monkeypatch.setattr(feed, "HELD_BYTES", held)
    network, X, Y = problem((5, 4, 6, 3), m=50)
    one = Feed(network, X, Y, below, 7, lambda: np.arange(0, 50, 2))
    rows = 2 * np.random.default_rng(0).integers(25, size=(one.per_block, 7))
    seen = 0
    for r, (A, targets) in zip(rows, one.minibatches(rows), strict=True):
        np.testing.assert_allclose(A, network.activation(X[r], below), rtol=1e-12, atol=1e-14)
        told = targets.part(slice(None), np.empty((7, Y.shape[1])))
        np.testing.assert_array_equal(told, Y[r])
        seen += 1
    assert seen == one.per_block > 1


def test_what_is_held_passes_each_sample_that_is_drawn_once(monkeypatch):
    """Rows of products with the held W1, in one turn of W2: those that its minibatches draw."""
    rows = {}

    product = blas.product

    def counting(A, B, C):
        if B is network.weights[0]:
            rows["W1"] = rows.get("W1", 0) + len(A)
        product(A, B, C)

    monkeypatch.setattr(blas, "product", counting)
    weights = np.arange(50) % 2 + 1.0
    for T, weighted in ((20, None), (4, None), (200, None), (4, weights), (20, weights)):
        network, X, Y = problem(m=50)
        rows.clear()
        t = Training(network, X, Y, Once(Phase((2,), T)), rule=SGD(0.1), b=7, random_state=0,
                     sample_weight=weighted)
        rng = np.random.default_rng(0)
        if weighted is None:
            drawn = rng.integers(50, size=7 * T)
        else:
            drawn = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(7 * T), "right")
        t.run()
        assert rows["W1"] == len(set(drawn)), f"T = {T}"
        assert t.rng.random() == rng.random()  # to ask which are drawn draws none


@pytest.mark.parametrize("layers, L", [((2,), 2), ((1,), 2), ((2,), 3)])
def test_a_phase_that_is_resumed_passes_the_same_samples(layers, L, monkeypatch):
    """So that the products are of the same sizes, and round alike: all bits are the same."""
    sizes = (30, 4, 30) if L == 2 else (30, 8, 4, 30)
    network, X, Y = problem(sizes, m=4000, phi=[RELU] * (L - 1) + [Identity()])

    def training():
        one = Network(network.activations, network.weights)
        return Training(one, X, Y, Once(Phase(layers, 60)), rule=SGD(0.1), b=100, random_state=0)

    passed, take = [], feed.take_rows

    def noted(A, rows, out):
        if A is X or A is Y:
            passed.append(rows.tobytes())
        return take(A, rows, out)

    monkeypatch.setattr(feed, "take_rows", noted)
    states = []
    whole = training().run(after_block=lambda t: states.append(deepcopy(t.state())))
    once = list(passed)
    assert len(states) == 3
    for state, arrays in states[:2]:
        passed.clear()
        resumed = training()
        resumed.restore(state, arrays)
        resumed.run()
        assert passed[0] == once[0]
        for W, V in zip(whole.network.weights, resumed.network.weights, strict=True):
            assert W.tobytes() == V.tobytes()


# The shorter way


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-11), (np.float32, 1e-3)])
@pytest.mark.parametrize("held", [0, feed.HELD_BYTES], ids=["targets by block", "at the start"])
@pytest.mark.parametrize("autoencoder", [True, False])
@pytest.mark.parametrize("phi", [*ACTIVATIONS, Softplus()], ids=[*NAMES, "softplus"])
@pytest.mark.parametrize("sizes", [(40, 3, 40), (6, 5, 3, 40)], ids=["W1 of 2", "W2 of 3"])
def test_the_shorter_way_is_the_gradient(
    sizes, phi, autoencoder, held, dtype, tolerance, monkeypatch
):
    """Identity output, squared error, layer L - 1: by H (W W^T) - Y W^T, as by two products."""
    monkeypatch.setattr("dante_ref.training.inplace.CHUNK_BYTES", 3 * 4 * np.dtype(dtype).itemsize)
    network, X, Y = problem(sizes, m=50, phi=[phi] * (len(sizes) - 2) + [Identity()], dtype=dtype)
    if autoencoder and sizes[0] == sizes[-1]:
        Y = X
    l, b = network.L - 1, 7
    step = Step(network, (l,), b, 3, len(X))
    assert step.W_above is network.weights[-1]
    rows = np.random.default_rng(0).integers(50, size=(3, b))
    monkeypatch.setattr(feed, "HELD_BYTES", held)
    one = Feed(network, X, Y, l - 1, b, lambda: np.unique(rows), step.W_above)
    for r, (A, targets) in zip(rows, one.minibatches(rows), strict=True):
        ((moving, A, D),) = step.backward(A, targets)
        G = network.gradient(X[r], Y[r])[l - 1]
        assert moving == l
        np.testing.assert_allclose(
            step.scale * A.T @ D, G, rtol=tolerance, atol=tolerance * np.abs(G).max()
        )


@pytest.mark.parametrize("loss, phi, sizes, layers, iterations", [
    ("cross_entropy", Identity(), (40, 3, 40), (1,), 100),
    ("squared", RELU, (40, 3, 40), (1,), 100),
    ("squared", Identity(), (40, 3, 40), (2,), 100),
    ("squared", Identity(), (40, 3, 40), (1, 2), 100),
    ("squared", Identity(), (40, 3, 3, 40), (1,), 100),
    ("squared", Identity(), (4, 30, 4), (1,), 100),
    ("squared", Identity(), (40, 30, 40), (1,), 1),
], ids=["cross-entropy", "no identity", "W2", "both", "two above", "wide", "one step"])
def test_elsewhere_the_usual_way_is_taken(loss, phi, sizes, layers, iterations):
    network, X, _ = problem(sizes, m=50, phi=phi, loss=loss)
    assert Step(network, layers, 7, iterations, len(X)).W_above is None


# The loop against the literal algorithms


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-9), (np.float32, 1e-3)])
@pytest.mark.parametrize("phi", ACTIVATIONS, ids=NAMES)
@pytest.mark.parametrize("b", [1, 8])
def test_the_dante_schedule_is_algorithm_2(phi, b, dtype, tolerance):
    """Same seed, same minibatches, same weights, to the rounding of 6 x 25 steps."""
    network, X, Y = problem(phi=phi, dtype=dtype)
    f = NetworkObjective(X, Y, (phi, phi))
    options = dict(b=b, random_state=3)
    literal = dante(
        f, *network.weights, T_AM=1, T_SNGD=25, eta=0.02, max_alternations=3, **options
    )
    t = Training(network, X, Y, Dante(25, max_alternations=3), rule=SGD(0.02), **options).run()
    assert t.network.weights[0].dtype == dtype
    for name, found, expected in zip(
        ("W1", "W2"), network.weights, literal.weights, strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, err_msg=name)
    assert t.progress.iterations == 6 * 25
    assert network.error(X, Y) == pytest.approx(literal.error, rel=tolerance)


@pytest.mark.parametrize("phi", [RELU, Sigmoid(), Identity()], ids=["relu", "sigmoid", "linear"])
def test_with_the_best_iterates_it_is_algorithm_2_with_theirs(phi):
    network, X, Y = problem(phi=phi)
    options = dict(b=8, random_state=3, iterate="best")
    literal = dante(
        NetworkObjective(X, Y, (phi, phi)), *network.weights, T_AM=1, T_SNGD=25, eta=0.2,
        max_alternations=3, **options,
    )
    last = network.copy()
    t = Training(network, X, Y, Dante(25, max_alternations=3), rule=SGD(0.2), **options)
    t.run()
    np.testing.assert_allclose(network.weights[0], literal.weights[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(network.weights[1], literal.weights[1], rtol=1e-9, atol=1e-9)
    Training(last, X, Y, t.schedule, rule=SGD(0.2), b=8, random_state=3).run()
    assert not np.allclose(last.weights[0], network.weights[0])


class LiterallyWithoutG(LayerObjective):
    """Algorithm 1 on it goes along H = 2/m sum_i x_i (phi<W, x_i> - y_i)^T, whatever g is."""

    def _both(self, W):
        H = np.zeros_like(W)
        for x, y in zip(self.X, self.Y, strict=True):
            H += np.outer(x, self.phi.phi(W.T @ x) - y)
        return self._error(W), 2 / self.m * H


@pytest.mark.parametrize("normalise", ["matrix", "columns", None])
@pytest.mark.parametrize("phi", [*ACTIVATIONS, Softplus()], ids=[*NAMES, "softplus"])
def test_without_g_the_outer_layer_goes_glmtrons_way_and_the_inner_as_before(phi, normalise):
    network, X, Y = problem(phi=phi)
    options = dict(b=8, random_state=3, normalise=normalise)

    def solver(f, w, layer, **turn):
        return sngd(LiterallyWithoutG(f.X, f.Y, f.phi) if layer == "W2" else f, w, **turn)

    W1, W2 = dante(
        NetworkObjective(X, Y, (phi, phi)), *network.weights, T_AM=1, T_SNGD=25, eta=0.02,
        max_alternations=3, solver=solver, **options,
    ).weights
    with_g = network.copy()
    Training(network, X, Y, DanteWithoutG(25, max_alternations=3), rule=SGD(0.02), **options).run()
    np.testing.assert_allclose(network.weights[0], W1, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(network.weights[1], W2, rtol=1e-9, atol=1e-9)
    Training(with_g, X, Y, Dante(25, max_alternations=3), rule=SGD(0.02), **options).run()
    assert np.array_equal(with_g.weights[1], network.weights[1]) == isinstance(phi, Identity)
    for H, y, w in zip(LiterallyWithoutG(X, Y, phi).both(W1 @ W2)[1].T, Y.T, (W1 @ W2).T,
                       strict=True):
        np.testing.assert_allclose(H, without_g(GLMObjective(X, y, phi), w), rtol=1e-12, atol=1e-12)


def test_cross_entropy_s_residual_has_no_g_to_leave_out():
    network, X, Y = problem(loss="cross_entropy")
    same = network.copy()
    for trained, kind in ((network, Dante), (same, DanteWithoutG)):
        schedule = kind(25, max_alternations=2)
        Training(trained, X, Y, schedule, rule=SGD(0.02), b=8, random_state=3).run()
    for a, b in zip(network.weights, same.weights, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("T_AM, eps", [(1, 0.2), (3, 0.05), (4, 1e9)])
def test_it_stops_where_algorithm_2_stops(T_AM, eps):
    network, X, Y = problem()
    options = dict(b=4, random_state=0)
    literal = dante(
        NetworkObjective(X, Y, (RELU, RELU)), *network.weights, T_AM=T_AM, T_SNGD=10, eta=0.05,
        eps=eps, max_alternations=20, **options,
    )
    schedule = Dante(10, T_AM=T_AM, eps=eps, max_alternations=20)
    t = Training(network, X, Y, schedule, rule=SGD(0.05), **options).run()
    assert t.progress.phases == 2 * (literal.t - 1)
    assert 2 * (literal.t - 1) < 40, "eps stopped it, not the cap"
    np.testing.assert_allclose(network.weights[1], literal.weights[1], rtol=1e-9)


def test_algorithm_3_with_n_1_is_algorithm_2():
    runs = []
    for kind in (Dante, GreedyPairs):
        network, X, Y = problem()
        schedule = kind(10, T_AM=2, eps=0.05, max_alternations=6)
        Training(network, X, Y, schedule, rule=SGD(0.05), b=4, random_state=0).run()
        runs.append(network.weights)
    for a, b in zip(*runs, strict=True):
        np.testing.assert_array_equal(a, b)


def test_backprop_is_the_sgd_baseline():
    network, X, Y = problem()
    W1, W2 = sgd(
        NetworkObjective(X, Y, (RELU, RELU)), *network.weights, T=80, eta=0.02, b=6, random_state=2
    )
    Training(network, X, Y, Backprop(80), rule=SGD(0.02), normalise=None, b=6, random_state=2).run()
    np.testing.assert_allclose(network.weights[0], W1, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(network.weights[1], W2, rtol=1e-10, atol=1e-12)


def literally(network, X, Y, schedule, rule, normalise, b, seed):
    """A schedule run by the readable parts alone: a gradient of the whole network each step."""
    rng = np.random.default_rng(seed)
    memories = {}
    for phase in schedule.phases(network.L, lambda: network.error(X, Y)):
        phase_rule = phase.rule or rule
        direction = normalise if phase.normalise == "own" else phase.normalise
        for _ in range(phase.iterations):
            rows = rng.integers(len(X), size=b)
            G = network.gradient(X[rows], Y[rows])
            for l in phase.layers:
                over = 0 if direction == "columns" else None  # one norm a column, or one in all
                step = G[l - 1] / np.linalg.norm(G[l - 1], axis=over) if direction else G[l - 1]
                W = network.weights[l - 1]
                memory = memories.setdefault((l, phase_rule), phase_rule.start(W))
                phase_rule.step(step, memory)
                network.weights[l - 1] = W - step


@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
@pytest.mark.parametrize("normalise", ["matrix", "columns", None])
@pytest.mark.parametrize("rule", [kind(0.01) for kind in RULES.values()], ids=RULES)
@pytest.mark.parametrize("schedule", [
    GreedyPairs(6, T_AM=2, eps=0.01, max_alternations=3), RoundRobin(6, max_alternations=2),
    Backprop(20),
    DanteFinetuned(6, max_alternations=3, every=2, T_finetune=4, finetune_rule=Momentum(0.02)),
], ids=lambda s: s.name)
def test_every_schedule_rule_and_direction_is_its_literal_form(schedule, rule, normalise, loss):
    """Four layers of weights; the same steps by `Network.gradient` and `steps` alone."""
    network, X, Y = problem((5, 4, 3, 4, 3), loss=loss)
    expected = network.copy()
    literally(expected, X, Y, schedule, rule, normalise, 5, 1)
    start = [W.copy() for W in network.weights]
    Training(network, X, Y, schedule, rule=rule, normalise=normalise, b=5, random_state=1).run()
    for l, (a, b, c) in enumerate(
        zip(network.weights, expected.weights, start, strict=True), 1
    ):
        np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-9, err_msg=f"W{l}")
        assert not np.array_equal(a, c), f"W{l} moved"


def test_sgd_altmin_is_dante_on_the_plain_gradient():
    """Table 3: each turn plain SGD on one layer. The steps' lengths differ, and only W2 moves."""
    network, X, Y = problem()
    W1, W2 = (W.copy() for W in network.weights)
    Training(network, X, Y, Once(Phase((2,), 1)), rule=SGD(0.5), normalise=None, b=4,
             random_state=0).run()
    rows = np.random.default_rng(0).integers(len(X), size=4)
    expected = W2 - 0.5 * LayerObjective(RELU.phi(X[rows] @ W1), Y[rows], RELU).subgradient(W2)
    np.testing.assert_allclose(network.weights[1], expected, rtol=1e-12)
    np.testing.assert_array_equal(network.weights[0], W1)


@given(
    sizes=st.lists(st.integers(1, 6), min_size=3, max_size=5), m=st.integers(1, 20),
    b=st.integers(1, 25), seed=st.integers(0, 99),
)
def test_each_normalised_plain_step_has_length_eta_and_moves_one_layer(sizes, m, b, seed):
    network, X, Y = problem(tuple(sizes), m=m, seed=seed)
    before = [W.copy() for W in network.weights]
    moves = []

    def watch(t):
        moves.append([
            np.linalg.norm(W - old) for W, old in zip(t.network.weights, before, strict=True)
        ])
        before[:] = [W.copy() for W in t.network.weights]

    t = Training(
        network, X, Y, RoundRobin(2, max_alternations=1), rule=SGD(0.125), b=b, random_state=seed,
    ).run(watch=watch)
    assume(t.progress.zero_gradients == 0)
    for i, lengths in enumerate(moves):
        expected = [0.125 if l == i // 2 else 0 for l in range(network.L)]
        np.testing.assert_allclose(lengths, expected, rtol=1e-9)


# Draws


def test_draws_in_blocks_are_the_draws_one_by_one():
    network, X, Y = problem(m=30)
    t = Training(network, X, Y, Backprop(1), rule=SGD(), b=7, random_state=4)
    rng = np.random.default_rng(4)
    np.testing.assert_array_equal(
        np.concatenate([t.draw(5), t.draw(3)]), [rng.integers(30, size=7) for _ in range(8)]
    )


def test_with_sample_weight_rows_are_drawn_in_proportion():
    """Weights 0, 1, 3, 0, 4 of 8: 80000 draws, each share within 5 standard deviations."""
    network, X, Y = problem(m=5)
    weight = np.array([0.0, 1, 3, 0, 4])
    t = Training(
        network, X, Y, Backprop(1), rule=SGD(), b=80, random_state=0, sample_weight=weight
    )
    n = 80_000
    counts = np.bincount(t.draw(1000).ravel(), minlength=5)
    p = weight / weight.sum()
    assert counts[0] == counts[3] == 0
    assert (abs(counts - n * p) <= 5 * np.sqrt(n * p * (1 - p))).all(), counts


@pytest.mark.parametrize("weight, message", [
    ([1.0] * 4, r"sample_weight has shape \(4,\)"), ([1.0, -1, 1, 1, 1], "negative"),
    ([0.0] * 5, "zeros"), ([np.nan] * 5, "NaN"),
])
def test_bad_sample_weights_are_refused(weight, message):
    network, X, Y = problem(m=5)
    with pytest.raises(InputError, match=message):
        Training(network, X, Y, Backprop(1), rule=SGD(), b=2, sample_weight=weight)


@pytest.mark.parametrize("schedule", [Dante(40), Backprop(100)], ids=lambda s: s.name)
def test_the_same_seed_gives_the_same_bits(schedule):
    runs = []
    for _ in range(2):
        network, X, Y = problem(m=200)
        Training(network, X, Y, schedule, rule=Adam(), b=8, random_state=9).run()
        runs.append(network.weights)
    for a, b in zip(*runs, strict=True):
        np.testing.assert_array_equal(a, b)


# Faults


@pytest.mark.parametrize("normalise", ["matrix", "columns", None])
@pytest.mark.parametrize("rule", [kind() for kind in RULES.values()], ids=RULES)
def test_a_zero_gradient_is_skipped_and_counted(rule, normalise):
    """The network's answers are the targets, in whole numbers, so exactly: nothing moves."""
    rng = np.random.default_rng(0)
    weights = [rng.integers(-3, 4, size=s).astype(float) for s in ((5, 3), (3, 4))]
    X = rng.integers(-3, 4, size=(30, 5)).astype(float)
    network = Network(GeneralizedReLU(0.5, 1.0), weights)
    t = Training(network, X, network.forward(X), Dante(6, max_alternations=1), rule=rule,
                 normalise=normalise, b=4, random_state=0).run()
    assert t.progress.zero_gradients == t.progress.iterations == 12
    for W, old in zip(network.weights, weights, strict=True):
        np.testing.assert_array_equal(W, old)


def test_divergence_names_the_iteration_that_the_baseline_names():
    """Plain SGD on a linear network, far too long steps: numbers grow until they leave float64."""
    network, X, Y = problem(phi=Identity())
    f = NetworkObjective(X, Y, (Identity(), Identity()))
    options = dict(b=30, random_state=0)
    with pytest.raises(DivergenceError, match=r"layer W\d at minibatch iteration \d+") as literal:
        sgd(f, *network.weights, T=100, eta=5.0, **options)
    with pytest.raises(DivergenceError, match=r"layer W\d at minibatch iteration \d+") as found:
        Training(network, X, Y, Backprop(100), rule=SGD(5.0), normalise=None, **options).run()
    iteration = int(str(literal.value).split("iteration ")[1].split(";")[0])
    assert found.value.iteration in (iteration - 1, iteration), "the limit is at a quarter of max"
    assert all(np.isfinite(W).all() for W in network.weights)


@pytest.mark.parametrize("change, message", [
    (dict(X=np.ones((30, 4))), r"X has shape \(30, 4\)"),
    (dict(Y=np.ones((30, 5))), r"Y has shape \(30, 5\)"),
    (dict(Y=np.ones((29, 4))), r"Y has shape \(29, 4\); allowed is .* \(30, 4\)"),
    (dict(X=np.ones((30, 5), np.float32)), "X has dtype float32"),
    (dict(X=np.full((30, 5), np.nan)), "X holds 150 NaN"), (dict(b=0), "b is 0"),
    (dict(random_state=-1), "random_state is -1"), (dict(rule="sgd"), "rule is 'sgd'"),
    (dict(rule=SGD), "rule is <class"), (dict(schedule=Dante), "schedule is <class"),
    (dict(schedule="dante"), "schedule is 'dante'; allowed is an object with phases"),
    (dict(network="mine"), "network is 'mine'"),
])
def test_bad_arguments_are_named(change, message):
    network, X, Y = problem()
    arguments = dict(
        network=network, X=X, Y=Y, schedule=Backprop(1), rule=SGD(), b=4, random_state=0
    ) | change
    with pytest.raises(InputError, match=message):
        Training(**arguments)


def test_cross_entropy_has_no_negative_targets():
    network, X, Y = problem(loss="cross_entropy")
    Y = Y.copy()
    Y[3, 1] = -0.5
    message = "^Y holds -0.5; allowed with cross_entropy are numbers >= 0, as probabilities are$"
    for refused in (
        lambda: network.error(X, Y), lambda: network.gradient(X, Y),
        lambda: Training(network, X, Y, Backprop(1), rule=SGD(), b=4, random_state=0),
    ):
        with pytest.raises(InputError, match=message):
            refused()


@pytest.mark.parametrize("layers", [(), (0,), (3,), (1, 3)], ids=str)
def test_a_phase_moves_layers_that_are_there(layers):
    network, X, Y = problem()
    t = Training(network, X, Y, Once(Phase(layers, 2)), rule=SGD(), b=4)
    with pytest.raises(InputError, match=r"^a phase's layers are .*; allowed are .* 1 to 2$"):
        t.run()


@pytest.mark.parametrize("make, message", [
    (lambda: Network(RELU, []), "weights is empty"),
    (lambda: Network(RELU, [np.ones((2, 3)), np.ones((2, 3))]), r"W2 has shape \(2, 3\)"),
    (lambda: Network([RELU], [np.ones((2, 3)), np.ones((3, 3))]), "there are 1 activations"),
    (lambda: Network(RELU, [np.full((2, 3), np.inf)]), "W1 holds 6 NaN or infinite"),
    (lambda: Network(RELU, [np.ones((2, 3))], "hinge"), "loss is 'hinge'"),
    (lambda: Network(RELU, [np.ones((2, 3))], "cross_entropy"), "allowed with cross_entropy"),
    (lambda: Network.initial((3,), RELU), "sizes is"),
    (lambda: Network.initial((3, 0), RELU), r"sizes\[1\] is 0"),
])
def test_bad_networks_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
