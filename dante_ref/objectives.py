"""The empirical errors of section 3.2 and their subgradients of section 5: one class a display.

An objective holds its samples and offers, of the weights w as its argument,

* `error(w)`, the display: a mean over samples, a sum over outputs;
* `subgradient(w)`, section 5's, of w's shape;
* `predict(w)`, what the model answers at the samples;
* `on(rows)`, the same objective on a minibatch, with `m` samples: Algorithm 1's f_t.

All are one formula: that of a network of any depth. A layer is a network of depth 1, a GLM a layer
with one output, and an inner layer one of a network whose other layers are held. Samples are rows
of X (m, d), so the paper's φ⟨W, x⟩ = φ(Wᵀ x) is φ(X W). `literal` has each display as
section 5 prints it, one sample at a time; the tests hold the two together.

At a kink each sample's term is an element of that sample's own subdifferential, as g(0) = b is one
of phi's slopes at 0. Their sum need not be a subgradient of the error, which isn't convex (two
samples on either side of a kink show it, in the tests). The proofs ask only a <= g <= b.

Every array may carry further axes in front, the same for all: a stack of problems. float32,
float64 and Fractions are kept. Raises InputError for arrays that aren't finite real numbers of
these shapes: for samples when the objective is made, for weights when they are given. Where finite
numbers overflow, NumPy's RuntimeWarning says so.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np

from . import checks
from .activations import Activation
from .arrays import Array, Rows
from .exceptions import InputError

# The formulas, of networks of any depth: weights W_1..W_L, activations phi_1..phi_L.


def predict(X: Array, weights: Sequence[Array], activations: Sequence[Activation]) -> Array:
    """φ_L⟨W_L, ... φ₁⟨W₁, xᵢ⟩⟩: (..., m, n_L)."""
    for W, phi in zip(weights, activations, strict=True):
        X = phi.phi(X @ W)
    return X


def derivatives(
    X: Array, weights: Sequence[Array], activations: Sequence[Activation],
    residual: Callable[[Array], Array],
) -> Iterator[tuple[Array, Array]]:
    """(A_{l-1}, D_l) for l = L, ..., 1, with ∇_W_l err = 1/m A_{l-1}ᵀ D_l: the chain rule.

    A_0 = X, Z_l = A_{l-1} W_l, A_l = phi_l(Z_l);
    D_L = residual(Z_L), D_{l-1} = g_{l-1}(Z_{l-1}) ∘ (D_l W_lᵀ).
    """
    A, Z = [X], []
    for W, phi in zip(weights, activations, strict=True):
        Z.append(A[-1] @ W)
        if len(Z) < len(weights):
            A.append(phi.phi(Z[-1]))
    D = residual(Z[-1])
    for l in range(len(weights) - 1, -1, -1):
        yield A[l], D
        if l:
            D = activations[l - 1].g(Z[l - 1]) * (D @ weights[l].mT)


def squared(
    Y: Array, phi: Activation, errors: list[Array] | None = None
) -> Callable[[Array], Array]:
    """The residual of the squared error, 2 g(Z_L) ∘ (φ(Z_L) − Y); `errors` gets the error too."""
    def residual(Z: Array) -> Array:
        off = phi.phi(Z) - Y
        if errors is not None:
            errors.append(mean_square(off))
        derivative: Array = 2 * phi.g(Z) * off
        return derivative

    return residual


def mean_square(residual: Array) -> Array:
    """1/m Σᵢ ‖rᵢ‖² over rows rᵢ: (..., m, n) -> (...)."""
    mean: Array = np.mean(np.sum(residual**2, axis=-1), axis=-1)
    return mean


# The displays.

Arrays: TypeAlias = dict[str, tuple[Array, tuple[str, ...]]]
"""Arrays and the names of their last axes, by the arrays' names."""


class Samples(ABC):
    """What all objectives share: samples and activations, checked when they are given."""

    X: Array

    @property
    @abstractmethod
    def _arrays(self) -> Arrays:
        """The arrays held and their axes, by name; the samples' begin with 'm'."""

    @property
    @abstractmethod
    def _phis(self) -> dict[str, Activation]:
        """The activations, by name."""

    def __post_init__(self) -> None:
        for name, phi in self._phis.items():
            checks.of_type(name, phi, Activation)
        arrays = self._arrays
        self._hold(dict(zip(arrays, checks.stacks(**arrays), strict=True)))

    def _hold(self, arrays: dict[str, Array]) -> None:
        vars(self).update(arrays)

    @classmethod
    def unchecked(cls, **fields: Any) -> Self:
        """An objective on arrays that are checked."""
        made = object.__new__(cls)
        vars(made).update(fields)
        return made

    @property
    def m(self) -> int:
        """The number of samples."""
        return int(self.X.shape[-2])

    def on(self, rows: Rows) -> Self:
        """The objective on these samples only (a row may occur more than once)."""
        minibatch = {
            name: array[(..., rows) + (slice(None),) * (len(axes) - 1)]
            for name, (array, axes) in self._arrays.items() if axes[0] == "m"
        }
        return self.unchecked(**vars(self) | minibatch)


class Objective(Samples):
    """An objective of one array of weights, the lowest layer's: what Algorithm 1 minimises."""

    Y: Array
    _weights: ClassVar[tuple[str, tuple[str, ...]]]  # the argument's name and axes

    def check_weights(self, w: Array, *, single: bool = False) -> Array:
        """w, if it goes with the samples; `single`: and if they are one problem, not a stack."""
        name, axes = self._weights
        check = checks.single if single else checks.stacks
        w, = check(self._arrays, **{name: (w, axes)})
        return w

    def predict(self, w: Array) -> Array:
        """What the model answers at each sample."""
        return self._predict(self.check_weights(w))

    def error(self, w: Array) -> Array:
        """f(w), the display."""
        return self._error(self.check_weights(w))

    def subgradient(self, w: Array) -> Array:
        """A subgradient of f at w as in section 5, of w's shape."""
        return self._both(self.check_weights(w))[1]

    def both(self, w: Array) -> tuple[Array, Array]:
        """f(w) and the subgradient, from one pass through the model."""
        return self._both(self.check_weights(w))

    # The same at weights that are checked.

    @property
    def _above(self) -> tuple[Array, ...]:
        """The weights of the layers above, held."""
        return ()

    def _predict(self, W: Array) -> Array:
        return predict(self.X, (W, *self._above), tuple(self._phis.values()))

    def _error(self, W: Array) -> Array:
        return mean_square(self.Y - Objective._predict(self, W))

    def _both(self, W: Array) -> tuple[Array, Array]:
        phis, errors = tuple(self._phis.values()), list[Array]()
        residual = squared(self.Y, phis[-1], errors)
        *_, (X, D) = derivatives(self.X, (W, *self._above), phis, residual)
        return errors[0], X.mT @ D / self.m


@dataclass(frozen=True)
class LayerObjective(Objective):
    """f(W) = 1/m Σᵢ ‖yᵢ − φ⟨W, xᵢ⟩‖² (before Theorem 3); equation (5) with zᵢ as xᵢ.

    G(W) = 2/m Xᵀ (g ∘ (φ(XW) − Y)) (section 5.4). X (m, d), Y (m, d'), W (d, d').
    """

    X: Array
    Y: Array
    phi: Activation
    _weights = "W", ("d", "d'")

    @property
    def _arrays(self) -> Arrays:
        return {"X": (self.X, ("m", "d")), "Y": (self.Y, ("m", "d'"))}

    @property
    def _phis(self) -> dict[str, Activation]:
        return {"phi": self.phi}


@dataclass(frozen=True)
class GLMObjective(Objective):
    """f(w) = 1/m Σᵢ (yᵢ − φ⟨w, xᵢ⟩)² (Definition 2): a layer with one output.

    G(w) = 2/m Xᵀ (g ∘ (φ(Xw) − y)) (section 5.1). X (m, d), y (m,), w (d,).
    """

    X: Array
    y: Array
    phi: Activation
    _weights = "w", ("d",)

    @property
    def _arrays(self) -> Arrays:
        return {"X": (self.X, ("m", "d")), "y": (self.y, ("m",))}

    @property
    def _phis(self) -> dict[str, Activation]:
        return {"phi": self.phi}

    @property
    def Y(self) -> Array:  # type: ignore[override]
        """y as a matrix of one column."""
        return self.y[..., None]

    def _predict(self, w: Array) -> Array:
        return super()._predict(w[..., None])[..., 0]

    def _error(self, w: Array) -> Array:
        return super()._error(w[..., None])

    def _both(self, w: Array) -> tuple[Array, Array]:
        error, G = super()._both(w[..., None])
        return error, G[..., 0]


@dataclass(frozen=True)
class InnerLayerObjective(Objective):
    """f(W1) = err(W1, W2) with W2 held (before Theorem 5, equation 6); or with W2, ..., WL held.

    ∇_W₁ err(W₁, W₂) = 2/m Xᵀ (g₁ ∘ ((g₂ ∘ (φ₂(..) − Y)) W₂ᵀ)) (section 5.6). X (m, d),
    Y (m, d''), above = (W2,) of shape (d', d''), activations = (phi1, phi2), W1 (d, d').
    One output, d'' = 1, is the display before Theorem 4 (section 5.5).
    """

    X: Array
    Y: Array
    above: tuple[Array, ...]
    activations: tuple[Activation, ...]
    _weights = "W1", ("d", "d'")

    @property
    def _above(self) -> tuple[Array, ...]:
        return self.above

    @property
    def _arrays(self) -> Arrays:
        held = {f"W{l}": (W, _matrix(l)) for l, W in enumerate(self.above, 2)}
        return {"X": (self.X, ("m", "d")), "Y": (self.Y, ("m", _size(1 + len(held)))), **held}

    @property
    def _phis(self) -> dict[str, Activation]:
        return {f"phi{l}": phi for l, phi in enumerate(self.activations, 1)}

    def _hold(self, arrays: dict[str, Array]) -> None:
        X, Y, *above = arrays.values()
        checks.one_each("activations", self.activations, 1 + len(above))
        vars(self).update(X=X, Y=Y, above=tuple(above))


@dataclass(frozen=True)
class NetworkObjective(Samples):
    """f(W₁, ..., W_L) = 1/m Σᵢ ‖yᵢ − φ_L⟨W_L, ... φ₁⟨W₁, xᵢ⟩⟩‖², of L arrays.

    X (m, d), Y (m, d'') and activations (phi1, phi2) are equation (4), section 3.3.2, with
    W1 (d, d') and W2 (d', d''); more activations are the deeper networks of section 3.4.
    """

    X: Array
    Y: Array
    activations: tuple[Activation, ...]

    def __post_init__(self) -> None:
        if not self.activations:
            raise InputError("activations is empty; allowed is one for each layer")
        super().__post_init__()

    @property
    def L(self) -> int:
        """The number of layers."""
        return len(self.activations)

    @property
    def _arrays(self) -> Arrays:
        return {"X": (self.X, ("m", "d")), "Y": (self.Y, ("m", _size(self.L)))}

    @property
    def _phis(self) -> dict[str, Activation]:
        return {f"phi{l}": phi for l, phi in enumerate(self.activations, 1)}

    def check_weights(self, *weights: Array, single: bool = False) -> list[Array]:
        """W_1, ..., W_L, if they go with the samples; `single`: if all are one problem's."""
        checks.one_each("weights", weights, self.L)
        check = checks.single if single else checks.stacks
        return check(
            self._arrays, **{f"W{l}": (W, _matrix(l)) for l, W in enumerate(weights, 1)}
        )

    def in_layer(self, l: int, *weights: Array) -> LayerObjective | InnerLayerObjective:
        """f as a function of W_l alone, all others held: what alternation minimises in turn.

        A layer, or an inner one, on the activations zᵢ below it, which are computed here, once.
        Raises InputError unless 1 <= l <= L.
        """
        if checks.whole_number("l", l, at_least=1) > self.L:
            raise InputError(f"l is {l}; allowed is a layer, 1 to {self.L}")
        W, phis = self.check_weights(*weights), self.activations
        below = predict(self.X, W[:l - 1], phis[:l - 1])
        if l == self.L:
            return LayerObjective.unchecked(X=below, Y=self.Y, phi=phis[-1])
        return InnerLayerObjective.unchecked(
            X=below, Y=self.Y, above=tuple(W[l:]), activations=phis[l - 1:]
        )

    def error(self, *weights: Array) -> Array:
        """f(W_1, ..., W_L)."""
        W = self.check_weights(*weights)
        return mean_square(self.Y - predict(self.X, W, self.activations))

    def subgradient(self, *weights: Array) -> tuple[Array, ...]:
        """(∇_W₁ f, ..., ∇_W_L f): what backpropagation computes."""
        W, phis = self.check_weights(*weights), self.activations
        layers = derivatives(self.X, W, phis, squared(self.Y, phis[-1]))
        return tuple([A.mT @ D / self.m for A, D in layers][::-1])


def _size(l: int) -> str:
    """The paper's name of the number of units of layer l: d, d', d''."""
    return "d" + "'" * l


def _matrix(l: int) -> tuple[str, str]:
    """The axes of W_l."""
    return _size(l - 1), _size(l)
