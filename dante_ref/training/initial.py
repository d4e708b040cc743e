"""The start W₁⁰, W₂⁰ of Algorithm 2 and of its baseline, which the paper leaves open."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import InputError


def initial_weights(sizes: Sequence[int], random_state: Any = None) -> list[Array]:
    """W_l (sizes[l-1], sizes[l]) for l = 1, 2, ..., uniform in ±√(6/(rows + columns)).

    This is Glorot and Bengio's (2010) rule: a layer then neither swells nor shrinks the spread of
    what passes through it, forwards or back. The network has no biases, as in the paper. Zero
    would not do: with W2 = 0 the subgradient in W1 is zero, and equal columns stay equal.
    """
    sizes = [checks.whole_number(f"sizes[{i}]", n, at_least=1) for i, n in enumerate(sizes)]
    if len(sizes) < 2:
        raise InputError(f"sizes is {sizes}; allowed are n_0, n_1 and more")
    rng = checks.generator(random_state)
    return [
        rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape))
        for shape in pairwise(sizes)
    ]
