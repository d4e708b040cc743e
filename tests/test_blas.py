"""Products of the fast path: what NumPy's operations give, whichever way the arrays lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.training import blas


def lying(rng, rows, columns, dtype, transposed):
    """A C-ordered array, or the transpose of one."""
    A = rng.normal(size=(columns, rows) if transposed else (rows, columns)).astype(dtype)
    return A.T if transposed else A


@given(st.integers(0, 10**6), *[st.integers(1, 9)] * 3, st.sampled_from(["float32", "float64"]),
       st.booleans(), st.booleans())
@pytest.mark.parametrize("adds", [False, True])
def test_products_and_sums_are_numpys(adds, seed, m, n, k, dtype, A_T, B_T):
    """Within a few roundings of a sum whose terms have the sizes in `scale`."""
    rng = np.random.default_rng(seed)
    A, B = lying(rng, m, n, dtype, A_T), lying(rng, n, k, dtype, B_T)
    C = rng.normal(size=(m, k)).astype(dtype)
    before = A.copy(), B.copy()
    exact = A.astype(float) @ B.astype(float) + (C if adds else 0)
    scale = abs(A) @ abs(B) + abs(C) + 1e-30
    if adds:
        blas.add_product(A, B, C, scratch=np.full_like(C, np.nan))
    else:
        C[...] = np.nan
        blas.product(A, B, C)
    assert C.dtype == dtype
    np.testing.assert_array_less(abs(C - exact), 30 * np.finfo(dtype).eps * scale)
    assert np.array_equal(A, before[0]) and np.array_equal(B, before[1])


@given(st.integers(0, 10**6), *[st.integers(1, 9)] * 2, st.floats(-3, 3),
       st.sampled_from(["float32", "float64"]))
def test_sums_and_inner_products_are_numpys(seed, m, n, alpha, dtype):
    rng = np.random.default_rng(seed)
    A, C = (rng.normal(size=(m, n)).astype(dtype) for _ in "AC")
    exact, scale = C + alpha * A.astype(float), abs(C) + abs(alpha * A) + 1e-30
    inner, terms = np.sum(A.astype(float) * C), np.sum(abs(A * C)) + 1e-30
    eps = np.finfo(dtype).eps
    assert abs(blas.dot(A, C) - inner) < 30 * eps * terms
    blas.add(alpha, A, C)
    assert C.dtype == dtype
    np.testing.assert_array_less(abs(C - exact), 3 * eps * scale)
