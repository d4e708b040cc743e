"""Random problems for the oracles' tests, away from kinks, and how far two answers are apart.

A generalized ReLU has no derivative at z = 0, and an oracle and the code may rightly answer
differently there (`test_objectives` looks at z = 0 itself). So samples are drawn again until
every score is at least KINK from 0: a million million times farther than rounding can move it.
"""

from itertools import pairwise

import numpy as np

from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid, Tanh
from dante_ref.training.network import Network

KINK = 1e-3
ACTIVATIONS = {
    "relu": GeneralizedReLU(0.1, 1.0), "relu-b-3": GeneralizedReLU(0.25, 3.0),
    "sigmoid": Sigmoid(), "tanh": Tanh(), "identity": Identity(),
}
LOSSES = ("squared", "cross_entropy")

TOLERANCE = 1e-10
"""The largest relative deviation of a gradient (Frobenius norm, by layer), in float64.

A network of L layers and its way back are 2 L products of sums of at most n terms, so rounding is
at most (2 L n + m + 10) u, u = 1.1e-16, of the sums of the terms' absolute values: with the sizes
here 5e-14. Where terms cancel to a thousandth, the smallest share that these draws come near, that
is 5e-11.
"""


def apart(found, expected):
    """||found - expected|| / ||expected||."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    assert found.shape == expected.shape
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def scores(network, X):
    """The scores of every layer."""
    return [network.activation(X, l) @ W for l, W in enumerate(network.weights)]


def problem(sizes, m, phi, loss, seed):
    """A network of these layers, X (m, n_0) and Y (m, n_L): all random, away from kinks."""
    rng = np.random.default_rng([seed, *sizes])
    last = Identity() if loss == "cross_entropy" else phi
    weights = [rng.normal(size=s) / s[0] ** 0.5 for s in pairwise(sizes)]
    network = Network([phi] * (len(sizes) - 2) + [last], weights, loss)
    X = rng.normal(size=(m, sizes[0]))
    for _ in range(1000):
        near = np.any([(abs(Z) < KINK).any(axis=1) for Z in scores(network, X)], axis=0)
        if not near.any():
            break
        X[near] = rng.normal(size=(near.sum(), sizes[0]))
    else:
        raise AssertionError("no samples away from the kinks")
    Y = rng.random((m, sizes[-1])) if loss == "cross_entropy" else rng.normal(size=(m, sizes[-1]))
    return network, X, Y / Y.sum(axis=1, keepdims=True) if loss == "cross_entropy" else Y


def depths(rng, depth, widest):
    """Random sizes n_0, ..., n_depth from 2 to `widest`."""
    return tuple(int(n) for n in rng.integers(2, widest + 1, depth + 1))
