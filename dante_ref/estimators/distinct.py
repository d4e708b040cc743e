"""A sample of weight 2 is a sample given twice: to the last bit, not only on average."""


import numpy as np

from ..arrays import Array
from ..training.network import blocks

HASHED_ROWS = 4096  # at a time


def distinct_samples(
    X: Array, Y: Array | None, sample_weight: Array
) -> tuple[Array, Array | None, Array | None]:
    """The distinct pairs (x, y) of positive weight, and for each the sum of its weights.

    X (m, d), Y (m, n) or None (x alone), sample_weight (m,), none negative. Pairs come in the order
    of a hash of their numbers, whatever order they were given in, so that weighted and repeated
    samples lead to the same arrays. Minibatches are drawn with replacement: merging equals alters
    no probability.

    The weights are None if all are the same.
    """
    given = np.flatnonzero(sample_weight)
    parts = [A for A in (X, Y) if A is not None]
    _, first, which = np.unique(
        hashes(parts, given), return_index=True, return_inverse=True
    )
    rows = given[first]
    again = np.flatnonzero(first[which] != np.arange(len(given)))
    if any((A[given[again]] != A[rows[which[again]]]).any() for A in parts):
        raise RuntimeError("two different samples have one hash of 128 bits")
    weight = np.bincount(which, weights=sample_weight[given])
    # C-ordered, whatever X's order is: products round alike then.
    X, Y = (None if A is None else np.ascontiguousarray(A[rows]) for A in (X, Y))
    return X, Y, None if (weight == weight[0]).all() else weight


def hashes(parts: list[Array], rows: Array) -> Array:
    """128 bits for each of the rows: twice sum_j r_j word_j mod 2^64, r fixed at random.

    A word is 32 bits of a number, so that two rows which differ have one hash with a probability
    of at most 2^-64, over r.
    """
    rng = np.random.default_rng(0)
    found = np.zeros((len(rows), 2), np.uint64)
    for A in parts:
        words = A.shape[1] * A.dtype.itemsize // 4
        r = rng.integers(2**64, size=(words, 2), dtype=np.uint64)
        for part in blocks(len(rows), HASHED_ROWS):
            numbers = np.ascontiguousarray(A[rows[part]]).view(np.uint32)
            found[part] += numbers.astype(np.uint64) @ r
    return found.view([("first", np.uint64), ("second", np.uint64)])[:, 0]
