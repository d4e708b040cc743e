"""A sample of weight 2 is a sample given twice: to the last bit, not only on average."""

from hashlib import blake2b

import numpy as np

from ..arrays import Array
from ..training.network import blocks

KEY_ROWS = 256  # taken at a time, so that they stay in the cache


def distinct_samples(
    X: Array, Y: Array | None, sample_weight: Array
) -> tuple[Array, Array | None, Array | None]:
    """The distinct pairs (x, y) of positive weight, and for each the sum of its weights.

    X (m, d), Y (m, n) or None (x alone), sample_weight (m,), none negative. Where all weights are
    the same and no pair comes twice, they stay in their order, X where it is: in memory or mapped.
    Else pairs come in the order of a hash of their numbers, whatever order they were given in, so
    that weighted and repeated samples lead to the same arrays. Minibatches are drawn with
    replacement: merging equals alters no probability.

    The weights are None if all are the same.
    """
    given = np.flatnonzero(sample_weight)
    weight = sample_weight[given]
    numbers = [X] if Y is None else [X, Y]
    if not (weight == weight[0]).all() or _may_repeat(numbers, given):
        digests = np.array(
            [blake2b(b"".join(A[i].tobytes() for A in numbers), digest_size=16).digest()
             for i in given], dtype="S16",
        )
        _, first, which = np.unique(digests, return_index=True, return_inverse=True)
        if len(first) < len(given) or not (weight == weight[0]).all():
            given, weight = given[first], np.bincount(which, weights=weight)
    X, Y = _rows(X, given), None if Y is None else _rows(Y, given)
    return X, Y, None if (weight == weight[0]).all() else weight


def _may_repeat(numbers: list[Array], rows: Array) -> bool:
    """False if no two of these rows are equal; True if two are, or, rarely, only look so.

    Equal rows have equal keys: Σⱼ rⱼ xⱼ modulo 2^64 of their 32-bit words xⱼ, rⱼ random.
    """
    rng, keys = np.random.default_rng(0), np.zeros(len(rows), np.uint64)
    for A in numbers:
        r = rng.integers(2**64, size=A[0].nbytes // 4, dtype=np.uint64)
        for part in blocks(len(rows), KEY_ROWS):
            words = np.ascontiguousarray(A[rows[part]]).view(np.uint32)
            keys[part] += np.einsum("ij,j->i", words.astype(np.uint64), r)
    return len(np.unique(keys)) < len(rows)


def _rows(A: Array, rows: Array) -> Array:
    """These rows of A, C-ordered: products round alike then. Without a copy if they are A."""
    whole = len(rows) == len(A) and bool((rows[:-1] < rows[1:]).all())
    return np.ascontiguousarray(A if whole else A[rows])
