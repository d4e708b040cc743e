"""Algorithm 1 (section 3.3.1): Stochastic Normalized Gradient Descent, SNGD.

Printed and run here side by side, with what the print leaves open:

* The print initialises w_0 and its loop begins with w_1; here w_1 = w_0, the start. T updates are
  made, and `last` is the point after all of them (w_{T+1} in the loop's indices).
* The print returns the last iterate. Theorem 6, taken from Hazan et al., speaks of the best one
  by minibatch value, argmin_t f_t(w_t) over t = 1..T: that is `best`. Both are returned.
* Uniform(S) is read as written: b independent draws, so a sample may come twice in a minibatch.
* Where g_t = 0 there is no direction: the step is skipped and counted, never divided.
* A vector is measured by its Euclidean norm, a matrix by its Frobenius norm (footnote 1): one step
  of length eta for the whole array. Section 5.3 calls each column of a layer's weights a GLM of its
  own 'which can be solved effectively using SNGD': that is normalise='columns', each column of g_t
  by its own norm, a zero column skipped and counted. Of a vector both are the same.

To see the iterates, make the steps one by one: with one Generator as random_state, T calls of one
step are one call of T.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .. import checks
from ..arrays import Array, Rows
from ..exceptions import DivergenceError, InputError
from ..norms import norm
from ..objectives import Objective

ITERATES = ("last", "best")

Normalise = Literal["matrix", "columns"] | None
"""How a direction is made of a gradient: by its norm, by each column's, or as it is."""


@dataclass(frozen=True)
class SNGDResult:
    """What Algorithm 1 found.

    last            the iterate after T updates (Algorithm 1's output)
    best            the first w_t with the least f_t(w_t), t = 1..T (what Theorem 6 covers)
    values          f_t(w_t) for t = 1..T, each on its own minibatch
    zero_gradients  how many steps (of columns: how many columns' steps) were skipped as g_t = 0
    """

    last: Array
    best: Array
    values: Array
    zero_gradients: int

    def iterate(self, which: str) -> Array:
        """`last` or `best`, by name."""
        return {"last": self.last, "best": self.best}[which]


def uniform_rows(rng: np.random.Generator, m: int, b: int) -> Rows:
    """Indices of b samples drawn from Uniform(S), |S| = m, independently: with replacement."""
    return rng.integers(m, size=b)


def require_finite(layer: str, iteration: int, *numbers: Any) -> None:
    """Raise DivergenceError, naming the layer and the iteration, unless all numbers are finite."""
    if not all(np.isfinite(x).all() for x in numbers):
        raise DivergenceError(
            f"training left the finite numbers in layer {layer} at minibatch iteration "
            f"{iteration}; a smaller step (eta) or smaller inputs may help"
        )


def check_normalise(normalise: Any) -> None:
    """Raise InputError unless it is one of Normalise's."""
    named = isinstance(normalise, str) and normalise in ("matrix", "columns")
    if normalise is not None and not named:
        raise InputError(f"normalise is {normalise!r}; allowed are matrix, columns, None")


def _length(g: Array, normalise: Normalise) -> Array:
    """What g is divided by: its norm, its columns' norms, or 1; 0 where g is 0."""
    if normalise is None:
        return np.asarray(g.any(), g.dtype)
    return norm(g.T) if normalise == "columns" else norm(g, g.ndim)


def sngd(
    f: Objective, w: Array, *, T: int, eta: float, b: int, normalise: Normalise = "matrix",
    random_state: Any = None, layer: str = "w",
) -> SNGDResult:
    """Algorithm 1: minimise f by T normalised steps of length eta on minibatches of b samples.

        w_{t+1} = w_t − η g_t/‖g_t‖,   g_t = ∇f_t(w_t),   f_t = f on the minibatch

    f is an objective over one array (GLMObjective: w (d,); LayerObjective: w (d, d');
    InnerLayerObjective), w the start. normalise='columns' has wⱼ ← wⱼ − η gⱼ/‖gⱼ‖ for
    each column j, None is plain SGD. `layer` is the name that an error gives to w.

    Raises InputError for bad arguments, DivergenceError when f_t, g_t or w stops being finite.
    """
    w = f.check_weights(w, single=True)
    T = checks.whole_number("T", T, at_least=1)
    b = checks.whole_number("b", b, at_least=1)
    eta = checks.number("eta", eta, above=0)
    check_normalise(normalise)
    rng = checks.generator(random_state)

    values = []
    best, least = w, np.inf
    zero_gradients = 0
    with np.errstate(over="ignore", invalid="ignore"):  # require_finite speaks of it instead
        for t in range(1, T + 1):
            f_t = f.on(uniform_rows(rng, f.m, b))
            value, g_t = f_t.both(w)  # f_t(w_t), ∇f_t(w_t)
            length = _length(g_t, normalise)
            require_finite(layer, t, value, g_t, length)
            values.append(float(value))
            if value < least:
                best, least = w, values[-1]

            w = w - eta * (g_t / np.where(length > 0, length, 1))
            require_finite(layer, t, w)
            zero_gradients += int(np.sum(length == 0))
    return SNGDResult(w, best, np.array(values), zero_gradients)
