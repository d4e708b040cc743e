"""The baseline of section 4: mini-batch SGD by backpropagation, both layers in every step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import checks
from ..objectives import NetworkObjective
from .sngd import _nothing, require_finite, uniform_rows


def sgd(
    f: NetworkObjective, W1: np.ndarray, W2: np.ndarray, *, T: int, lr: float, b: int,
    random_state: Any = None, done: int = 0,
    watch: Callable[[np.ndarray, np.ndarray], None] = _nothing,
) -> tuple[np.ndarray, np.ndarray]:
    """T steps (W1, W2) <- (W1, W2) - lr grad f_t(W1, W2); the weights after them.

    f_t is f on a minibatch of b samples, drawn as in Algorithm 1 so that one iteration costs both
    methods the same b samples. `watch(W1, W2)` is called after each iteration. `done` iterations
    went before: errors count on from there. With the same Generator, two calls of T steps are one
    of 2 T.

    Raises InputError for bad arguments, DivergenceError when training leaves the finite numbers.
    """
    W1, W2 = f.check_weights(W1, W2, single=True)
    T = checks.whole_number("T", T, at_least=1)
    b = checks.whole_number("b", b, at_least=1)
    lr = checks.number("lr", lr, above=0)
    rng = checks.generator(random_state)

    with np.errstate(over="ignore", invalid="ignore"):  # require_finite speaks of it instead
        for t in range(done + 1, done + T + 1):
            G1, G2 = f.on(uniform_rows(rng, f.m, b)).subgradient(W1, W2)
            W1, W2 = W1 - lr * G1, W2 - lr * G2
            require_finite("W1", t, W1)
            require_finite("W2", t, W2)
            watch(W1, W2)
    return W1, W2
