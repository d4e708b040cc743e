"""The problems of section 3.2: Definition 2's GLMs, a layer (Theorem 3), a two-layer network.

A problem holds its data, its planted optimum and the bound on the optimum's norm, and offers

* `check()`: the theorem's assumptions, one by one; AssumptionError names the violated one;
* `error(...)`, `subgradient(...)` of section 3.2 and 5, and `slqc(...)`: Definition 1 or 4 at a
  point, with respect to the optimum;
* `random(...)`: an instance within the assumptions, from a random_state;
* `arrays()`: the numbers, by the paper's names.

Arrays may carry a further axis in front: a stack of problems of one shape. The scalar bounds
||w*|| <= W are called W_max (W1_max, W2_max): W, W1, W2 name the matrices.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from . import balls, checks, errors
from .activations import Activation
from .exceptions import AssumptionError
from .slqc import SLQC, slqc_at
from .subgradients import vectorised

ROUNDING = 1e-12  # a norm may exceed its bound by this relative amount: floating point


def _require(condition, message: str) -> None:
    if not np.all(condition):
        raise AssumptionError(message)


def _require_in_ball(name: str, v: np.ndarray, radius, ndim: int, source: str) -> None:
    norms = balls.norm(v, ndim)
    _require(
        norms <= np.asarray(radius) * (1 + ROUNDING),
        f"{name} has norm up to {np.max(norms):.6g}; assumed is ||{name}|| <= {np.max(radius):.6g} "
        f"({source})",
    )


def _norm(name: str, v: np.ndarray, ndim: int = 1) -> np.ndarray:
    """The norm of an optimum that is asked for before `check`, under its own name."""
    v, = checks.stacks(**{name: (v, balls.axes(ndim))})
    return balls.norm(v, ndim)


def _is_bound(name: str, value) -> None:
    """A bound on a norm: 0 only for an optimum that is 0."""
    checks.numbers_in(name, value, at_least=0)


def _slopes(activation: Activation) -> dict[str, float | np.ndarray]:
    """a and b, for activations that have them."""
    return {s: getattr(activation, s) for s in ("a", "b") if hasattr(activation, s)}


def _inputs(rng: np.random.Generator, m: int, d: int) -> np.ndarray:
    """m inputs, uniform in the unit ball of R^d."""
    checks.whole_number("m", m, at_least=1)
    checks.whole_number("d", d, at_least=1)
    return balls.uniform_in_ball(rng, (m, d))


@dataclass(frozen=True)
class IdealisedGLM:
    """Definition 2, idealised: y_i = phi<w*, x_i>, ||x_i|| <= 1, ||w*|| <= W.

    X (..., m, d), w_star (..., d), activation, W_max = W (default ||w*||). Definition 2 also
    prints y_i in [0, 1]; no proof uses it in the idealised setting, so it isn't asked for here.
    """

    X: np.ndarray
    w_star: np.ndarray
    activation: Activation
    W_max: float | np.ndarray | None = None
    point_name: ClassVar[str] = "w"

    @property
    def optimum(self) -> np.ndarray:
        """w*."""
        return self.w_star

    def __post_init__(self):
        if self.W_max is None:
            object.__setattr__(self, "W_max", _norm("w_star", self.w_star))

    @cached_property
    def y(self) -> np.ndarray:
        """The labels (..., m)."""
        return errors.glm_predict(self.w_star, self.X, self.activation)

    @classmethod
    def random(cls, m: int, d: int, activation: Activation, W_max: float = 1.0, random_state=None):
        """X uniform in the unit ball, w* uniform in B(0, W_max)."""
        rng = checks.generator(random_state)
        X = _inputs(rng, m, d)
        W_max = checks.number("W_max", W_max, above=0)
        return cls(X, balls.uniform_in_ball(rng, (d,), W_max), activation, W_max)

    def check(self):
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        X = checks.real_array("X", self.X, min_ndim=2)
        w_star = checks.real_array("w_star", self.w_star, min_ndim=1)
        checks.shape_is("w_star", w_star, X.shape[:-2] + X.shape[-1:], "(..., d)")
        checks.of_type("activation", self.activation, Activation)
        _is_bound("W_max", self.W_max)
        _require_in_ball("x_i", X, 1.0, 1, "Definition 2: inputs lie in the unit ball")
        _require_in_ball("w_star", w_star, self.W_max, 1, "Theorem 1: ||w*|| <= W")
        return self

    def check_point(self, w: np.ndarray) -> np.ndarray:
        """w, if it is a point that Theorems 1 and 2 speak of: w in B(0, W)."""
        w = checks.real_array("w", w, min_ndim=1)
        checks.shape_is("w", w, np.shape(self.w_star), "(..., d)")
        _require_in_ball("w", w, self.W_max, 1, "Theorem 1: w in B(0, W)")
        return w

    def error(self, w: np.ndarray) -> np.ndarray:
        """err(w) of Definition 2."""
        return errors.glm_error(w, self.X, self.y, self.activation)

    def subgradient(self, w: np.ndarray) -> np.ndarray:
        """G(w) of section 5.1."""
        return vectorised.glm(w, self.X, self.y, self.activation)

    def slqc(self, w: np.ndarray) -> SLQC:
        """Definition 1 at w with respect to w*."""
        return slqc_at(
            w, self.w_star, self.error(w), self.error(self.w_star), self.subgradient(w)
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, by the paper's names."""
        return {
            "X": self.X, "y": self.y, "w_star": self.w_star, "W_max": self.W_max,
            **_slopes(self.activation),
        }


@dataclass(frozen=True)
class NoisyGLM(IdealisedGLM):
    """Definition 2, noisy: labels y_i in [0, 1] with E[y | x] = phi<w*, x> (equation 7).

    `labels` (..., m) are the y_i. That their mean is phi<w*, x> can't be checked on one draw; that
    they and phi<w*, x_i> lie in [0, 1] is.
    """

    labels: np.ndarray | None = None

    @cached_property
    def y(self) -> np.ndarray:
        """The labels (..., m)."""
        return self.labels

    @property
    def xi(self) -> np.ndarray:
        """The noise xi_i = y_i - phi<w*, x_i> of equation 7, (..., m)."""
        return self.y - errors.glm_predict(self.w_star, self.X, self.activation)

    @classmethod
    def random(
        cls, m: int, d: int, activation: Activation, W_max: float = 1.0, random_state=None,
        noise: str = "bernoulli",
    ):
        """X in the unit ball with phi<w*, x_i> in [0, 1]; w* uniform in B(0, W_max).

        noise 'bernoulli': y_i is 1 with probability phi<w*, x_i>, else 0.
        noise 'bounded': y_i = phi<w*, x_i> + u_i, u_i uniform on the widest symmetric interval
        that keeps y_i in [0, 1].
        """
        checks.one_of("noise", noise, ("bernoulli", "bounded"))
        rng = checks.generator(random_state)
        ideal = IdealisedGLM.random(m, d, activation, W_max, rng)
        # Turn x_i so that <w*, x_i> >= 0 and shorten it until the mean label is at most 1.
        side = np.where(errors.scores(ideal.w_star, ideal.X) < 0, -1.0, 1.0)
        L = np.max(activation.slopes(ideal.W_max).L)
        shorten = 1.0
        if activation.phi(np.float64(ideal.W_max)) > 1:
            shorten = 1 / (L * balls.norm(ideal.w_star))
        X = ideal.X * side[:, None] * min(1.0, shorten)
        mean = errors.glm_predict(ideal.w_star, X, activation)
        if noise == "bernoulli":
            y = (rng.random(m) < mean).astype(float)
        else:
            y = mean + np.minimum(mean, 1 - mean) * rng.uniform(-1, 1, m)
        return cls(X, ideal.w_star, activation, ideal.W_max, y)

    def check(self):
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        super().check()
        y = checks.real_array("y", self.y, min_ndim=1)
        checks.shape_is("y", y, np.shape(self.X)[:-1], "(..., m)")
        mean = errors.glm_predict(self.w_star, self.X, self.activation)
        for name, value in (("y_i", y), ("phi<w*, x_i>", mean)):
            _require(
                (value >= -ROUNDING) & (value <= 1 + ROUNDING),
                f"{name} ranges over [{value.min():.6g}, {value.max():.6g}]; "
                "assumed is [0, 1] (Definition 2, noisy)",
            )
        return self


@dataclass(frozen=True)
class IdealisedLayer:
    """Theorem 3's layer: y_i = phi<W*, x_i>, ||x_i|| <= 1, ||W*||_F <= W.

    X (..., m, d), W_star (..., d, d'), activation, W_max = W (default ||W*||_F).
    """

    X: np.ndarray
    W_star: np.ndarray
    activation: Activation
    W_max: float | np.ndarray | None = None
    point_name: ClassVar[str] = "W"

    @property
    def optimum(self) -> np.ndarray:
        """W*."""
        return self.W_star

    def __post_init__(self):
        if self.W_max is None:
            object.__setattr__(self, "W_max", _norm("W_star", self.W_star, 2))

    @cached_property
    def Y(self) -> np.ndarray:
        """The outputs (..., m, d')."""
        return errors.layer_predict(self.W_star, self.X, self.activation)

    @classmethod
    def random(
        cls, m: int, d: int, d_out: int, activation: Activation, W_max: float = 1.0,
        random_state=None,
    ):
        """X uniform in the unit ball, W* (d, d_out) uniform in the Frobenius ball B(0, W_max)."""
        rng = checks.generator(random_state)
        X = _inputs(rng, m, d)
        checks.whole_number("d_out", d_out, at_least=1)
        W_max = checks.number("W_max", W_max, above=0)
        return cls(X, balls.uniform_in_ball(rng, (d, d_out), W_max, 2), activation, W_max)

    def check(self):
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        X = checks.real_array("X", self.X, min_ndim=2)
        W_star = checks.real_array("W_star", self.W_star, min_ndim=2)
        checks.shape_is(
            "W_star", W_star, X.shape[:-2] + X.shape[-1:] + W_star.shape[-1:], "(..., d, d')"
        )
        checks.of_type("activation", self.activation, Activation)
        _is_bound("W_max", self.W_max)
        _require_in_ball("x_i", X, 1.0, 1, "Definition 2: inputs lie in the unit ball")
        _require_in_ball("W_star", W_star, self.W_max, 2, "Theorem 3: ||W*||_F <= W")
        return self

    def check_point(self, W: np.ndarray) -> np.ndarray:
        """W, if it is a point that Theorem 3 speaks of: W in the Frobenius ball B(0, W)."""
        W = checks.real_array("W", W, min_ndim=2)
        checks.shape_is("W", W, np.shape(self.W_star), "(..., d, d')")
        _require_in_ball("W", W, self.W_max, 2, "Theorem 3: W in B(0, W)")
        return W

    def error(self, W: np.ndarray) -> np.ndarray:
        """err(W), the display before Theorem 3."""
        return errors.layer_error(W, self.X, self.Y, self.activation)

    def subgradient(self, W: np.ndarray) -> np.ndarray:
        """G(W) of section 5.4."""
        return vectorised.layer(W, self.X, self.Y, self.activation)

    def slqc(self, W: np.ndarray) -> SLQC:
        """Definition 4 at W with respect to W*."""
        return slqc_at(
            W, self.W_star, self.error(W), self.error(self.W_star), self.subgradient(W), ndim=2
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, by the paper's names; W is the bound on ||W*||_F."""
        return {
            "X": self.X, "Y": self.Y, "W_star": self.W_star, "W_max": self.W_max,
            **_slopes(self.activation),
        }


@dataclass(frozen=True)
class TwoLayerNetwork:
    """Theorems 4 and 5: y_i = phi2<W2*, phi1<W1*, x_i>>, ||W1*||_F <= W1, ||W2*||_F <= W2.

    X (..., m, d), W1_star (..., d, d'), W2_star (..., d', d''); d'' = 1 is Theorem 4. The outer
    layer is held at W2 (default W2*), and the inner layer W1 is the variable.
    """

    X: np.ndarray
    W1_star: np.ndarray
    W2_star: np.ndarray
    phi1: Activation
    phi2: Activation
    W1_max: float | np.ndarray | None = None
    W2_max: float | np.ndarray | None = None
    W2: np.ndarray | None = None
    point_name: ClassVar[str] = "W1"

    @property
    def optimum(self) -> np.ndarray:
        """W1*."""
        return self.W1_star

    def __post_init__(self):
        if self.W2 is None:
            object.__setattr__(self, "W2", self.W2_star)
        if self.W1_max is None:
            object.__setattr__(self, "W1_max", _norm("W1_star", self.W1_star, 2))
        if self.W2_max is None:
            norms = np.maximum(_norm("W2_star", self.W2_star, 2), _norm("W2", self.W2, 2))
            object.__setattr__(self, "W2_max", norms)

    @cached_property
    def Y(self) -> np.ndarray:
        """The outputs (..., m, d'')."""
        return errors.two_layer_predict(self.W1_star, self.W2_star, self.X, self.phi1, self.phi2)

    @classmethod
    def random(
        cls, m: int, d: int, d_hidden: int, d_out: int, phi1: Activation, phi2: Activation,
        W1_max: float = 1.0, W2_max: float = 1.0, random_state=None,
    ):
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

    def check(self):
        """The problem itself, or InputError/AssumptionError naming what is wrong."""
        X = checks.real_array("X", self.X, min_ndim=2)
        W1_star = checks.real_array("W1_star", self.W1_star, min_ndim=2)
        W2_star = checks.real_array("W2_star", self.W2_star, min_ndim=2)
        W2 = checks.real_array("W2", self.W2, min_ndim=2)
        stack, d, hidden = X.shape[:-2], X.shape[-1:], W1_star.shape[-1:]
        checks.shape_is("W1_star", W1_star, stack + d + hidden, "(..., d, d')")
        checks.shape_is("W2_star", W2_star, stack + hidden + W2_star.shape[-1:], "(..., d', d'')")
        checks.shape_is("W2", W2, W2_star.shape, "(..., d', d'')")
        checks.of_type("phi1", self.phi1, Activation)
        checks.of_type("phi2", self.phi2, Activation)
        _is_bound("W1_max", self.W1_max)
        _is_bound("W2_max", self.W2_max)
        _require_in_ball("x_i", X, 1.0, 1, "Definition 2: inputs lie in the unit ball")
        _require_in_ball("W1_star", W1_star, self.W1_max, 2, "Theorem 4: ||W1*||_F <= W1")
        _require_in_ball("W2_star", W2_star, self.W2_max, 2, "Theorem 4: ||w2*|| <= W2")
        _require_in_ball("W2", W2, self.W2_max, 2, "section 5.5: ||w2|| <= W2")
        return self

    def check_point(self, W1: np.ndarray) -> np.ndarray:
        """W1, if it is a point that Theorems 4 and 5 speak of: W1 in B(0, W1_max)."""
        W1 = checks.real_array("W1", W1, min_ndim=2)
        checks.shape_is("W1", W1, np.shape(self.W1_star), "(..., d, d')")
        _require_in_ball("W1", W1, self.W1_max, 2, "Theorem 4: W1 in B(0, W1)")
        return W1

    def error(self, W1: np.ndarray) -> np.ndarray:
        """err(W1, W2), the display before Theorem 5 (before Theorem 4 for d'' = 1)."""
        return errors.two_layer_error(W1, self.W2, self.X, self.Y, self.phi1, self.phi2)

    def subgradient(self, W1: np.ndarray) -> np.ndarray:
        """grad_W1 err(W1, W2) of section 5.6."""
        return vectorised.inner(W1, self.W2, self.X, self.Y, self.phi1, self.phi2)

    def slqc(self, W1: np.ndarray) -> SLQC:
        """Definition 4 at W1 with respect to W1*."""
        return slqc_at(
            W1, self.W1_star, self.error(W1), self.error(self.W1_star), self.subgradient(W1),
            ndim=2,
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, by the paper's names."""
        return {
            "X": self.X, "Y": self.Y, "W1_star": self.W1_star, "W2_star": self.W2_star,
            "W2": self.W2, "W1_max": self.W1_max, "W2_max": self.W2_max, **_slopes(self.phi1),
        }
