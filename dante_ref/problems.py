"""Planted problems of section 3.2: Definition 2's GLMs, a layer (Theorem 3), a two-layer network.

A problem is an objective and its planted optimum, with the bound on the optimum's norm. It offers

* `check()`: the theorem's assumptions, one by one; AssumptionError names the violated one, and
  `check_point(w)` does the same for a point;
* `predict(w)`, `error(w)`, `subgradient(w)`: its `objective`'s; `slqc(w)`: Definition 1 or 4 at a
  point, with respect to the optimum;
* `random(...)`: an instance within the assumptions, from a random_state;
* `arrays()`: the numbers, by the paper's names;
* `numbers`: those that the theorems' formulas name, slopes and bounds.

Arrays may carry a further axis in front: a stack of problems of one shape. The scalar bounds
‖w*‖ ≤ W are called W_max (W1_max, W2_max): W, W1, W2 name the matrices.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from . import balls, checks, norms
from .activations import Activation, Slopes
from .arrays import Array, Real
from .exceptions import AssumptionError
from .objectives import GLMObjective, InnerLayerObjective, LayerObjective, Objective, predict
from .slqc import SLQC

EXCESS = 1e-12  # a norm may exceed its bound by this relative amount: floating point


def _require(condition: Any, message: str) -> None:
    if not np.all(condition):
        raise AssumptionError(message)


def _require_in_ball(name: str, v: Array, radius: Real, ndim: int, source: str) -> None:
    lengths, radius = norms.norm(v, ndim), np.asarray(radius)
    _require(
        lengths <= radius * (1 + EXCESS),
        f"{name} has norm up to {np.max(lengths):.6g}; assumed is ||{name}|| <= "
        f"{np.max(radius):.6g} ({source})",
    )


def _norm(name: str, v: Array, ndim: int = 1) -> Array:
    """The norm of an optimum that is asked for before `check`, under its own name."""
    v, = checks.stacks(**{name: (v, balls.axes(ndim))})
    return norms.norm(v, ndim)


def _slopes(activation: Activation) -> dict[str, Real]:
    """a and b, for activations that have them."""
    return {s: getattr(activation, s) for s in ("a", "b") if hasattr(activation, s)}


def _numbers(slopes: Slopes, **bounds: Any) -> dict[str, Any]:
    """a = γ, b = L and the bounds, by the names of the formulas' symbols."""
    gamma, L = slopes
    return {"a": gamma, "b": L, "gamma": gamma, "L": L, **bounds}


def _inputs(rng: np.random.Generator, m: int, d: int) -> Array:
    """m inputs, uniform in the unit ball of ℝᵈ."""
    checks.whole_number("m", m, at_least=1)
    checks.whole_number("d", d, at_least=1)
    return balls.uniform_in_ball(rng, (m, d))


class Planted(ABC):
    """What the problems share: an objective and its optimum, a point in a ball around 0."""

    X: Array
    point_name: ClassVar[str]
    _planted: ClassVar[tuple[str, str]]  # the names of the optimum and of the bound on its norm
    _axes: ClassVar[tuple[str, ...]]  # the optimum's, and a point's
    _assumed: ClassVar[tuple[str, str]]  # of the optimum, and of a point
    _answers_its_labels: ClassVar[bool] = False  # the model's own at the optimum, bit for bit

    def __post_init__(self) -> None:
        name, bound = self._planted
        if self.radius is None:  # the optimum's own
            object.__setattr__(self, bound, _norm(name, self.optimum, len(self._axes)))

    @classmethod
    def of(cls, problem: Any, **changes: Any) -> Self:
        """The numbers of another kind of problem, but for these changes."""
        return cls(**{f.name: getattr(problem, f.name) for f in fields(problem)} | changes)

    @property
    @abstractmethod
    def objective(self) -> Objective:
        """What is minimised."""

    @property
    @abstractmethod
    def numbers(self) -> dict[str, Any]:
        """a = γ, b = L and the bounds, by the names of the formulas' symbols."""

    @property
    def optimum(self) -> Any:
        """The planted optimum, an array."""
        return getattr(self, self._planted[0])

    @property
    def radius(self) -> Any:
        """The bound on the optimum's norm, and on the points that the theorems speak of."""
        return getattr(self, self._planted[1])

    def predict(self, w: Array) -> Array:
        """What the model answers at each sample."""
        return self.objective.predict(w)

    def error(self, w: Array) -> Array:
        """err(w) of section 3.2."""
        return self.objective.error(w)

    def subgradient(self, w: Array) -> Array:
        """G(w) of section 5."""
        return self.objective.subgradient(w)

    def both(self, w: Array) -> tuple[Array, Array]:
        """err(w) and G(w); from one pass through the model where they are the objective's."""
        own = type(self)
        if own.error is Planted.error and own.subgradient is Planted.subgradient:
            return self.objective.both(w)
        return self.error(w), self.subgradient(w)

    def slqc(self, w: Array) -> SLQC:
        """Definition 1 (of a matrix: 4) at w with respect to the optimum."""
        w, z = np.asarray(w), np.asarray(self.optimum)
        error, G = self.both(w)
        return SLQC.at(w, z, error, self._error_at_optimum(), G, ndim=len(self._axes))

    def _error_at_optimum(self) -> Any:
        """err(w*): 0 where the labels are what the objective's model answers there."""
        if self._answers_its_labels and type(self).error is Planted.error:
            return 0
        return self.error(np.asarray(self.optimum))

    def check(self) -> Self:
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        X = checks.real_array("X", self.X, min_ndim=2)
        name, bound = self._planted
        star = checks.real_array(name, self.optimum, min_ndim=len(self._axes))
        own = star.shape[star.ndim - len(self._axes) + 1:]
        checks.shape_is(name, star, X.shape[:-2] + X.shape[-1:] + own, self._shape)
        self._check_activations()
        checks.numbers_in(bound, self.radius, at_least=0)  # 0 for an optimum that is 0
        _require_in_ball("x_i", X, 1.0, 1, "Definition 2: inputs lie in the unit ball")
        _require_in_ball(name, star, self.radius, len(self._axes), self._assumed[0])
        return self

    def check_point(self, w: Array) -> Array:
        """w, if it is a point that the theorems speak of: in B(0, W)."""
        w = checks.real_array(self.point_name, w, min_ndim=len(self._axes))
        checks.shape_is(self.point_name, w, np.shape(self.optimum), self._shape)
        _require_in_ball(self.point_name, w, self.radius, len(self._axes), self._assumed[1])
        return w

    @property
    def _shape(self) -> str:
        return f"(..., {', '.join(self._axes)})"

    def _check_activations(self) -> None:
        for name in ("activation", "phi1", "phi2"):
            if hasattr(self, name):
                checks.of_type(name, getattr(self, name), Activation)


@dataclass(frozen=True)
class IdealisedGLM(Planted):
    """Definition 2, idealised: yᵢ = φ⟨w*, xᵢ⟩, ‖xᵢ‖ ≤ 1, ‖w*‖ ≤ W.

    X (..., m, d), w_star (..., d), activation, W_max = W (default ‖w*‖). Definition 2 also
    prints yᵢ in [0, 1]; no proof uses it in the idealised setting, so it isn't asked for here.
    """

    X: Array
    w_star: Array
    activation: Activation
    W_max: Real = None  # type: ignore[assignment]  # the default is set when made
    point_name: ClassVar[str] = "w"
    _planted, _axes = ("w_star", "W_max"), ("d",)
    _assumed = ("Theorem 1: ||w*|| <= W", "Theorem 1: w in B(0, W)")
    _answers_its_labels: ClassVar[bool] = True

    @cached_property
    def objective(self) -> GLMObjective:
        """err of Definition 2, section 5.1."""
        self._check_activations()
        X, w_star = checks.stacks(X=(self.X, ("m", "d")), w_star=(self.w_star, ("d",)))
        y = predict(X, (w_star[..., None],), (self.activation,))[..., 0]
        return GLMObjective.unchecked(X=X, y=y, phi=self.activation)

    @property
    def numbers(self) -> dict[str, Any]:
        """a = γ, b = L and W."""
        return _numbers(self.activation.slopes(self.radius), W=self.radius)

    @property
    def y(self) -> Array:
        """The labels (..., m)."""
        return self.objective.y

    @classmethod
    def random(
        cls, m: int, d: int, activation: Activation, W_max: float = 1.0, random_state: Any = None
    ) -> Self:
        """X uniform in the unit ball, w* uniform in B(0, W_max)."""
        rng = checks.generator(random_state)
        X = _inputs(rng, m, d)
        W_max = checks.number("W_max", W_max, above=0)
        return cls(X, balls.uniform_in_ball(rng, (d,), W_max), activation, W_max)

    def turned(self) -> Self:
        """The same GLM with each input turned so that its label is ≥ 0."""
        return replace(self, X=self.X * np.where(self.y < 0, -1.0, 1.0)[..., None])

    def arrays(self) -> dict[str, Any]:
        """The numbers, by the paper's names."""
        of_phi = _slopes(self.activation)
        return {"X": self.X, "y": self.y, "w_star": self.w_star, "W_max": self.W_max, **of_phi}


@dataclass(frozen=True)
class NoisyGLM(IdealisedGLM):
    """Definition 2, noisy: labels yᵢ in [0, 1] with E[y | x] = φ⟨w*, x⟩ (equation 7).

    `labels` (..., m) are the yᵢ. That their mean is φ⟨w*, x⟩ can't be checked on one draw; that
    they and φ⟨w*, xᵢ⟩ lie in [0, 1] is.
    """

    labels: Array = None  # type: ignore[assignment]  # a field after one with a default
    _answers_its_labels: ClassVar[bool] = False

    @cached_property
    def objective(self) -> GLMObjective:
        """err of Definition 2, section 5.2."""
        self._check_activations()
        return GLMObjective(self.X, self.labels, self.activation)

    @property
    def xi(self) -> Array:
        """The noise ξᵢ = yᵢ − φ⟨w*, xᵢ⟩ of equation 7, (..., m)."""
        return self.y - self.predict(self.w_star)

    @classmethod
    def random(
        cls, m: int, d: int, activation: Activation, W_max: float = 1.0, random_state: Any = None,
        noise: str = "bernoulli",
    ) -> Self:
        """X in the unit ball with φ⟨w*, xᵢ⟩ in [0, 1]; w* uniform in B(0, W_max).

        noise 'bernoulli': yᵢ is 1 with probability φ⟨w*, xᵢ⟩, else 0.
        noise 'bounded': yᵢ = φ⟨w*, xᵢ⟩ + uᵢ, uᵢ uniform on the widest symmetric interval
        that keeps yᵢ in [0, 1].
        """
        checks.one_of("noise", noise, ("bernoulli", "bounded"))
        rng = checks.generator(random_state)
        ideal = IdealisedGLM.random(m, d, activation, W_max, rng)
        # Turn xᵢ so that ⟨w*, xᵢ⟩ ≥ 0 and shorten it until the mean label is at most 1.
        side = np.where(ideal.X @ ideal.w_star < 0, -1.0, 1.0)
        L = np.max(np.asarray(activation.slopes(ideal.W_max).L))
        shorten = 1.0
        if activation.phi(np.float64(ideal.W_max)) > 1:
            shorten = 1 / (L * norms.norm(ideal.w_star))
        X = ideal.X * side[:, None] * min(1.0, shorten)
        mean = IdealisedGLM(X, ideal.w_star, activation, ideal.W_max).y
        if noise == "bernoulli":
            y = (rng.random(m) < mean).astype(float)
        else:
            y = mean + np.minimum(mean, 1 - mean) * rng.uniform(-1, 1, m)
        return cls(X, ideal.w_star, activation, ideal.W_max, y)

    def check(self) -> Self:
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        super().check()
        y = checks.real_array("y", self.labels, min_ndim=1)
        checks.shape_is("y", y, np.shape(self.X)[:-1], "(..., m)")
        mean = self.predict(self.w_star)
        for name, value in (("y_i", y), ("phi<w*, x_i>", mean)):
            _require(
                (value >= -EXCESS) & (value <= 1 + EXCESS),
                f"{name} ranges over [{value.min():.6g}, {value.max():.6g}]; "
                "assumed is [0, 1] (Definition 2, noisy)",
            )
        return self


@dataclass(frozen=True)
class IdealisedLayer(Planted):
    """Theorem 3's layer: yᵢ = φ⟨W*, xᵢ⟩, ‖xᵢ‖ ≤ 1, ‖W*‖_F ≤ W.

    X (..., m, d), W_star (..., d, d'), activation, W_max = W (default ‖W*‖_F).
    """

    X: Array
    W_star: Array
    activation: Activation
    W_max: Real = None  # type: ignore[assignment]  # the default is set when made
    point_name: ClassVar[str] = "W"
    _planted, _axes = ("W_star", "W_max"), ("d", "d'")
    _assumed = ("Theorem 3: ||W*||_F <= W", "Theorem 3: W in B(0, W)")
    _answers_its_labels: ClassVar[bool] = True

    @cached_property
    def objective(self) -> LayerObjective:
        """err of the display before Theorem 3, section 5.4."""
        self._check_activations()
        X, W_star = checks.stacks(X=(self.X, ("m", "d")), W_star=(self.W_star, ("d", "d'")))
        Y = predict(X, (W_star,), (self.activation,))
        return LayerObjective.unchecked(X=X, Y=Y, phi=self.activation)

    @property
    def numbers(self) -> dict[str, Any]:
        """a = γ, b = L and W."""
        return _numbers(self.activation.slopes(self.radius), W=self.radius)

    @property
    def Y(self) -> Array:
        """The outputs (..., m, d')."""
        return self.objective.Y

    @classmethod
    def random(
        cls, m: int, d: int, d_out: int, activation: Activation, W_max: float = 1.0,
        random_state: Any = None,
    ) -> Self:
        """X uniform in the unit ball, W* (d, d_out) uniform in the Frobenius ball B(0, W_max)."""
        rng = checks.generator(random_state)
        X = _inputs(rng, m, d)
        checks.whole_number("d_out", d_out, at_least=1)
        W_max = checks.number("W_max", W_max, above=0)
        return cls(X, balls.uniform_in_ball(rng, (d, d_out), W_max, 2), activation, W_max)

    def arrays(self) -> dict[str, Any]:
        """The numbers, by the paper's names; W is the bound on ‖W*‖_F."""
        of_phi = _slopes(self.activation)
        return {"X": self.X, "Y": self.Y, "W_star": self.W_star, "W_max": self.W_max, **of_phi}


@dataclass(frozen=True)
class TwoLayerNetwork(Planted):
    """Theorems 4 and 5: yᵢ = φ₂⟨W₂*, φ₁⟨W₁*, xᵢ⟩⟩, ‖W₁*‖_F ≤ W₁, ‖W₂*‖_F ≤ W₂.

    X (..., m, d), W1_star (..., d, d'), W2_star (..., d', d''); d'' = 1 is Theorem 4. The outer
    layer is held at W2 (default W2*), and the inner layer W1 is the variable.
    """

    X: Array
    W1_star: Array
    W2_star: Array
    phi1: Activation
    phi2: Activation
    W1_max: Real = None  # type: ignore[assignment]  # the default is set when made
    W2_max: Real = None  # type: ignore[assignment]  # the default is set when made
    W2: Array = None  # type: ignore[assignment]
    point_name: ClassVar[str] = "W1"
    _planted, _axes = ("W1_star", "W1_max"), ("d", "d'")
    _assumed = ("Theorem 4: ||W1*||_F <= W1", "Theorem 4: W1 in B(0, W1)")

    def __post_init__(self) -> None:
        if self.W2 is None:
            object.__setattr__(self, "W2", self.W2_star)
        super().__post_init__()
        if self.W2_max is None:
            norms = np.maximum(_norm("W2_star", self.W2_star, 2), _norm("W2", self.W2, 2))
            object.__setattr__(self, "W2_max", norms)

    @cached_property
    def objective(self) -> InnerLayerObjective:
        """err(W1, W2) of W1, before Theorem 5 (before Theorem 4 for d'' = 1), section 5.6."""
        self._check_activations()
        phis = self.phi1, self.phi2
        X, W1_star, W2_star, W2 = checks.stacks(
            X=(self.X, ("m", "d")), W1_star=(self.W1_star, ("d", "d'")),
            W2_star=(self.W2_star, ("d'", "d''")), W2=(self.W2, ("d'", "d''")),
        )
        Y = predict(X, (W1_star, W2_star), phis)
        return InnerLayerObjective.unchecked(X=X, Y=Y, above=(W2,), activations=phis)

    @property
    def _answers_its_labels(self) -> bool:  # type: ignore[override]
        return self.W2 is self.W2_star

    @property
    def numbers(self) -> dict[str, Any]:
        """a, b, W₁, W₂ and ‖W₂ − W₂*‖_F."""
        outer_distance = norms.norm(self.W2 - self.W2_star, 2)
        return _numbers(self.phi1.slopes(), W1=self.W1_max, W2=self.W2_max,
                        outer_distance=outer_distance)

    @property
    def Y(self) -> Array:
        """The outputs (..., m, d'')."""
        return self.objective.Y

    @classmethod
    def random(
        cls, m: int, d: int, d_hidden: int, d_out: int, phi1: Activation, phi2: Activation,
        W1_max: float = 1.0, W2_max: float = 1.0, random_state: Any = None,
    ) -> Self:
        """X uniform in the unit ball, W1* and W2* uniform in their Frobenius balls; W2 = W2*."""
        rng = checks.generator(random_state)
        X = _inputs(rng, m, d)
        checks.whole_number("d_hidden", d_hidden, at_least=1)
        checks.whole_number("d_out", d_out, at_least=1)
        W1_max = checks.number("W1_max", W1_max, above=0)
        W2_max = checks.number("W2_max", W2_max, above=0)
        W1_star = balls.uniform_in_ball(rng, (d, d_hidden), W1_max, 2)
        W2_star = balls.uniform_in_ball(rng, (d_hidden, d_out), W2_max, 2)
        return cls(X, W1_star, W2_star, phi1, phi2, W1_max, W2_max)

    def check(self) -> Self:
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        super().check()
        W2_star = checks.real_array("W2_star", self.W2_star, min_ndim=2)
        W2 = checks.real_array("W2", self.W2, min_ndim=2)
        hidden = np.shape(self.X)[:-2] + np.shape(self.W1_star)[-1:]
        checks.shape_is("W2_star", W2_star, hidden + W2_star.shape[-1:], "(..., d', d'')")
        checks.shape_is("W2", W2, W2_star.shape, "(..., d', d'')")
        checks.numbers_in("W2_max", self.W2_max, at_least=0)
        _require_in_ball("W2_star", W2_star, self.W2_max, 2, "Theorem 4: ||w2*|| <= W2")
        _require_in_ball("W2", W2, self.W2_max, 2, "section 5.5: ||w2|| <= W2")
        return self

    def arrays(self) -> dict[str, Any]:
        """The numbers, by the paper's names."""
        return {
            "X": self.X, "Y": self.Y, "W1_star": self.W1_star, "W2_star": self.W2_star,
            "W2": self.W2, "W1_max": self.W1_max, "W2_max": self.W2_max, **_slopes(self.phi1),
        }
