"""Algorithm 3: pairs of layers from the outside in, each by the loop of Algorithm 2."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU, Sigmoid, Tanh
from dante_ref.algorithms.dante import dante
from dante_ref.algorithms.deep import deep_dante, pairs
from dante_ref.algorithms.sngd import sngd
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.objectives import NetworkObjective
from dante_ref.training.engine import Training
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD as RULE
from dante_ref.training.schedules import GreedyPairs

OPTIONS = dict(T_SNGD=3, eta=0.05, b=4)


def problem(L, seed=0, phi=None):
    """A random network of L layers of weights, and its start."""
    rng = np.random.default_rng(seed)
    sizes = (4, 3, 5, 2, 3, 4)[:L + 1]
    phi = phi or GeneralizedReLU(0.2, 1.0)
    f = NetworkObjective(rng.normal(size=(9, 4)), rng.normal(size=(9, sizes[-1])), (phi,) * L)
    return f, [rng.normal(size=shape) for shape in itertools.pairwise(sizes)]


@pytest.mark.parametrize("L, expected", [
    (1, [(1,)]), (2, [(1, 2)]), (3, [(1, 3), (2,)]), (4, [(1, 4), (2, 3)]),
    (6, [(1, 6), (2, 5), (3, 4)]), (7, [(1, 7), (2, 6), (3, 5), (4,)]),
])
def test_figure_1_pairs_from_the_outside_in(L, expected):
    assert pairs(L, "u") == expected
    assert pairs(L) == [pair[::-1] for pair in expected], "v first unless told otherwise"


@given(n=st.integers(1, 8))
def test_every_layer_of_an_autoencoder_is_in_one_pair_u_l_with_v_n_plus_1_minus_l(n):
    """u_1..u_n are layers 1..n, v_1..v_n are layers n+1..2n."""
    found = pairs(2 * n, "u")
    assert sorted(itertools.chain(*found)) == list(range(1, 2 * n + 1))
    for l, (u, v) in enumerate(found, 1):
        assert u == l
        assert v - n == n + 1 - l


def test_with_one_pair_it_is_algorithm_2():
    f, weights = problem(2)
    for options in (dict(max_alternations=4), dict(eps=0.05, T_AM=3), dict(normalise="columns")):
        options = dict(T_AM=2, random_state=5) | OPTIONS | options
        deep, flat = deep_dante(f, *weights, **options), dante(f, *weights, **options)
        for W, V in zip(deep.weights, flat.weights, strict=True):
            np.testing.assert_allclose(W, V, rtol=1e-12)
        assert (deep.t, deep.zero_gradients) == (flat.t, flat.zero_gradients)
        assert (deep.error, deep.change) == pytest.approx((flat.error, flat.change), rel=1e-9)


@pytest.mark.parametrize("first", ["v", "u"])
def test_an_alternation_of_each_pair_by_hand(first):
    """Five layers: (5, 1), (4, 2), (3,), each layer by SNGD with all others at their present."""
    f, W = problem(5)
    result = deep_dante(
        f, *W, T_AM=1, max_alternations=1, first=first, random_state=3, **OPTIONS
    )
    rng = np.random.default_rng(3)
    for l in (5, 1, 4, 2, 3) if first == "v" else (1, 5, 2, 4, 3):
        alone = f.in_layer(l, *W)
        W[l - 1] = sngd(alone, W[l - 1], T=3, eta=0.05, b=4, random_state=rng).last
    for found, expected in zip(result.weights, W, strict=True):
        np.testing.assert_array_equal(found, expected)
    assert result.error == pytest.approx(float(f.error(*W)), rel=1e-12)
    assert result.t == 2


def test_read_literally_the_inner_pairs_are_never_trained():
    """t goes on from the first pair's, and its change was found < eps: no other loop is entered."""
    f, W = problem(4)
    options = dict(T_AM=2, eps=1e9, random_state=0) | OPTIONS
    literal = deep_dante(f, *W, literal=True, **options)
    assert [np.array_equal(a, b) for a, b in zip(literal.weights, W, strict=True)] == [
        False, True, True, False
    ]
    assert literal.t == 2
    reset = deep_dante(f, *W, **options)
    assert not any(np.array_equal(a, b) for a, b in zip(reset.weights, W, strict=True))


def test_each_pair_begins_with_a_change_that_is_infinite():
    """With T_AM = 1 and eps above every change each pair's body runs once, not only the first's.
    """
    f, W = problem(4)
    result = deep_dante(f, *W, T_AM=1, eps=1e9, random_state=0, **OPTIONS)
    assert not any(np.array_equal(a, b) for a, b in zip(result.weights, W, strict=True))
    assert result.t == 2


@pytest.mark.parametrize("phi", [GeneralizedReLU(0.2, 1.0), Tanh()], ids=lambda p: p.name)
@pytest.mark.parametrize("L", [1, 3, 4])
@pytest.mark.parametrize("change", [
    {}, {"first": "u"}, {"literal": True}, {"eps": 0.05, "T_AM": 3}, {"normalise": "columns"},
], ids=str)
def test_the_engine_runs_algorithm_3(L, phi, change):
    """GreedyPairs: same seed, same minibatches, same weights, to rounding."""
    f, weights = problem(L, phi=phi)
    options = dict(T_AM=1, eps=0.0, max_alternations=4, normalise="matrix") | change
    literal = deep_dante(f, *weights, random_state=2, **OPTIONS, **options)
    normalise = options.pop("normalise")
    network = Network(phi, weights)
    training = Training(
        network, f.X, f.Y, GreedyPairs(OPTIONS["T_SNGD"], **options), b=OPTIONS["b"],
        rule=RULE(OPTIONS["eta"]), normalise=normalise, random_state=2,
    ).run()
    for l, (found, expected) in enumerate(zip(network.weights, literal.weights, strict=True), 1):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10, err_msg=f"W{l}")
    assert network.error(f.X, f.Y) == pytest.approx(literal.error, rel=1e-9)
    assert training.progress.zero_gradients == literal.zero_gradients


def test_divergence_names_the_layer():
    f, W = problem(4, phi=GeneralizedReLU(1.0, 1.0))
    W = [V * 1e100 for V in W]
    with pytest.raises(DivergenceError, match=r"layer W4 at minibatch iteration 1;"):
        deep_dante(f, *W, T_AM=1, random_state=0, **OPTIONS)


@pytest.mark.parametrize("change, message", [
    (dict(T_AM=0), "T_AM is 0"), (dict(T_SNGD=0), "T is 0"), (dict(eta=0.0), "eta is 0.0"),
    (dict(b=0), "b is 0"), (dict(eps=-1.0), "eps is -1.0"), (dict(first="w"), "first is 'w'"),
    (dict(iterate="both"), "iterate is 'both'"), (dict(normalise="rows"), "normalise is 'rows'"),
    (dict(max_alternations=0), "max_alternations is 0"), (dict(random_state="x"), "random_state"),
])
def test_bad_arguments_are_named(change, message):
    f, W = problem(3, phi=Sigmoid())
    with pytest.raises(InputError, match=f"^{message}"):
        deep_dante(f, *W, **dict(T_AM=1) | OPTIONS | change)
    with pytest.raises(InputError, match=r"^there are 2 weights; allowed is one for each of 3"):
        deep_dante(f, *W[:2], T_AM=1, **OPTIONS)
    with pytest.raises(InputError, match=r"^W2 has shape"):
        deep_dante(f, W[0], W[0], W[2], T_AM=1, **OPTIONS)
