"""Algorithm 2 (section 3.3.2): Deep AlterNations for Training nEural networks, one hidden layer.

Printed and run here side by side, with what the print leaves open:

* The loop begins with t = 1 and asks for f(W¹) − f(W⁰) before W¹ exists, and later for
  f(Wᵗ) before Wᵗ exists. Here the change is that of the last two iterates that exist,
  |f(Wᵗ⁻¹) − f(Wᵗ⁻²)|, and infinite at t = 1; so the body runs at least once.
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
from functools import partial
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..objectives import NetworkObjective
from .sngd import ITERATES, Normalise, SNGDResult, require_finite, sngd


@dataclass(frozen=True)
class DANTEResult:
    """Where Algorithm 2 (or 3) stops.

    weights         W_1, ..., W_L after the last alternation
    t               the t of an alternation that would follow: t - 1 are done
    change          |f(Wᵗ⁻¹) − f(Wᵗ⁻²)|, infinite if none is done
    error           f(W_1, ..., W_L) on all samples
    zero_gradients  steps skipped because the minibatch's gradient was zero, in all layers
    """

    weights: tuple[Array, ...]
    t: int
    change: float
    error: float
    zero_gradients: int


def dante(
    f: NetworkObjective, W1: Array, W2: Array, *,
    T_AM: int, T_SNGD: int, eta: float, b: int, eps: float = 0.0,
    max_alternations: int | None = None, normalise: Normalise = "matrix", iterate: str = "last",
    random_state: Any = None, solver: Callable[..., SNGDResult] = sngd,
) -> DANTEResult:
    """Algorithm 2: train f(W1, W2) by turns, W2 with W1 held, then W1 with W2 held.

    W1 (d, d') and W2 (d', d'') are the start, W₁⁰ and W₂⁰. T_SNGD steps of Algorithm 1 make one
    turn. It stops once change < eps and t >= T_AM, or after `max_alternations` in all (default
    10 T_AM; with eps = 0 that is what stops it). `normalise` is Algorithm 1's. `solver` is anything
    that is called and answers as `sngd` does.

    Raises InputError for bad arguments, DivergenceError when training leaves the finite numbers.
    """
    W1, W2 = f.check_weights(W1, W2, single=True)
    T_AM, eps, cap = check_loop(T_AM, eps, max_alternations)
    checks.one_of("iterate", iterate, ITERATES)
    solve = partial(
        solver, T=T_SNGD, eta=eta, b=b, normalise=normalise,
        random_state=checks.generator(random_state),
    )
    t, change, zero_gradients = 1, np.inf, 0
    with np.errstate(over="ignore", invalid="ignore"):  # require_finite speaks of it instead
        outer = f.in_layer(2, W1, W2)  # φ₁⟨W₁, xᵢ⟩ of all samples, once for each W1
        error = float(outer.error(W2))
        while (change >= eps or t < T_AM) and t <= cap:
            turn = solve(outer, W2, layer="W2")
            W2 = turn.iterate(iterate)
            zero_gradients += turn.zero_gradients

            turn = solve(f.in_layer(1, W1, W2), W1, layer="W1")
            W1 = turn.iterate(iterate)
            zero_gradients += turn.zero_gradients

            outer = f.in_layer(2, W1, W2)
            previous, error = error, float(outer.error(W2))
            require_finite("W1", 2 * t * T_SNGD, error)
            change = abs(error - previous)
            t = t + 1
    return DANTEResult((W1, W2), t, change, error, zero_gradients)


def check_loop(T_AM: int, eps: float, max_alternations: int | None) -> tuple[int, float, int]:
    """T_AM, eps and the cap on t of Algorithms 2 and 3; else InputError."""
    T_AM = checks.whole_number("T_AM", T_AM, at_least=1)
    cap = 10 * T_AM if max_alternations is None else max_alternations
    return (
        T_AM, checks.number("eps", eps, at_least=0),
        checks.whole_number("max_alternations", cap, at_least=1),
    )
