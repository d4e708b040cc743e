"""The objectives that sections 3.1 and 3.3 minimise: a GLM, a layer, an inner layer, a network.

Each holds its samples and offers

* `value(w)`, the empirical error of section 3.2, and `gradient(w)`, its subgradient of section 5;
* `on(rows)`, the same objective on a minibatch: the f_t of Algorithm 1 is `f.on(rows)`;
* `check()`, the objective with its arrays validated, and `check_weights(w)`.

No formula lives here: `errors` and `subgradients.vectorised` hold them. Normalisation is the
paper's: mean over samples, sum over outputs. float32 and float64 are kept.
"""

from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from .. import checks, errors
from ..activations import Activation
from ..subgradients import vectorised


class Objective(Protocol):
    """What a solver such as Algorithm 1 asks of the function it minimises over one array w."""

    @property
    def m(self) -> int:
        """The number of samples."""

    def on(self, rows: np.ndarray) -> Self:
        """The objective on these samples only (a row may occur more than once)."""

    def value(self, w: np.ndarray) -> np.ndarray:
        """f(w)."""

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """A subgradient of f at w, of w's shape."""

    def check(self) -> Self:
        """The objective with finite floating arrays of matching shapes; else InputError."""

    def check_weights(self, w: np.ndarray) -> np.ndarray:
        """w as a finite floating array of the right shape; else InputError."""


def _samples(X: np.ndarray, Y: np.ndarray, name: str, axes: int) -> tuple[np.ndarray, np.ndarray]:
    X = checks.real_array("X", X, ndim=2)
    Y = checks.real_array(name, Y, ndim=axes)
    checks.shape_is(name, Y, X.shape[:1] + Y.shape[1:], "(m, ...), a row for each row of X,")
    return X, Y


def _weights(name: str, w: np.ndarray, shape: tuple[int, ...], meaning: str) -> np.ndarray:
    w = checks.real_array(name, w)
    checks.shape_is(name, w, shape, meaning)
    return w


@dataclass(frozen=True)
class GLMObjective:
    """f(w) = 1/m sum_i (y_i - phi<w, x_i>)^2 (Definition 2). X (m, d), y (m,), w (d,)."""

    X: np.ndarray
    y: np.ndarray
    phi: Activation

    @property
    def m(self) -> int:
        return len(self.X)

    def on(self, rows: np.ndarray) -> Self:
        return replace(self, X=self.X[rows], y=self.y[rows])

    def value(self, w: np.ndarray) -> np.ndarray:
        return errors.glm_error(w, self.X, self.y, self.phi)

    def gradient(self, w: np.ndarray) -> np.ndarray:
        return vectorised.glm(w, self.X, self.y, self.phi)

    def check(self) -> Self:
        X, y = _samples(self.X, self.y, "y", 1)
        return replace(self, X=X, y=y)

    def check_weights(self, w: np.ndarray) -> np.ndarray:
        return _weights("w", w, self.X.shape[1:], "(d,)")


@dataclass(frozen=True)
class LayerObjective:
    """f(W) = 1/m sum_i ||y_i - phi<W, x_i>||^2 (before Theorem 3); equation (5) with z_i as x_i.

    X (m, d), Y (m, d'), W (d, d').
    """

    X: np.ndarray
    Y: np.ndarray
    phi: Activation

    @property
    def m(self) -> int:
        return len(self.X)

    def on(self, rows: np.ndarray) -> Self:
        return replace(self, X=self.X[rows], Y=self.Y[rows])

    def value(self, W: np.ndarray) -> np.ndarray:
        return errors.layer_error(W, self.X, self.Y, self.phi)

    def gradient(self, W: np.ndarray) -> np.ndarray:
        return vectorised.layer(W, self.X, self.Y, self.phi)

    def check(self) -> Self:
        X, Y = _samples(self.X, self.Y, "Y", 2)
        return replace(self, X=X, Y=Y)

    def check_weights(self, W: np.ndarray) -> np.ndarray:
        return _weights("W", W, (self.X.shape[1], self.Y.shape[1]), "(d, d')")


@dataclass(frozen=True)
class InnerLayerObjective:
    """f(W1) = err(W1, W2) with W2 held (before Theorem 5, equation 6).

    X (m, d), Y (m, d''), W2 (d', d''), W1 (d, d').
    """

    X: np.ndarray
    Y: np.ndarray
    W2: np.ndarray
    phi1: Activation
    phi2: Activation

    @property
    def m(self) -> int:
        return len(self.X)

    def on(self, rows: np.ndarray) -> Self:
        return replace(self, X=self.X[rows], Y=self.Y[rows])

    def value(self, W1: np.ndarray) -> np.ndarray:
        return errors.two_layer_error(W1, self.W2, self.X, self.Y, self.phi1, self.phi2)

    def gradient(self, W1: np.ndarray) -> np.ndarray:
        return vectorised.inner(W1, self.W2, self.X, self.Y, self.phi1, self.phi2)

    def check(self) -> Self:
        X, Y = _samples(self.X, self.Y, "Y", 2)
        W2 = checks.real_array("W2", self.W2, ndim=2)
        checks.shape_is("W2", W2, (len(W2), Y.shape[1]), "(d', d'')")
        return replace(self, X=X, Y=Y, W2=W2)

    def check_weights(self, W1: np.ndarray) -> np.ndarray:
        return _weights("W1", W1, (self.X.shape[1], len(self.W2)), "(d, d')")


@dataclass(frozen=True)
class NetworkObjective:
    """f(W1, W2) = 1/m sum_i ||phi2<W2, phi1<W1, x_i>> - y_i||^2, of two arrays (section 3.3.2).

    X (m, d), Y (m, d''), W1 (d, d'), W2 (d', d''). `given_W1` and `given_W2` are the two problems
    that DANTE alternates between.
    """

    X: np.ndarray
    Y: np.ndarray
    phi1: Activation
    phi2: Activation

    @property
    def m(self) -> int:
        return len(self.X)

    def on(self, rows: np.ndarray) -> Self:
        return replace(self, X=self.X[rows], Y=self.Y[rows])

    def given_W1(self, W1: np.ndarray) -> LayerObjective:
        """f(W1, .): a layer on the hidden activations z_i = phi1<W1, x_i>, computed here, once."""
        return LayerObjective(errors.layer_predict(W1, self.X, self.phi1), self.Y, self.phi2)

    def given_W2(self, W2: np.ndarray) -> InnerLayerObjective:
        """f(., W2)."""
        return InnerLayerObjective(self.X, self.Y, W2, self.phi1, self.phi2)

    def value(self, W1: np.ndarray, W2: np.ndarray) -> np.ndarray:
        return errors.two_layer_error(W1, W2, self.X, self.Y, self.phi1, self.phi2)

    def gradient(self, W1: np.ndarray, W2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(grad_W1 f, grad_W2 f): what backpropagation computes."""
        return self.given_W2(W2).gradient(W1), self.given_W1(W1).gradient(W2)

    def check(self) -> Self:
        X, Y = _samples(self.X, self.Y, "Y", 2)
        return replace(self, X=X, Y=Y)

    def check_weights(self, W1: np.ndarray, W2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        W1 = checks.real_array("W1", W1, ndim=2)
        checks.shape_is("W1", W1, (self.X.shape[1], W1.shape[1]), "(d, d')")
        return W1, _weights("W2", W2, (W1.shape[1], self.Y.shape[1]), "(d', d'')")
