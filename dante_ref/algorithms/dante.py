"""Algorithm 2 (section 3.3.2): Deep AlterNations for Training nEural networks, one hidden layer.

Printed and run here side by side, with what the print leaves open:

* The loop begins with t = 1 and asks for f(W^1) - f(W^0) before W^1 exists, and later for
  f(W^t) before W^t exists. Here the change is that of the last two iterates that exist,
  |f(W^{t-1}) - f(W^{t-2})|, and infinite at t = 1; so the body runs at least once.
* 'while change >= eps or t < T_AM': the *or* makes T_AM a least number of rounds, not a largest:
  t < T_AM alone makes T_AM - 1 alternations. As normalised steps of constant length keep moving,
  the change need not fall below eps, and the printed loop need not stop. `max_alternations` stops
  it.
* 'argmin ... //use SNGD' is Algorithm 1 started from the layer's present weights, and its last
  iterate is taken (iterate="best" takes the one that Theorem 6 covers).
* The learning rate eta and the minibatch size b are those of both layers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import checks
from ..objectives import NetworkObjective
from .sngd import ITERATES, SNGDResult, _nothing, require_finite, sngd


@dataclass(frozen=True)
class DANTEResult:
    """Where Algorithm 2 stands at the head of its loop, and all it needs to go on from there.

    W1, W2          W1^{t-1} and W2^{t-1}
    t               the t of the next alternation: t - 1 alternations are done
    change          |f(W^{t-1}) - f(W^{t-2})|, infinite at t = 1
    error           f(W1^{t-1}, W2^{t-1}) on all samples
    zero_gradients  steps skipped because the minibatch's gradient was zero, in both layers
    """

    W1: np.ndarray
    W2: np.ndarray
    t: int
    change: float
    error: float
    zero_gradients: int


def dante(
    f: NetworkObjective, W1: np.ndarray, W2: np.ndarray, *,
    T_AM: int, T_SNGD: int, eta: float, b: int, eps: float = 0.0,
    max_alternations: int | None = None, iterate: str = "last", random_state: Any = None,
    solver: Callable[..., SNGDResult] = sngd,
    watch: Callable[[np.ndarray, np.ndarray], None] = _nothing,
    after_alternation: Callable[[DANTEResult], None] = _nothing,
    t: int = 1, change: float = np.inf, zero_gradients: int = 0,
) -> DANTEResult:
    """Algorithm 2: train f(W1, W2) by turns, W2 with W1 held, then W1 with W2 held.

    W1 (d, d') and W2 (d', d'') are the start, W1^0 and W2^0. T_SNGD steps of Algorithm 1 make one
    turn. It stops once change < eps and t >= T_AM, or after `max_alternations` in all (default
    10 T_AM; with eps = 0 that is what stops it).

    `watch(W1, W2)` is called after each minibatch iteration, `after_alternation(result)` after
    each alternation. To go on from a result, give back its W1, W2, t, change and zero_gradients,
    and the same Generator as random_state. `solver` is anything that is called and answers as
    `sngd` does.

    Raises InputError for bad arguments, DivergenceError when training leaves the finite numbers.
    """
    W1, W2 = f.check_weights(W1, W2, single=True)
    T_AM = checks.whole_number("T_AM", T_AM, at_least=1)
    eps = checks.number("eps", eps, at_least=0)
    cap = checks.whole_number(
        "max_alternations", 10 * T_AM if max_alternations is None else max_alternations, at_least=1
    )
    checks.one_of("iterate", iterate, ITERATES)
    options = dict(T=T_SNGD, eta=eta, b=b, random_state=checks.generator(random_state))

    with np.errstate(over="ignore", invalid="ignore"):  # require_finite speaks of it instead
        outer = f.in_layer(2, W1, W2)  # phi1<W1, x_i> of all samples, once for each W1
        error = float(outer.error(W2))
        while (change >= eps or t < T_AM) and t <= cap:
            turn = solver(outer, W2, layer="W2", watch=lambda W, W1=W1: watch(W1, W), **options)
            W2 = turn.iterate(iterate)
            zero_gradients += turn.zero_gradients

            inner = f.in_layer(1, W1, W2)
            turn = solver(inner, W1, layer="W1", watch=lambda W, W2=W2: watch(W, W2), **options)
            W1 = turn.iterate(iterate)
            zero_gradients += turn.zero_gradients

            outer = f.in_layer(2, W1, W2)
            previous, error = error, float(outer.error(W2))
            require_finite("W1", 2 * t * T_SNGD, error)
            change = abs(error - previous)
            t = t + 1
            after_alternation(DANTEResult(W1, W2, t, change, error, zero_gradients))
    return DANTEResult(W1, W2, t, change, error, zero_gradients)
