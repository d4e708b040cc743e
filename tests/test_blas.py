"""BLAS in place: with NumPy's own library or without it, what NumPy's operations give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from dante_ref.training.blas import Blas, numpys_own

ROUTINES = ("gemm", "axpy")
DTYPES = [np.dtype("float32"), np.dtype("float64")]


def arrays(seed, dtype, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def blas(dtype, own):
    found = Blas(dtype)
    if not own:
        found._gemm = found._axpy = None
    return found


def near(found, exact, scale):
    """Within a few roundings of a sum whose terms have the sizes in `scale`."""
    np.testing.assert_array_less(np.abs(found - exact), 30 * np.finfo(found.dtype).eps * scale)


@given(st.integers(0, 10**6), *[st.integers(1, 9)] * 3, st.sampled_from(DTYPES), st.booleans())
def test_add_product_adds_a_transposed_product(seed, m, n, k, dtype, own):
    A, B, C = arrays(seed, dtype, (m, n), (m, k), (n, k))
    exact = C.astype(np.float64) + A.astype(np.float64).T @ B.astype(np.float64)
    scale = np.abs(C) + np.abs(A).T @ np.abs(B) + 1e-30
    before = A.copy(), B.copy()
    blas(dtype, own).add_product(A, B, C)
    near(C, exact, scale)
    assert np.array_equal(A, before[0]) and np.array_equal(B, before[1])


@given(st.integers(0, 10**6), *[st.integers(1, 9)] * 2, st.sampled_from(DTYPES), st.booleans(),
       st.sampled_from([-0.3, 0.0, 1.0, 2.5]))
def test_add_adds_a_multiple(seed, n, k, dtype, own, c):
    A, C = arrays(seed, dtype, (n, k), (n, k))
    exact = C.astype(np.float64) + c * A.astype(np.float64)
    scale = np.abs(C) + np.abs(c * A) + 1e-30
    blas(dtype, own).add(c, A, C)
    near(C, exact, scale)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_other_memory_orders_are_right_too(dtype):
    A, B, C, whole = arrays(3, dtype, (6, 4), (6, 5), (4, 5), (12, 8))
    exact = C + A.T @ B
    for a in (np.asfortranarray(A), np.repeat(A, 2, axis=1)[:, ::2]):
        D = C.copy()
        Blas(dtype).add_product(a, B, D)
        np.testing.assert_allclose(D, exact, rtol=1e-4)
    part = whole[::2, ::2][:, :4]
    expected = part + 2 * A
    Blas(dtype).add(2.0, A.copy(), part)
    np.testing.assert_allclose(part, expected, rtol=1e-5)


def test_numpys_own_routines_are_found_in_its_wheel():
    libraries = [lib["filepath"] for lib in threadpool_info() if lib["internal_api"] == "openblas"]
    if not any("numpy.libs" in path for path in libraries):
        pytest.skip("this NumPy isn't a wheel with OpenBLAS")
    for dtype in DTYPES:
        assert all(numpys_own(name, dtype) is not None for name in ROUTINES)
