"""A sample of weight 2 is a sample given twice: to the last bit, not only on average."""

from hashlib import blake2b

import numpy as np

from ..arrays import Array


def distinct_samples(
    X: Array, Y: Array | None, sample_weight: Array
) -> tuple[Array, Array | None, Array | None]:
    """The distinct pairs (x, y) of positive weight, and for each the sum of its weights.

    X (m, d), Y (m, n) or None (x alone), sample_weight (m,), none negative. Where all weights are
    the same and no pair comes twice, they stay in their order, X where it is: in memory or mapped.
    Else pairs come in the order of a hash of their numbers, whatever order they were given in, so
    that weighted and repeated samples lead to the same arrays. Minibatches are drawn with
    replacement: merging equals alters no probability.

    The weights are None if all are the same. Samples without weights come this way too: repeated
    ones are to train as weighted ones do, which scikit-learn's checks ask for as well.
    """
    given = np.flatnonzero(sample_weight)
    numbers = (X,) if Y is None else (X, Y)
    digests = np.array(
        [blake2b(b"".join(A[i].tobytes() for A in numbers), digest_size=16).digest()
         for i in given], dtype="S16",
    )
    _, first, which = np.unique(digests, return_index=True, return_inverse=True)
    weight = np.bincount(which, weights=sample_weight[given])
    even = (sample_weight[given] == sample_weight[given[0]]).all() and len(first) == len(given)
    rows = given if even else given[first]
    X, Y = _rows(X, rows), None if Y is None else _rows(Y, rows)
    return X, Y, None if (weight == weight[0]).all() else weight


def _rows(A: Array, rows: Array) -> Array:
    """These rows of A, C-ordered: products round alike then. Without a copy if they are A."""
    whole = len(rows) == len(A) and bool((rows[:-1] < rows[1:]).all())
    return np.ascontiguousarray(A if whole else A[rows])
