"""The displays of section 3.2: their values, their subgradients, and what they refuse."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref import literal
from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid, Tanh
from dante_ref.exceptions import InputError
from dante_ref.objectives import (
    GLMObjective,
    InnerLayerObjective,
    LayerObjective,
    NetworkObjective,
)

ACTIVATIONS = [GeneralizedReLU(0.1, 1.0), GeneralizedReLU(0.5, 3.0), Sigmoid(), Tanh(), Identity()]
activations = st.sampled_from(ACTIVATIONS)
small = st.integers(1, 5)


def draw(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def agree(x, y, what=""):
    np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-12, err_msg=what)


def numerical(f, W, h=1e-6):
    """Central differences of f, entry by entry."""
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        step = np.zeros_like(W)
        step[index] = h
        G[index] = (f(W + step) - f(W - step)) / (2 * h)
    return G


@pytest.mark.parametrize("p", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("q", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("seed", range(3))
def test_subgradients_are_the_derivative_of_the_error_away_from_kinks(p, q, seed):
    X, W1, W2, Y = draw(seed, (5, 3), (3, 4), (4, 2), (5, 2))
    Z1 = X @ W1
    assert min(abs(Z1).min(), abs(p.phi(Z1) @ W2).min()) > 1e-4  # no kink within reach of h
    Z = p.phi(Z1)
    for f, W in (
        (InnerLayerObjective(X, Y, (W2,), (p, q)), W1),
        (InnerLayerObjective(X, Y[:, :1], (W2[:, :1],), (p, q)), W1),
        (LayerObjective(Z, Y, q), W2),
        (GLMObjective(Z, Y[:, 0], q), W2[:, 0]),
    ):
        np.testing.assert_allclose(
            f.subgradient(W), numerical(f.error, W), rtol=1e-6, atol=1e-6,
            err_msg=f"the subgradient of {type(f).__name__} isn't the derivative of its error",
        )


@pytest.mark.parametrize("p", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("depth", [1, 3, 4])
def test_so_are_those_of_deep_networks(p, depth):
    """Of each layer of a network of any depth, and of each layer with the others held."""
    sizes = (3, 4, 2, 3, 2)[:depth + 1]
    X, Y, *weights = draw(depth, (5, 3), (5, sizes[-1]), *itertools.pairwise(sizes))
    f = NetworkObjective(X, Y, (*[p] * (depth - 1), Tanh()))
    A = X
    for W in weights[:-1]:
        assert abs(A @ W).min() > 1e-4, "no kink within reach of h"
        A = p.phi(A @ W)
    for l, (G, W) in enumerate(zip(f.subgradient(*weights), weights, strict=True)):
        def of_layer(V, l=l):
            return f.error(*weights[:l], V, *weights[l + 1:])

        np.testing.assert_allclose(
            G, numerical(of_layer, W), rtol=1e-6, atol=1e-6,
            err_msg=f"the subgradient in W{l + 1} isn't the derivative of the error",
        )
        alone = f.in_layer(l + 1, *weights)
        agree(alone.error(W), f.error(*weights))
        agree(alone.subgradient(W), G)


@given(y=st.floats(-2, 2), slope=st.floats(0.05, 1.0), x=st.sampled_from([-1.0, 1.0]))
def test_at_a_kink_the_glm_element_lies_in_the_subdifferential(y, slope, x):
    """d = 1, one sample, w = 0: <w, x> = 0 is the kink. err's two one-sided derivatives there are
    -2 y times the activation's two slopes; the returned element must lie between them.
    """
    f, h = GLMObjective(np.array([[x]]), np.array([y]), GeneralizedReLU(slope, 1.0)), 1e-7
    value = [f.error(np.array([w])) for w in (-h, 0.0, h)]
    left, right = (value[1] - value[0]) / h, (value[2] - value[1]) / h
    for G in (literal.glm(f, np.zeros(1))[0], f.subgradient(np.zeros(1))[0]):
        assert min(left, right) - 1e-5 <= G <= max(left, right) + 1e-5


@given(y=st.floats(-2, 2), slope=st.floats(0.05, 1.0), w2=st.floats(-2, 2))
def test_at_a_kink_the_inner_element_lies_in_the_subdifferential(y, slope, w2):
    """The same for the inner layer: at W1 = 0 both phi1 and phi2 are at their kinks."""
    phi, h = GeneralizedReLU(slope, 1.0), 1e-7
    f = InnerLayerObjective(np.ones((1, 1)), np.array([[y]]), (np.array([[w2]]),), (phi, phi))
    value = [f.error(np.array([[w]])) for w in (-h, 0.0, h)]
    left, right = (value[1] - value[0]) / h, (value[2] - value[1]) / h
    # Slopes a or b of either layer: the products a^2, ab, b^2 span the subdifferential of
    # phi2(w2 phi1(.)); the chain rule's element uses b b at 0, up to sign the steepest.
    reach = 2 * abs(y * w2) * np.array([slope**2, 1.0])
    for G in (literal.inner(f, np.zeros((1, 1))), f.subgradient(np.zeros((1, 1)))):
        G = G[0, 0]
        assert np.sign(G) in (0, -np.sign(y * w2)) and reach[0] - 1e-9 <= abs(G) <= reach[1] + 1e-9
        if w2 > 0:
            assert min(left, right) - 1e-5 <= G <= max(left, right) + 1e-5


def test_errors_are_means_over_samples_and_sums_over_outputs():
    """Section 3.2's normalisation on numbers done by hand: identity, two samples, two outputs."""
    X, W = np.array([[1.0], [2.0]]), np.array([[1.0, -1.0]])
    Y = np.array([[0.0, 0.0], [0.0, 0.0]])
    assert LayerObjective(X, Y, Identity()).error(W) == (1 + 1 + 4 + 4) / 2
    assert GLMObjective(X, Y[:, 0], Identity()).error(W[:, 0]) == (1 + 4) / 2


def test_a_sum_of_elements_need_not_be_a_subgradient_of_the_sum():
    """Two samples x = 1 and x = -1, w* = v, w = 0, both at the kink: err's one-sided derivatives
    are -(a^2 + b^2) v to the right and -2ab v to the left, but G = -b (a + b) v, steeper than both
    for a < b. Each sample's element is in its own subdifferential; the proofs use only a <= g <= b.
    """
    a, b, v, h = 0.5, 1.0, 1.0, 1e-7
    phi, X = GeneralizedReLU(a, b), np.array([[1.0], [-1.0]])
    f = GLMObjective(X, phi.phi(X[:, 0] * v), phi)
    value = [f.error(np.array([w])) for w in (-h, 0.0, h)]
    left, right = (value[1] - value[0]) / h, (value[2] - value[1]) / h
    assert (left, right) == (
        pytest.approx(-2 * a * b * v, abs=1e-5), pytest.approx(-(a**2 + b**2) * v, abs=1e-5)
    )
    assert f.subgradient(np.zeros(1))[0] == pytest.approx(-b * (a + b) * v)


def test_predictions_are_those_that_errors_compare_with_the_targets():
    X, W1, W2, Y = draw(3, (6, 3), (3, 4), (4, 2), (6, 2))
    p, q = GeneralizedReLU(0.2, 1.0), Tanh()
    for f, W, Y_f in (
        (GLMObjective(X, Y[:, 0], p), W1[:, 0], Y[:, :1]),
        (LayerObjective(X, Y, p), W1[:, :2], Y),
        (InnerLayerObjective(X, Y, (W2,), (p, q)), W1, Y),
    ):
        residual = Y_f - f.predict(W).reshape(Y_f.shape)
        assert f.error(W) == pytest.approx(np.sum(residual**2) / 6, rel=1e-12)
        error, G = f.both(W)  # from one pass, what each gives alone
        agree(error, f.error(W))
        agree(G, f.subgradient(W))
    assert GLMObjective(X, Y[:, 0], p).predict(W1[:, 0]).shape == (6,)


@given(seed=st.integers(0, 10**6))
def test_the_alternating_problems_are_the_network_with_one_layer_held(seed):
    X, Y, W1, W2 = draw(seed, (11, 5), (11, 4), (5, 3), (3, 4))
    f = NetworkObjective(X, Y, (GeneralizedReLU(0.2, 1.0), Sigmoid()))
    value, outer = f.error(W1, W2), f.in_layer(2, W1, W2)
    np.testing.assert_allclose(outer.error(W2), value, rtol=1e-12)
    np.testing.assert_allclose(f.in_layer(1, W1, W2).error(W1), value, rtol=1e-12)
    rows = np.random.default_rng(seed).integers(f.m, size=4)
    np.testing.assert_allclose(
        outer.on(rows).error(W2), f.on(rows).error(W1, W2), rtol=1e-12
    )
    assert f.on(rows).m == outer.on(rows).m == 4


def test_minibatches_of_a_stack_are_the_same_rows_of_each_problem():
    X, y, w = draw(1, (3, 7, 2), (3, 7), (3, 2))
    rows = np.array([6, 0, 0, 2])
    minibatch = GLMObjective(X, y, Sigmoid()).on(rows)
    for i in range(3):
        one = GLMObjective(X[i], y[i], Sigmoid()).on(rows)
        np.testing.assert_array_equal(one.X, X[i][rows])
        agree(minibatch.error(w)[i], one.error(w[i]))


X, Y = np.ones((4, 3)), np.ones((4, 2))
W1, W2 = np.ones((3, 5)), np.ones((5, 2))
SIGMOID = Sigmoid()
TWO = (SIGMOID, SIGMOID)


def test_objectives_hold_floating_arrays():
    """Lists and whole numbers become float64; activations stay as they were."""
    lists = X.astype(int).tolist(), Y.astype(int).tolist()
    for f, w in (
        (GLMObjective(lists[0], [1, 2, 3, 4], SIGMOID), [1, 2, 3]),
        (LayerObjective(*lists, SIGMOID), [[1, 2]] * 3),
        (InnerLayerObjective(*lists, (W2.astype(int).tolist(),), (SIGMOID, Identity())),
         [[1] * 5] * 3),
    ):
        assert f.m == 4
        for name, (array, _) in f._arrays.items():
            assert isinstance(array, np.ndarray) and array.dtype == np.float64, name
        assert f.check_weights(w).dtype == np.float64
        np.testing.assert_array_equal(f.check_weights(w), w)
        assert f.subgradient(w).shape == np.shape(w)
    np.testing.assert_array_equal(f.X, X)
    np.testing.assert_array_equal(f.Y, Y)
    np.testing.assert_array_equal(f.above[0], W2)
    assert f.activations == (SIGMOID, Identity())
    network = NetworkObjective(*lists, (SIGMOID, Identity()))
    assert network.m == 4 and network.activations == (SIGMOID, Identity())
    assert network.check_weights(W1[None], W2[None])[0].shape == (1, 3, 5)  # a stack of one
    weights = network.check_weights(W1.tolist(), W2.tolist())
    for w, given_w in zip(weights, (W1, W2), strict=True):
        np.testing.assert_array_equal(w, given_w)


@pytest.mark.parametrize("make, message", [
    (lambda: GLMObjective(X[0], Y[:, 0], SIGMOID), r"X has 1 axes, shape \(3,\); allowed is 2"),
    (lambda: GLMObjective(X, Y, SIGMOID),
     r"y has shape \(4, 2\); allowed is \(..., m\) with m = 4, as for X, y$"),
    (lambda: GLMObjective(X, Y[:3, 0], SIGMOID),
     r"y has shape \(3,\); allowed is \(..., m\) with m = 4, as for X, y$"),
    (lambda: GLMObjective(X, [np.nan] * 4, SIGMOID), "y holds 4 NaN"),
    (lambda: GLMObjective(X, Y[:, 0], SIGMOID).check_weights(W1),
     r"w has shape \(3, 5\); allowed is \(..., d\) with d = 3, as for X, y, w$"),
    (lambda: GLMObjective(X, Y[:, 0], SIGMOID).check_weights(W1.T, single=True),
     r"w has 2 axes, shape \(5, 3\); allowed is 1$"),
    (lambda: GLMObjective(X, Y[:, 0], None), "phi is None; allowed is of type Activation$"),
    (lambda: NetworkObjective(X, Y, (SIGMOID, 3)), "phi2 is 3; allowed is of type Activation$"),
    (lambda: NetworkObjective(X, Y, TWO).check_weights(W1[None], W2[None], single=True),
     r"W1 has 3 axes, shape \(1, 3, 5\); allowed is 2$"),
    (lambda: LayerObjective(X, Y[:, 0], SIGMOID), "Y has 1 axes.*allowed is 2"),
    (lambda: LayerObjective(X[:2], Y, SIGMOID),
     r"Y has shape \(4, 2\); allowed is \(..., m, d'\) with m = 2, as for X, Y$"),
    (lambda: LayerObjective(X * np.inf, Y, SIGMOID), "X holds 12"),
    (lambda: LayerObjective(X, Y, SIGMOID).check_weights(W1),
     r"W has shape \(3, 5\); allowed is \(..., d, d'\) with d' = 2, as for X, Y, W$"),
    (lambda: InnerLayerObjective(X, Y[0], (W2,), TWO), "Y has 1 axes"),
    (lambda: InnerLayerObjective(X, Y, (W2[0],), TWO), "W2 has 1 axes.*is 2"),
    (lambda: InnerLayerObjective(X, Y, (W1,), TWO),
     r"W2 has shape \(3, 5\); allowed is \(..., d', d''\) with d'' = 2, as for X, Y, W2$"),
    (lambda: InnerLayerObjective(X, Y, (W2,), TWO).check_weights(W2),
     r"W1 has shape \(5, 2\); allowed is \(..., d, d'\) with d = 3, as for X, Y, W2, W1$"),
    (lambda: InnerLayerObjective(X, Y, (W2,), (SIGMOID,)),
     "there are 1 activations; allowed is one for each of 2 layers$"),
    (lambda: NetworkObjective(X, Y, TWO).in_layer(0, W1, W2),
     "l is 0; allowed is a whole number >= 1$"),
    (lambda: NetworkObjective(X, Y, TWO).in_layer(3, W1, W2), "l is 3; allowed is a layer, 1 to 2"),
    (lambda: NetworkObjective(X, Y, TWO).in_layer(1, W1, W2 * np.nan), "W2 holds 10 NaN"),
    (lambda: NetworkObjective(X, Y[0], TWO), "Y has 1 axes"),
    (lambda: NetworkObjective(X, Y, ()), "activations is empty; allowed is one for each layer$"),
    (lambda: NetworkObjective(X, Y, TWO).check_weights(W1[0], W2), "W1 has 1 axes"),
    (lambda: NetworkObjective(X, Y, TWO).error(W1),
     "there are 1 weights; allowed is one for each of 2 layers$"),
    (lambda: NetworkObjective(X, Y, TWO).check_weights(W2, W2),
     r"W1 has shape \(5, 2\); allowed is \(..., d, d'\) with d = 3, as for X, Y, W1, W2$"),
    (lambda: NetworkObjective(X, Y, TWO).check_weights(W1, W2.T),
     r"W2 has shape \(2, 5\); allowed is \(..., d', d''\) with d' = 5, as for X, Y, W1, W2$"),
])
def test_objectives_name_what_does_not_fit(make, message):
    with pytest.raises(InputError, match=f"^{message}"):
        make()
