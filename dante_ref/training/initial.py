"""The start W1^0, W2^0 of Algorithm 2 and of its baseline, which the paper leaves open."""

from typing import Any

import numpy as np

from .. import checks


def initial_weights(
    d: int, d_hidden: int, d_out: int, random_state: Any = None
) -> tuple[np.ndarray, np.ndarray]:
    """W1 (d, d_hidden) and W2 (d_hidden, d_out), uniform in +-sqrt(6 / (rows + columns)).

    This is Glorot and Bengio's (2010) rule: a layer then neither swells nor shrinks the spread of
    what passes through it, forwards or back. The network has no biases, as in the paper. Zero
    would not do: with W2 = 0 the subgradient in W1 is zero, and equal columns stay equal.
    """
    rng = checks.generator(random_state)
    d = checks.whole_number("d", d, at_least=1)
    d_hidden = checks.whole_number("d_hidden", d_hidden, at_least=1)
    d_out = checks.whole_number("d_out", d_out, at_least=1)
    W1, W2 = (
        rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape))
        for shape in ((d, d_hidden), (d_hidden, d_out))
    )
    return W1, W2
