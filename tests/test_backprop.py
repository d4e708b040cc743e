"""The baseline of section 4, mini-batch SGD by backpropagation."""

import itertools

import numpy as np
import pytest
from test_dante import OPTIONS, network

from dante_ref import literal
from dante_ref.activations import GeneralizedReLU, Sigmoid
from dante_ref.algorithms.backprop import sgd
from dante_ref.algorithms.dante import dante
from dante_ref.algorithms.sngd import uniform_rows
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.objectives import InnerLayerObjective, LayerObjective, NetworkObjective


def test_a_step_moves_every_layer_of_a_deep_network_from_the_old_weights():
    """Against differences of the error: each entry by -eta times its own slope."""
    rng = np.random.default_rng(0)
    sizes = (3, 4, 2, 3)
    f = NetworkObjective(rng.normal(size=(6, 3)), rng.normal(size=(6, 3)), (Sigmoid(),) * 3)
    weights = [rng.normal(size=shape) for shape in itertools.pairwise(sizes)]
    rows = uniform_rows(np.random.default_rng(1), 6, 4)
    moved = sgd(f, *weights, T=1, eta=0.3, b=4, random_state=1)
    for l, (W, new) in enumerate(zip(weights, moved, strict=True)):
        for index in np.ndindex(W.shape):
            h = np.zeros_like(W)
            h[index] = 1e-6
            up, down = (
                f.on(rows).error(*weights[:l], V, *weights[l + 1:]) for V in (W + h, W - h)
            )
            assert new[index] == pytest.approx(W[index] - 0.3 * (up - down) / 2e-6, abs=1e-7)


def test_sgd_step_by_hand():
    """Both layers from the old weights, by the literal subgradients of the rows drawn."""
    f, W1, W2 = network()
    rows = uniform_rows(np.random.default_rng(5), f.m, 3)
    X, Y = f.X[rows], f.Y[rows]
    phi1, phi2 = f.activations
    G1 = literal.inner(InnerLayerObjective(X, Y, (W2,), f.activations), W1)
    G2 = literal.layer(LayerObjective(phi1.phi(X @ W1), Y, phi2), W2)
    new_W1, new_W2 = sgd(f, W1, W2, T=1, eta=0.07, b=3, random_state=5)
    np.testing.assert_allclose(new_W1, W1 - 0.07 * G1, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(new_W2, W2 - 0.07 * G2, rtol=1e-12, atol=1e-14)


def test_sgd_step_by_hand_in_numbers():
    """One sample x = 1, y = 0, W1 = 2, W2 = 3, slopes 1: f = 36, G1 = 36, G2 = 24."""
    phi = GeneralizedReLU(1, 1)
    f = NetworkObjective(np.ones((1, 1)), np.zeros((1, 1)), (phi, phi))
    W1, W2 = sgd(f, np.array([[2.0]]), np.array([[3.0]]), T=1, eta=0.01, b=1)
    assert (W1.item(), W2.item()) == pytest.approx((2 - 0.36, 3 - 0.24), rel=1e-14)


def test_sgd_in_two_parts_is_sgd_in_one():
    f, W1, W2 = network(phi2=Sigmoid())
    whole = sgd(f, W1, W2, T=10, eta=0.1, b=3, random_state=1)
    rng = np.random.default_rng(1)
    parts = (W1, W2)
    for _ in range(2):
        parts = sgd(f, *parts, T=5, eta=0.1, b=3, random_state=rng)
    assert [w.tobytes() for w in whole] == [w.tobytes() for w in parts]


def test_sgd_divergence_names_layer_and_iteration():
    f, W1, W2 = network()
    with pytest.raises(DivergenceError, match=r"layer W[12] at minibatch iteration \d+;"):
        sgd(f, W1, W2, T=200, eta=1e3, b=3, random_state=0)
    # One sample x = 1, y = 0: G1 = 2 W1 W2^2 and G2 = 2 W1^2 W2, of which one is beyond the floats.
    phi = GeneralizedReLU(1, 1)
    f = NetworkObjective(np.ones((1, 1)), np.zeros((1, 1)), (phi, phi))
    for W1, W2, layer in ((1e-100, 1e205, "W1"), (1e205, 1e-100, "W2")):
        with pytest.raises(DivergenceError, match=f"layer {layer} at minibatch iteration 1;"):
            sgd(f, np.array([[W1]]), np.array([[W2]]), T=3, eta=1.0, b=1)


@pytest.mark.parametrize("train, layer", [
    (lambda f, *w: sgd(f, *w, T=3, eta=0.1, b=1), "W1"),
    (lambda f, *w: dante(f, *w, T_AM=1, **OPTIONS), "W2"),
])
def test_infinities_that_cancel_are_a_divergence_not_a_warning(train, layer):
    """Hidden activations +-10^200 and W2 = 10^200 twice: the score is inf - inf."""
    phi = GeneralizedReLU(1, 1)
    f = NetworkObjective(np.ones((2, 1)), np.zeros((2, 1)), (phi, phi))
    with pytest.raises(DivergenceError, match=f"layer {layer} at minibatch iteration 1;"):
        train(f, np.array([[1e200, -1e200]]), np.full((2, 1), 1e200))


@pytest.mark.parametrize("change, message", [
    (dict(T=0), "T is 0; allowed is a whole number >= 1"), (dict(b=0), "b is 0; allowed is"),
    (dict(T=1), None), (dict(b=1), None), (dict(eta=1e-9), None),
    (dict(eta=0.0), "eta is 0.0; allowed is a number > 0"), (dict(eta=-1.0), "eta is -1.0"),
    (dict(random_state="x"), "random_state is 'x'"), (dict(W1=np.zeros((4, 3))), "W1 has shape"),
    (dict(W2=np.full((3, 4), np.inf)), "W2 holds 12"),
])
def test_sgds_bad_arguments_are_named(change, message):
    f, W1, W2 = network()
    call = dict(W1=W1, W2=W2, T=2, eta=0.01, b=2) | change
    if message is None:
        sgd(f, call.pop("W1"), call.pop("W2"), **call)
        return
    with pytest.raises(InputError, match=f"^{message}"):
        sgd(f, call.pop("W1"), call.pop("W2"), **call)
