"""Algorithm 3 (section 3.4): DANTE for a network of any depth, pair by pair from the outside in.

An autoencoder with 2n - 1 hidden layers has 2n layers of weights: u_1..u_n of the encoder and
v_1..v_n of the decoder. Printed and run here side by side, with the print's errata:

* v_{n-l} runs from v_{n-1} to v_0. Counted from v_0 the pairs are Figure 1's, the outermost
  u_1 and v_{n-1} first; but U_{[..:n-1]} and V_{[1:..]} then leave out u_n and v_0. Counted from
  v_1, as V_{[1:..]} has it, v_0 doesn't exist and v_n never moves. Here v counts from 1 and u_l is
  paired with v_{n+1-l}: layers l and L + 1 - l of L = 2n.
* Vᵗ_{[1:n−l−1]} Vᵗ⁻¹_{[n−l+1:n−1]} has the decoder's layers *before* v_{n-l} already updated.
  From the outside in, those *after* it are. Either way each other layer is held at its present
  weights, and that is what is run.
* t is not reset when l goes on, and the change at the head of the next loop is that of the round
  before, which has just been found < eps with t >= T_AM. Read literally, the body runs for l = 1
  alone and the inner pairs are never trained. Here t and the change start anew for each pair;
  `literal=True` keeps the printed loop, with that effect.
* Within a pair the print moves u_l first, while Algorithm 2 moves W_2 first and the text trains a
  pair 'using DANTE as described in Section 3.3'. `first='v'` (default) does as the text says, so
  that n = 1 is Algorithm 2; `first='u'` as printed.
* The remarks on Algorithm 2's loop, in `dante`, hold for this one as well.

A feedforward network as in Figure 3 has no encoder and decoder, but the same pairs: the first and
the last layer, then the next ones inwards. If L is odd, the middle layer is trained by itself.
"""

from functools import partial
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..objectives import NetworkObjective
from .dante import DANTEResult, check_loop
from .sngd import ITERATES, Normalise, require_finite, sngd

FIRST = ("v", "u")


def pairs(L: int, first: str = "v") -> list[tuple[int, ...]]:
    """The layers (v_{n+1-l}, u_l), or (u_l, v_{n+1-l}), l = 1..n; the middle one alone if L is odd.
    """
    outside_in = [(l, L + 1 - l) for l in range(1, L // 2 + 1)]
    if first == "v":
        outside_in = [(v, u) for u, v in outside_in]
    return [*outside_in, *[(L // 2 + 1,)] * (L % 2)]


def deep_dante(
    f: NetworkObjective, *weights: Array,
    T_AM: int, T_SNGD: int, eta: float, b: int, eps: float = 0.0,
    max_alternations: int | None = None, normalise: Normalise = "matrix", iterate: str = "last",
    first: str = "v", literal: bool = False, random_state: Any = None,
) -> DANTEResult:
    """Algorithm 3: train f(W_1, ..., W_L) by pairs of layers from the outside in.

    `weights` are the start; `max_alternations` (default 10 T_AM) caps each pair's loop. For the
    other arguments see `dante`. The result's t and change are the last pair's.

    Raises InputError for bad arguments, DivergenceError when training leaves the finite numbers.
    """
    W = f.check_weights(*weights, single=True)
    T_AM, eps, cap = check_loop(T_AM, eps, max_alternations)
    checks.one_of("iterate", iterate, ITERATES)
    checks.one_of("first", first, FIRST)
    solve = partial(
        sngd, T=T_SNGD, eta=eta, b=b, normalise=normalise,
        random_state=checks.generator(random_state),
    )
    t, change, iterations, zero_gradients = 1, np.inf, 0, 0
    with np.errstate(over="ignore", invalid="ignore"):  # require_finite speaks of it instead
        error = float(f.error(*W))
        for pair in pairs(f.L, first):
            if not literal:
                t, change = 1, np.inf
            while (change >= eps or t < T_AM) and t <= cap:
                for l in pair:
                    turn = solve(f.in_layer(l, *W), W[l - 1], layer=f"W{l}")
                    W[l - 1] = turn.iterate(iterate)
                    zero_gradients += turn.zero_gradients
                    iterations += T_SNGD
                previous, error = error, float(f.error(*W))
                require_finite(f"W{pair[-1]}", iterations, error)
                change = abs(error - previous)
                t = t + 1
    return DANTEResult(tuple(W), t, change, error, zero_gradients)
