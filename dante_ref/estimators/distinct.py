"""A sample of weight 2 is a sample given twice: to the last bit, not only on average."""

from hashlib import blake2b

import numpy as np

from ..arrays import Array, blocks

KEY_ROWS = 256  # taken at a time, so that they stay in the cache


def distinct_samples(
    X: Array, Y: Array | None, weight: Array
) -> tuple[Array, Array | None, Array | None]:
    """The distinct pairs (x, y), and for each the sum of its weights; None if all are the same.

    X (m, d), Y (m, n) or None (x alone), weight (m,), all positive. Where all weights are the same
    and no pair comes twice, they stay in their order, X where it is: in memory or mapped. Else
    pairs come in the order of a hash of their numbers, whatever order they were given in, so that
    weighted and repeated samples lead to the same arrays. Minibatches are drawn with replacement:
    merging equals alters no probability. C-ordered, as products round by the order.
    """
    numbers = [X] if Y is None else [X, Y]
    even = bool((weight == weight[0]).all())
    if not even or _may_repeat(numbers):
        digests = np.array(
            [blake2b(b"".join(A[i].tobytes() for A in numbers), digest_size=16).digest()
             for i in range(len(X))], dtype="S16",
        )
        _, first, which = np.unique(digests, return_index=True, return_inverse=True)
        if len(first) < len(X) or not even:
            numbers, weight = [A[first] for A in numbers], np.bincount(which, weights=weight)
            even = bool((weight == weight[0]).all())
    X, *Ys = map(np.ascontiguousarray, numbers)
    return X, Ys[0] if Ys else None, None if even else weight


def _may_repeat(numbers: list[Array]) -> bool:
    """False if no two rows are equal; True if two are, or, rarely, only look so.

    Equal rows have equal keys: Σⱼ rⱼ xⱼ modulo 2^64 of their 32-bit words xⱼ, rⱼ random.
    """
    rng, keys = np.random.default_rng(0), np.zeros(len(numbers[0]), np.uint64)
    for A in numbers:
        r = rng.integers(2**64, size=A[0].nbytes // 4, dtype=np.uint64)
        for part in blocks(len(A), KEY_ROWS):
            words = np.ascontiguousarray(A[part]).view(np.uint32)
            keys[part] += np.einsum("ij,j->i", words.astype(np.uint64), r)
    return len(np.unique(keys)) < len(keys)
