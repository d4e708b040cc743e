"""Families of instances within a theorem's assumptions, each the image of free parameters.

A family decodes any theta in ℝᵖ into an instance (a problem of section 3.2 and a point) that
satisfies the assumptions, so random and adversarial search need no constraints: they draw or move
theta. `decode` takes a whole stack theta (n, p) and returns a stack of n instances.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from math import prod
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from scipy.special import expit

from .. import checks
from ..activations import Activation, GeneralizedReLU
from ..arrays import Array
from ..norms import into_ball
from ..problems import IdealisedGLM, IdealisedLayer, NoisyGLM, TwoLayerNetwork
from ..slqc import SLQC

Shapes = dict[str, tuple[int, ...]]


class Problem(Protocol):
    """What a problem of section 3.2 offers (`problems`): a dataclass of numbers, with SLQC."""

    @property
    def point_name(self) -> str:
        """What the point is called: w, W, ..."""

    @property
    def optimum(self) -> Array:
        """The planted optimum."""

    def check(self) -> Any:
        """The problem itself, or an error that names the violated assumption."""

    def check_point(self, point: Array, /) -> Array:
        """The point, if the theorem speaks of it."""

    def error(self, point: Array, /) -> Array:
        """The error of section 3.2 at the point."""

    def subgradient(self, point: Array, /) -> Array:
        """G at the point."""

    def slqc(self, point: Array, /) -> SLQC:
        """Definition 1 or 4 at the point, with respect to the optimum."""

    def arrays(self) -> dict[str, Any]:
        """The numbers, by the paper's names."""


P = TypeVar("P", bound=Problem)
P_co = TypeVar("P_co", bound=Problem, covariant=True)


@dataclass(frozen=True)
class Instance(Generic[P_co]):
    """A problem and a point w (or W) at which SLQC is asked; or a stack of n of both."""

    problem: P_co
    point: Array

    def slqc(self) -> SLQC:
        """Definition 1 or 4 at the point, with respect to the optimum."""
        return self.problem.slqc(self.point)

    def __getitem__(self, i: Any) -> "Instance[P_co]":
        """The i-th instance of a stack; by an array of indices or booleans, a stack of those."""
        problem: Any = self.problem
        single = {f.name: _pick(getattr(problem, f.name), i) for f in fields(problem)}
        return Instance(replace(problem, **single), self.point[i])

    def arrays(self) -> dict[str, Array]:
        """The numbers, by the paper's names: the problem's, and the point (w or W)."""
        return {**self.problem.arrays(), self.problem.point_name: self.point}


def _pick(value: Any, i: Any) -> Any:
    """Entry i of a stacked array or of an activation with stacked slopes; others as they are."""
    if isinstance(value, GeneralizedReLU):
        return GeneralizedReLU(*(_pick(s, i) for s in (value.a, value.b)))
    return value[i] if isinstance(value, np.ndarray) and value.ndim > 0 else value


class Family(ABC, Generic[P_co]):
    """What search needs: `size` parameters, `draw` them, `decode` them."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name in ("m", "d", "d_hidden", "d_out"):
                checks.whole_number(name, value, at_least=1)
            elif name in ("W_max", "W1_max", "W2_max", "reach"):
                # an array: one for each instance of the stacks that are decoded
                check = checks.numbers_in if isinstance(value, np.ndarray) else checks.number
                check(name, value, above=0)
            elif name == "smallest_slope":
                checks.number(name, value, above=0, at_most=1)

    @property
    @abstractmethod
    def blocks(self) -> Shapes:
        """Name and shape of each block of parameters, in the order in which theta holds them."""

    @abstractmethod
    def build(self, *args: Any, **blocks: Any) -> Instance[P_co]:
        """The stack of instances that the blocks (n, *shape) stand for."""

    @property
    def size(self) -> int:
        """p, the number of free parameters."""
        return sum(prod(shape) for shape in self.blocks.values())

    def decode(self, theta: Array) -> Instance[P_co]:
        """theta (n, p) as a stack of n instances."""
        parts, start = {}, 0
        for name, shape in self.blocks.items():
            stop = start + prod(shape)
            parts[name] = theta[:, start:stop].reshape(len(theta), *shape)
            start = stop
        return self.build(**parts)

    def draw(self, rng: np.random.Generator, n: int) -> Array:
        """theta (n, p): Gaussian, each block of each instance at its own scale in [0.01, 10].

        Small scales make points near the origin and the kinks, large ones points on the spheres.
        """
        return np.concatenate(
            [
                rng.standard_normal((n, prod(shape))) * 10 ** rng.uniform(-2, 1, (n, 1))
                for shape in self.blocks.values()
            ],
            axis=1,
        )


def squashed(theta: Array) -> Array:
    """Numbers in (−1, 1), 0 at theta = 0."""
    inside: Array = theta / (1 + np.abs(theta))
    return inside


def _slopes(theta: Array | None, smallest: float, b: float | Array = 1.0) -> GeneralizedReLU:
    """a/b in (smallest, 1], a = b at theta = 0: a stack of activations, theta (n, 1), b (n,).

    b = 1 loses nothing for idealised problems (`hypotheses.BY_SCALING`).
    """
    assert theta is not None, "an activation, or the block of its slopes"
    ratio = smallest ** np.abs(squashed(theta[:, 0]))
    return GeneralizedReLU(ratio * b, np.ones_like(ratio) * b)


def _factor(theta: Array) -> Array:
    """A number in (1/4, 4), 1 at theta = 0, for each of the stack: theta (n, 1)."""
    factor: Array = 4 ** squashed(theta[:, 0])
    return factor


@dataclass(frozen=True)
class _GLMs(Family[P_co]):
    m: int
    d: int
    activation: Activation | None = None
    W_max: float = 1.0
    smallest_slope: float = 1e-3

    @property
    def blocks(self) -> Shapes:
        slope: Shapes = {} if self.activation else {"slope": (1,)}
        return {**slope, "X": (self.m, self.d), "w": (self.d,), "w_star": (self.d,)}


@dataclass(frozen=True)
class GLMFamily(_GLMs[IdealisedGLM]):
    """Idealised GLMs (Definition 2) with m samples in ℝᵈ, and a point w in B(0, W_max).

    activation None: generalized ReLUs with b = 1 and a/b drawn from (smallest_slope, 1].
    """

    def build(
        self, X: Array, w: Array, w_star: Array, slope: Array | None = None
    ) -> Instance[IdealisedGLM]:
        activation = self.activation or _slopes(slope, self.smallest_slope)
        glm = IdealisedGLM(
            into_ball(X), into_ball(w_star, self.W_max), activation, self.W_max
        )
        return Instance(glm, into_ball(w, self.W_max))


@dataclass(frozen=True)
class NoisyGLMFamily(_GLMs[NoisyGLM]):
    """Noisy GLMs (Definition 2) with any labels in [0, 1], and a point w in B(0, W).

    One draw of labels is as good as another here: what holds of every draw is asked of all, and
    probabilities are `chance`'s. Inputs are turned and shortened so that the mean labels
    phi<w*, x_i> lie in [0, 1]. Labels in [0, 1] don't scale, so W/W_max is drawn from (1/4, 4),
    and so is b where no activation is given.
    """

    @property
    def blocks(self) -> Shapes:
        steepness: Shapes = {} if self.activation else {"steepness": (1,)}
        return {**super().blocks, **steepness, "size": (1,), "labels": (self.m,)}

    def build(
        self, X: Array, w: Array, w_star: Array, size: Array, labels: Array,
        slope: Array | None = None, steepness: Array | None = None,
    ) -> Instance[NoisyGLM]:
        W_max = self.W_max * _factor(size)
        activation = self.activation
        if activation is None:
            assert steepness is not None, "an activation, or the block of its b"
            activation = _slopes(slope, self.smallest_slope, _factor(steepness))
        ideal = IdealisedGLM(into_ball(X), into_ball(w_star, W_max), activation, W_max).turned()
        noisy = NoisyGLM.of(
            ideal, X=ideal.X / np.maximum(1.0, ideal.y)[..., None], labels=expit(labels)
        )
        return Instance(noisy, into_ball(w, W_max))


@dataclass(frozen=True)
class LayerFamily(Family[IdealisedLayer]):
    """Idealised layers (Theorem 3), d' = d_out outputs, and a point W in the Frobenius ball."""

    m: int
    d: int
    d_out: int
    activation: Activation | None = None
    W_max: float = 1.0
    smallest_slope: float = 1e-3

    @property
    def blocks(self) -> Shapes:
        slope: Shapes = {} if self.activation else {"slope": (1,)}
        weights = (self.d, self.d_out)
        return {**slope, "X": (self.m, self.d), "W": weights, "W_star": weights}

    def build(
        self, X: Array, W: Array, W_star: Array, slope: Array | None = None
    ) -> Instance[IdealisedLayer]:
        activation = self.activation or _slopes(slope, self.smallest_slope)
        layer = IdealisedLayer(
            into_ball(X), into_ball(W_star, self.W_max, 2), activation, self.W_max
        )
        return Instance(layer, into_ball(W, self.W_max, 2))


@dataclass(frozen=True)
class TwoLayerFamily(Family[TwoLayerNetwork]):
    """Idealised two-layer networks (Theorems 4 and 5) and a point W1 in the Frobenius ball.

    Both layers have the same activation. d_out = d'' outputs (1: Theorem 4). The outer layer is
    held at W2*, or at a W2 of its own in B(0, W2_max) when outer_free. outer_sign: the sign of
    every entry of W2* (and W2), or 0 for any. The point lies in B(0, reach W1_max).
    """

    m: int
    d: int
    d_hidden: int
    d_out: int = 1
    activation: Activation | None = None
    W1_max: float = 1.0
    W2_max: float = 1.0
    outer_free: bool = False
    outer_sign: int = 0
    smallest_slope: float = 1e-3
    reach: float = 1.0

    @property
    def blocks(self) -> Shapes:
        slope: Shapes = {} if self.activation else {"slope": (1,)}
        inner, outer = (self.d, self.d_hidden), (self.d_hidden, self.d_out)
        own: Shapes = {"W2": outer} if self.outer_free else {}
        return {
            **slope, "X": (self.m, self.d), "W1": inner, "W1_star": inner, "W2_star": outer, **own,
        }

    def _outer(self, W2: Array) -> Array:
        if self.outer_sign:
            W2 = self.outer_sign * np.abs(W2)
        return into_ball(W2, self.W2_max, 2)

    def build(
        self, X: Array, W1: Array, W1_star: Array, W2_star: Array, W2: Array | None = None,
        slope: Array | None = None,
    ) -> Instance[TwoLayerNetwork]:
        activation = self.activation or _slopes(slope, self.smallest_slope)
        planted = self._outer(W2_star)
        network = TwoLayerNetwork(
            into_ball(X), into_ball(W1_star, self.W1_max, 2), planted, activation, activation,
            self.W1_max, self.W2_max, planted if W2 is None else self._outer(W2),
        )
        return Instance(network, into_ball(W1, self.reach * self.W1_max, 2))


Q = TypeVar("Q", bound=Problem)


@dataclass(frozen=True)
class Recast(Family[P], Generic[Q, P]):
    """The instances of another family, each with its problem read as another one."""

    family: Family[Q]
    problem: Callable[[Q], P]

    @property
    def blocks(self) -> Shapes:
        return self.family.blocks

    def build(self, **blocks: Any) -> Instance[P]:
        instance = self.family.build(**blocks)
        return Instance(self.problem(instance.problem), instance.point)
