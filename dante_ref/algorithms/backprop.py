"""The baseline of section 4: mini-batch SGD by backpropagation, all layers in every step."""

from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..objectives import NetworkObjective
from .sngd import require_finite, uniform_rows


def sgd(
    f: NetworkObjective, *weights: Array, T: int, eta: float, b: int, random_state: Any = None
) -> tuple[Array, ...]:
    """T steps W_l ← W_l − η ∇_W_l f_t(W₁, ..., W_L) of all layers; the weights after them.

    f_t is f on a minibatch of b samples, drawn as in Algorithm 1 so that one iteration costs both
    methods the same b samples. With the same Generator, two calls of T steps are one of 2 T.

    Raises InputError for bad arguments, DivergenceError when training leaves the finite numbers.
    """
    W = f.check_weights(*weights, single=True)
    T = checks.whole_number("T", T, at_least=1)
    b = checks.whole_number("b", b, at_least=1)
    eta = checks.number("eta", eta, above=0)
    rng = checks.generator(random_state)

    with np.errstate(over="ignore", invalid="ignore"):  # require_finite speaks of it instead
        for t in range(1, T + 1):
            G = f.on(uniform_rows(rng, f.m, b)).subgradient(*W)
            W = [W_l - eta * G_l for W_l, G_l in zip(W, G, strict=True)]
            for l, W_l in enumerate(W, 1):
                require_finite(f"W{l}", t, W_l)
    return tuple(W)
