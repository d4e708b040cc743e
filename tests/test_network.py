"""The readable network: what it answers, how its error is measured, how it starts, what it refuses.

Its gradient is tested in `test_engine`, against the error's derivative and section 5.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid, Tanh
from dante_ref.exceptions import InputError
from dante_ref.training import network as network_module
from dante_ref.training.losses import LOSSES, make_loss
from dante_ref.training.network import Network, blocks

RELU = GeneralizedReLU(0.25, 1.0)


def three_layers(loss="squared", seed=0):
    """A network of sizes 4, 5, 3, 2 with an activation of its own for each layer."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=shape) for shape in ((4, 5), (5, 3), (3, 2))]
    last = Identity() if loss == "cross_entropy" else Sigmoid()
    return Network([RELU, Tanh(), last], weights, loss), rng.normal(size=(7, 4))


# Forward


def test_each_layers_activation_is_the_composition_up_to_it():
    network, X = three_layers()
    W1, W2, W3 = network.weights
    A1 = RELU.phi(X @ W1)
    A2 = np.tanh(A1 @ W2)
    assert network.activation(X, 0) is X
    np.testing.assert_allclose(network.activation(X, 1), A1, rtol=1e-14)
    np.testing.assert_allclose(network.activation(X, 2), A2, rtol=1e-14)
    np.testing.assert_allclose(network.scores(X), A2 @ W3, rtol=1e-14)
    np.testing.assert_allclose(network.forward(X), 1 / (1 + np.exp(-A2 @ W3)), rtol=1e-14)
    np.testing.assert_array_equal(network.activation(X, 3), network.forward(X))


def test_with_cross_entropy_the_answer_is_probabilities_with_the_scores_as_log_odds():
    network, X = three_layers("cross_entropy")
    P, U = network.forward(X), network.scores(X)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(np.log(P[:, 0] / P[:, 1]), U[:, 0] - U[:, 1], rtol=1e-10)


def test_sizes_and_dtype():
    network, _ = three_layers()
    assert (network.L, network.sizes, network.dtype) == (3, (4, 5, 3, 2), np.float64)
    single = Network(RELU, [np.ones((4, 2), np.float32)])
    assert (single.L, single.sizes, single.dtype) == (1, (4, 2), np.float32)
    mixed = Network(RELU, [np.ones((4, 2), np.float32), np.ones((2, 3))])
    assert [W.dtype for W in mixed.weights] == [np.float64] * 2


def test_a_network_and_its_copy_own_their_weights():
    network, X = three_layers()
    before = [W.copy() for W in network.weights]
    twin = network.copy()
    assert twin.activations == network.activations and twin.loss is network.loss
    np.testing.assert_array_equal(twin.forward(X), network.forward(X))
    for W in twin.weights:
        W += 1
    for W, old in zip(network.weights, before, strict=True):
        np.testing.assert_array_equal(W, old)
    given_weights = [np.ones((4, 2), order="F")]
    own = Network(RELU, given_weights).weights[0]
    assert own.flags.c_contiguous and not np.shares_memory(own, given_weights[0])


# The error


@pytest.mark.parametrize("loss", LOSSES)
def test_the_error_is_the_weighted_mean_of_each_samples_loss(loss, monkeypatch):
    """Also in blocks of two rows. Weighting by counts is repeating samples."""
    network, X = three_layers(loss)
    Y = np.random.default_rng(1).dirichlet([1, 1], size=7)
    F = network.forward(X)
    each = ((F - Y) ** 2).sum(axis=1) if loss == "squared" else -(Y * np.log(F)).sum(axis=1)
    counts = np.array([1, 0, 2, 5, 1, 3, 1])
    for entries in (network_module.BLOCK_ENTRIES, 10, 1):
        monkeypatch.setattr(network_module, "BLOCK_ENTRIES", entries)
        assert network.error(X, Y) == pytest.approx(each.mean(), rel=1e-13)
        for scale in (1.0, 0.1, 3e307):  # 13 * 3e307 is beyond the floats
            assert network.error(X, Y, scale * counts) == pytest.approx(
                np.repeat(each, counts).mean(), rel=1e-13
            )


def test_blocks_hold_no_more_entries_of_the_widest_layer_than_stated(monkeypatch):
    """Widest layer 5, 10 entries: two rows at a time."""
    network, X = three_layers()
    seen = []
    scores = network._scores
    monkeypatch.setattr(network, "_scores", lambda part: seen.append(len(part)) or scores(part))
    monkeypatch.setattr(network_module, "BLOCK_ENTRIES", 10)
    network.error(X, np.zeros((7, 2)))
    assert seen == [2, 2, 2, 1]
    seen.clear()
    monkeypatch.setattr(network_module, "BLOCK_ENTRIES", 1)
    network.error(X, np.zeros((7, 2)))
    assert seen == [1] * 7, "one row at least"


@given(m=st.integers(0, 40), rows=st.integers(1, 12))
def test_blocks_cover_every_row_once_in_order(m, rows):
    parts = list(blocks(m, rows))
    assert [i for part in parts for i in range(m)[part]] == list(range(m))
    assert all(part.stop - part.start == rows for part in parts[:-1])
    assert all(0 < part.stop - part.start <= rows and part.stop <= m for part in parts)


# The start


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_initial_networks(dtype):
    options = dict(random_state=3, dtype=dtype)
    network = Network.initial([6, 1, 4], Sigmoid(), **options)
    assert network.sizes == (6, 1, 4) and network.dtype == dtype
    assert network.activations == (Sigmoid(),) * 2 and network.loss.name == "squared"
    again = Network.initial([6, 1, 4], [RELU, Identity()], "cross_entropy", **options)
    assert again.activations == (RELU, Identity()) and again.loss.name == "cross_entropy"
    other = Network.initial([6, 1, 4], Sigmoid(), random_state=4, dtype=dtype)
    for l, W in enumerate(network.weights):
        np.testing.assert_array_equal(W, again.weights[l])
        assert not np.array_equal(W, other.weights[l])
    assert Network.initial([2, 3], RELU).dtype == np.float64, "unless told otherwise"


@pytest.mark.parametrize("sizes, message", [
    ([3], r"^sizes is \[3\]; allowed are n_0, n_1 and more$"),
    ([], r"^sizes is \[\]; allowed"),
    ([3, 0], r"^sizes\[1\] is 0; allowed is a whole number >= 1$"),
    ([2.5, 1], r"^sizes\[0\] is 2.5; allowed is a whole number >= 1$"),
])
def test_bad_sizes_are_refused(sizes, message):
    with pytest.raises(InputError, match=message):
        Network.initial(sizes, RELU)


W43, W32 = np.ones((4, 3)), np.ones((3, 2))


@pytest.mark.parametrize("make, message", [
    (lambda: Network(RELU, []), "^weights is empty; allowed is one matrix or more$"),
    (lambda: Network(RELU, [W43, np.ones(3)]), r"^W2 has 1 axes, shape \(3,\); allowed is 2$"),
    (lambda: Network(RELU, [W43, W32, W32]),
     r"^W3 has shape \(3, 2\); allowed is \(n_2, n_3\) = \(2, 2\)$"),
    (lambda: Network(RELU, [np.full((2, 1), np.nan)]), "^W1 holds 2 NaN"),
    (lambda: Network([RELU, "tanh"], [W43, W32]),
     r"^activations\[2\] is 'tanh'; allowed is of type Activation$"),
    (lambda: Network([RELU], [W43, W32]),
     "^there are 1 activations; allowed is one for each of the 2 layers, or a single one$"),
    (lambda: Network(RELU, [W43], "hinge"),
     "^loss is 'hinge'; allowed are squared, cross_entropy$"),
    (lambda: Network([Identity(), Tanh()], [W43, W32], "cross_entropy"),
     "^the last activation is tanh; allowed with cross_entropy is identity, as the softmax takes "
     "its place$"),
])
def test_bad_networks_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


@pytest.mark.parametrize("X, Y, message", [
    (np.ones((5, 3)), np.ones((5, 2)), r"^X has shape \(5, 3\); allowed is \(m, 4\) = \(5, 4\)$"),
    (np.ones((5, 4)), np.ones((5, 3)), r"^Y has shape \(5, 3\); allowed is \(m, 2\) = \(5, 2\)$"),
    (np.ones((5, 4)), np.ones((4, 2)), r"^Y has shape \(4, 2\); allowed is \(m, n_L\) = \(5, 2\)$"),
])
@pytest.mark.parametrize("call", [Network.error, Network.gradient])
def test_samples_that_do_not_fit_the_network_are_refused(call, X, Y, message):
    with pytest.raises(InputError, match=message):
        call(Network(RELU, [W43, W32]), X, Y)


@pytest.mark.parametrize("weight, message", [
    (np.ones(4), r"has shape \(4,\); allowed is \(m,\) = \(5,\)"), (-np.ones(5), "holds negative"),
    (np.zeros(5), "holds .* only zeros"), (np.full(5, np.nan), "holds 5 NaN"),
])
def test_an_error_with_bad_weights_is_no_number(weight, message):
    with pytest.raises(InputError, match=f"^sample_weight {message}"):
        Network(RELU, [W43, W32]).error(np.ones((5, 4)), np.ones((5, 2)), weight)


@pytest.mark.parametrize("dtype", [int, "f2", "c16", "no type", object])
def test_a_start_in_whole_numbers_would_be_zero(dtype):
    with pytest.raises(InputError, match=r"^dtype is .*; allowed are float32 and float64$"):
        Network.initial([6, 4], RELU, dtype=dtype)


@pytest.mark.parametrize("l", [-1, 3, 1.0])
def test_a_layer_that_is_not_there_has_no_activations(l):
    with pytest.raises(InputError, match=f"^l is {l}; allowed "):
        Network(RELU, [W43, W32]).activation(np.ones((5, 4)), l)


def test_hidden_features_of_samples_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match=r"^X has shape \(5, 3\); allowed is \(m, 4\)"):
        Network(RELU, [W43, W32]).activation(np.ones((5, 3)), 1)


# The losses


@pytest.mark.parametrize("loss, phi", [
    ("squared", Sigmoid()), ("squared", Tanh()), ("cross_entropy", Identity()),
])
@given(seed=st.integers(0, 10**6))
def test_the_residual_is_the_derivative_of_each_samples_loss(loss, phi, seed):
    """By central differences, score by score; rows of Y need not sum to 1."""
    rng = np.random.default_rng(seed)
    U, Y, loss = rng.normal(size=(4, 3)), rng.uniform(0, 2, (4, 3)), make_loss(loss)
    h = 1e-6
    for j in range(3):
        step = h * np.eye(3)[j]
        slope = (loss.values(U + step, Y, phi) - loss.values(U - step, Y, phi)) / (2 * h)
        np.testing.assert_allclose(loss.residual(U, Y, phi)[:, j], slope, rtol=1e-6, atol=1e-8)


def test_losses_by_hand():
    """phi the identity, u = (0, log 3): the softmax is (1/4, 3/4)."""
    U, Y = np.array([[0.0, np.log(3)]]), np.array([[1.0, 0.0]])
    cross, squared = make_loss("cross_entropy"), make_loss("squared")
    assert cross.output(U, Identity())[0] == pytest.approx([0.25, 0.75])
    assert cross.values(U, Y, Identity()) == pytest.approx([np.log(4)])
    assert cross.residual(U, Y, Identity())[0] == pytest.approx([-0.75, 0.75])
    assert squared.output(U, Tanh())[0] == pytest.approx([0, 0.8])  # tanh(log 3) = (9-1)/(9+1)
    assert squared.values(U, Y, Tanh()) == pytest.approx([1 + 0.64])
    assert squared.residual(U, Y, Tanh())[0] == pytest.approx([-2, 2 * 0.36 * 0.8])
