"""Activation functions (section 3.2): Definition 3's generalized ReLU, sigmoid, tanh, identity.

Each is monotone, works element by element, keeps float32 and float64, and knows

* `phi(z)`, the function, and `g(z)`, the subgradient that the proofs use;
* `slopes(R)`, bounds [γ, L] on its slopes over |z| ≤ R (all that section 5 needs of it);
* `positively_homogeneous`: whether φ(cz) = c φ(z) for every c ≥ 0. The trace identity of
  section 5.5 needs this.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from . import checks
from .arrays import Array, Real
from .exceptions import InputError


class Slopes(NamedTuple):
    """γ ≤ (φ(s) − φ(t))/(s − t) ≤ L and γ ≤ g ≤ L on the working range."""

    gamma: Real
    L: Real


class Activation(ABC):
    """What every activation offers; arrays of any shape, result of the same shape and dtype.

    z is not checked for NaN and infinities: as with NumPy's functions, phi(NaN) is NaN. Whoever is
    given a problem's or a training's arrays checks them. Raises InputError for a z that isn't real
    numbers.
    """

    name: ClassVar[str]
    positively_homogeneous: ClassVar[bool]

    @abstractmethod
    def phi(self, z: ArrayLike) -> Array:
        """The activation, element by element."""

    @abstractmethod
    def g(self, z: ArrayLike) -> Array:
        """Its subgradient (its derivative, where it has one), element by element."""

    @abstractmethod
    def slopes(self, R: Real = np.inf) -> Slopes:
        """The bounds γ and L on the slopes over |z| ≤ R."""


def _floating(z: ArrayLike) -> Array:
    if type(z) is not np.ndarray:
        z = checks.read("z", z)
    if z.dtype.kind == "f" or checks.is_rational(z):  # Fractions: see `exact`
        return z
    if z.dtype.kind not in "iub":
        raise InputError(f"z has dtype {z.dtype}; allowed are real numbers")
    return z.astype(np.float64)


@dataclass(frozen=True, eq=False)
class GeneralizedReLU(Activation):
    """Definition 3: f(x) = ax for x ≤ 0 and bx for x > 0, with 0 < a ≤ b.

    Subgradient, as printed: g(x) = a for x < 0 and b for x ≥ 0, so g(0) = b.

    a and b are numbers (Fractions for exact arithmetic), or arrays of shape (n,): n activations,
    one for each problem of a stack whose first axis has length n.

    Raises InputError unless 0 < a <= b.
    """

    a: Real = 0.01
    b: Real = 1.0
    name: ClassVar[str] = "generalized_relu"
    positively_homogeneous: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for slope in ("a", "b"):
            if isinstance(getattr(self, slope), Fraction):
                continue  # exact arithmetic
            value = checks.real_array(slope, getattr(self, slope))
            # A plain float keeps float32 arrays float32.
            object.__setattr__(self, slope, float(value) if value.ndim == 0 else value)
        if not (np.all(np.asarray(self.a) > 0) and np.all(np.asarray(self.a) <= self.b)):
            raise InputError(f"a, b are {self.a}, {self.b}; allowed is 0 < a <= b (Definition 3)")

    def _slopes_against(self, z: Array) -> Iterator[Any]:
        """a and b, shaped to multiply z: a stack's slopes get z's trailing axes."""
        return (
            s.reshape(s.shape + (1,) * (z.ndim - s.ndim)) if isinstance(s, np.ndarray) else s
            for s in (self.a, self.b)
        )

    def phi(self, z: ArrayLike) -> Array:
        z = _floating(z)
        a, b = self._slopes_against(z)
        value: Array = np.maximum(a * z, b * z)  # Definition 3 without a branch, as 0 < a <= b
        return value

    def g(self, z: ArrayLike) -> Array:
        z = _floating(z)
        a, b = self._slopes_against(z)
        slope: Array = np.where(z < 0, a, b)
        return slope.astype(z.dtype, copy=False)

    def slopes(self, R: Real = np.inf) -> Slopes:
        return Slopes(self.a, self.b)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GeneralizedReLU)
            and np.array_equal(np.asarray(self.a), np.asarray(other.a))
            and np.array_equal(np.asarray(self.b), np.asarray(other.b))
        )


@dataclass(frozen=True)
class Identity(Activation):
    """φ(z) = z: the generalized ReLU with a = b = 1, a linear layer."""

    name: ClassVar[str] = "identity"
    positively_homogeneous: ClassVar[bool] = True

    def phi(self, z: ArrayLike) -> Array:
        return _floating(z).copy()

    def g(self, z: ArrayLike) -> Array:
        return np.ones_like(_floating(z))

    def slopes(self, R: Real = np.inf) -> Slopes:
        return Slopes(1.0, 1.0)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """φ(z) = s(z) = 1/(1 + e^−z), g(z) = s(z) s(−z); no overflow at any z.

    Slopes over |z| ≤ R: γ = s(R) s(−R), L = 1/4.
    """

    name: ClassVar[str] = "sigmoid"
    positively_homogeneous: ClassVar[bool] = False

    def phi(self, z: ArrayLike) -> Array:
        s: Array = expit(_floating(z))
        return s

    def g(self, z: ArrayLike) -> Array:
        z = _floating(z)
        slope: Array = expit(z) * expit(-z)  # s(-z), not 1 - s(z): no cancellation for large z
        return slope

    def slopes(self, R: Real = np.inf) -> Slopes:
        return Slopes(_at_most(0.25, self.g(checks.read("R", R))), 0.25)


@dataclass(frozen=True)
class Tanh(Activation):
    """φ(z) = tanh(z) = 2 s(2z) − 1, a rescaled sigmoid; g(z) = 4 s(2z) s(−2z).

    Slopes over |z| ≤ R: γ = 4 s(2R) s(−2R), L = 1.
    """

    name: ClassVar[str] = "tanh"
    positively_homogeneous: ClassVar[bool] = False

    def phi(self, z: ArrayLike) -> Array:
        return np.tanh(_floating(z))

    def g(self, z: ArrayLike) -> Array:
        z = _floating(z)
        slope: Array = 4 * expit(2 * z) * expit(-2 * z)
        return slope

    def slopes(self, R: Real = np.inf) -> Slopes:
        return Slopes(_at_most(1.0, self.g(checks.read("R", R))), 1.0)


def _at_most(L: float, gamma: Array) -> Array:
    """The least slope where it is at the edge; for tiny R it would be rounded above the largest."""
    least: Array = np.minimum(gamma, L)
    return least[()]


ACTIVATIONS: dict[str, type[Activation]] = {
    kind.name: kind for kind in (GeneralizedReLU, Sigmoid, Tanh, Identity)
}


def make_activation(name: str, **slopes: float) -> Activation:
    """The activation called `name` (a key of ACTIVATIONS); a and b for the generalized ReLU.

    Raises InputError for an unknown name, or slopes given to an activation without them.
    """
    checks.one_of("activation", name, ACTIVATIONS)
    if slopes and name != GeneralizedReLU.name:
        raise InputError(f"activation {name!r} takes no slopes; given: {', '.join(slopes)}")
    return ACTIVATIONS[name](**slopes)
