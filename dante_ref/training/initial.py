"""The start W₁⁰, W₂⁰ of Algorithm 2 and of its baseline, which the paper leaves open."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array


def deep_weights(sizes: Sequence[int], random_state: Any = None) -> list[Array]:
    """W_l (sizes[l-1], sizes[l]) for l = 1, 2, ..., uniform in ±√(6/(rows + columns)).

    This is Glorot and Bengio's (2010) rule: a layer then neither swells nor shrinks the spread of
    what passes through it, forwards or back. The network has no biases, as in the paper. Zero
    would not do: with W2 = 0 the subgradient in W1 is zero, and equal columns stay equal.
    """
    rng = checks.generator(random_state)
    sizes = [checks.whole_number("sizes", n, at_least=1) for n in sizes]
    return [
        rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape))
        for shape in pairwise(sizes)
    ]


def initial_weights(
    d: int, d_hidden: int, d_out: int, random_state: Any = None
) -> tuple[Array, Array]:
    """W1 (d, d_hidden) and W2 (d_hidden, d_out) of one hidden layer, see `deep_weights`."""
    d = checks.whole_number("d", d, at_least=1)
    d_hidden = checks.whole_number("d_hidden", d_hidden, at_least=1)
    d_out = checks.whole_number("d_out", d_out, at_least=1)
    W1, W2 = deep_weights((d, d_hidden, d_out), random_state)
    return W1, W2
