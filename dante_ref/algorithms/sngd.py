"""Algorithm 1 (section 3.3.1): Stochastic Normalized Gradient Descent, SNGD.

Printed and run here side by side, with what the print leaves open:

* The print initialises w_0 and its loop begins with w_1; here w_1 = w_0, the start. T updates are
  made, and `last` is the point after all of them (w_{T+1} in the loop's indices).
* The print returns the last iterate. Theorem 6, taken from Hazan et al., speaks of the best one
  by minibatch value, argmin_t f_t(w_t) over t = 1..T: that is `best`. Both are returned.
* Uniform(S) is read as written: b independent draws, so a sample may come twice in a minibatch.
* Where g_t = 0 there is no direction: the step is skipped and counted, never divided.

A vector is measured by its Euclidean norm, a matrix by its Frobenius norm (the paper's footnote 1).
A normalised step has length eta exactly: it moves the whole array by eta, whatever its size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import checks
from ..exceptions import DivergenceError
from ..norms import norm
from ..objectives import Objective

ITERATES = ("last", "best")


@dataclass(frozen=True)
class SNGDResult:
    """What Algorithm 1 found.

    last            the iterate after T updates (Algorithm 1's output)
    best            the first w_t with the least f_t(w_t), t = 1..T (what Theorem 6 covers)
    values          f_t(w_t) for t = 1..T, each on its own minibatch
    zero_gradients  how many steps were skipped because g_t = 0
    """

    last: np.ndarray
    best: np.ndarray
    values: np.ndarray
    zero_gradients: int

    def iterate(self, which: str) -> np.ndarray:
        """`last` or `best`, by name."""
        return {"last": self.last, "best": self.best}[which]


def uniform_rows(rng: np.random.Generator, m: int, b: int) -> np.ndarray:
    """Indices of b samples drawn from Uniform(S), |S| = m, independently: with replacement."""
    return rng.integers(m, size=b)


def require_finite(layer: str, iteration: int, *numbers: Any) -> None:
    """Raise DivergenceError, naming the layer and the iteration, unless all numbers are finite."""
    if not all(np.isfinite(x).all() for x in numbers):
        raise DivergenceError(
            f"training left the finite numbers in layer {layer} at minibatch iteration "
            f"{iteration}; a smaller step (eta, lr) or smaller inputs may help"
        )


def _nothing(*_: Any) -> None:
    """The watcher of runs that nobody watches."""


def sngd(
    f: Objective, w: np.ndarray, *, T: int, eta: float, b: int, random_state: Any = None,
    layer: str = "w", watch: Callable[[np.ndarray], None] = _nothing,
) -> SNGDResult:
    """Algorithm 1: minimise f by T normalised steps of length eta on minibatches of b samples.

        w_{t+1} = w_t - eta g_t / ||g_t||,   g_t = grad f_t(w_t),   f_t = f on the minibatch

    f is an objective over one array (GLMObjective: w (d,); LayerObjective: w (d, d');
    InnerLayerObjective), w the start. `watch(w)` is called after each of the T iterations;
    `layer` is the name that an error gives to w.

    Raises InputError for bad arguments, DivergenceError when f_t or g_t stops being finite.
    """
    w = f.check_weights(w, single=True)
    T = checks.whole_number("T", T, at_least=1)
    b = checks.whole_number("b", b, at_least=1)
    eta = checks.number("eta", eta, above=0)
    rng = checks.generator(random_state)

    values = []
    best, least = w, np.inf
    zero_gradients = 0
    with np.errstate(over="ignore", invalid="ignore"):  # require_finite speaks of it instead
        for t in range(1, T + 1):
            f_t = f.on(uniform_rows(rng, f.m, b))
            g_t = f_t.subgradient(w)
            value = f_t.error(w)
            values.append(value)
            require_finite(layer, t, value, g_t)
            length = norm(g_t, g_t.ndim)
            require_finite(layer, t, length)
            if value < least:
                best, least = w, value

            if length > 0:
                w = w - eta * (g_t / length)
            else:
                zero_gradients += 1
            watch(w)
        require_finite(layer, T, w)
    return SNGDResult(w, best, np.array(values), zero_gradients)
