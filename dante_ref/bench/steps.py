"""A DANTE step beside the bare matrix products that it can't avoid: autoencoder d - d' - d.

A W2 step needs U = Z_b W2 and Z_bᵀ D, and its phase, once, X W1 of all samples; a W1 step needs
X_b W1, P W2, D W2ᵀ and X_bᵀ D1. Bare means: these products on arrays of these shapes into buffers
that exist, and nothing else, by NumPy's matmul and by scipy's gemm; the faster of the two is the
limit. All else that a phase does at its start, and the drawing and gathering of samples, count as
the step's.
"""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.linalg import get_blas_funcs

from ..activations import Activation, GeneralizedReLU
from ..algorithms.sngd import Normalise, sngd
from ..arrays import Array
from ..objectives import NetworkObjective
from ..training import aligned, blas
from ..training.engine import Training
from ..training.network import Network
from ..training.rules import SGD
from ..training.schedules import Phase
from .timing import interleaved

ETA = 1e-6  # the weights hardly move, so all repeats compute alike
PHI = GeneralizedReLU(0.01, 1.0)


def one_turn(layer: int, iterations: int) -> Any:
    """A schedule of one layer's turn, of which all others consist."""
    phase = Phase((layer,), iterations)
    return SimpleNamespace(name="one_turn", phases=lambda L, error: iter((phase,)))


def samples(m: int, d: int, dtype: Any) -> Array:
    """m rows in [0, 1], as images are."""
    return np.random.default_rng(0).random((m, d), dtype=np.float64).astype(dtype)


def _scipy_product(dtype: Any) -> Callable[[Array, Array, Array], None]:
    """`blas.product` by scipy. BLAS counts columns first: it sees Cᵀ = Bᵀ Aᵀ."""
    gemm = get_blas_funcs("gemm", dtype=dtype)

    def product(A: Array, B: Array, C: Array) -> None:
        a, b = (M.T if M.flags.c_contiguous else M for M in (A, B))
        gemm(1.0, b, a, 0.0, C.T, b is B, a is A, True)

    return product


def bare_products(
    layer: int, d: int, hidden: int, b: int, dtype: Any, repeats: int,
    product: Callable[[Array, Array, Array], None], m: int,
) -> Callable[[], None]:
    """The products of a phase of `repeats` steps on W1 or W2, on m samples, fewer than it draws."""
    rng = np.random.default_rng(0)

    def array(*shape: int) -> Array:
        return aligned.copy(rng.random(shape), dtype)

    X, P, D = array(b, d), array(b, hidden), array(b, d)
    W1, W2, G1, G2 = array(d, hidden), array(hidden, d), array(d, hidden), array(hidden, d)
    Z, U = array(b, hidden), array(b, d)
    X_all, Z_all = array(m, d), array(m, hidden)

    def run() -> None:
        if layer == 2:
            product(X_all, W1, Z_all)
        for _ in range(repeats):
            if layer == 2:
                product(P, W2, U)
                product(P.T, D, G2)
            else:
                product(X, W1, Z)
                product(P, W2, U)
                product(D, W2.T, Z)
                product(X.T, Z, G1)

    return run


def measure(
    layer: int, b: int, dtype: Any, *, d: int = 1024, hidden: int = 400, rounds: int = 7,
    drawn: int = 6_000, m: int = 1000, phi: Activation = PHI, normalise: Normalise = "matrix",
) -> dict[str, Any]:
    """Microseconds of a step on W1 or W2, of its bare products and of the literal Algorithm 1's.

    A round times drawn / b steps on m samples. `ratio` is the median over rounds of step / bare.
    """
    X = samples(m, d, dtype)
    network = Network.initial((d, hidden, d), phi, random_state=0, dtype=dtype)
    T = max(2, drawn // b)
    T_literal = max(1, T // 10)

    def step() -> Callable[[], object]:
        training = Training(
            network, X, X, one_turn(layer, T), rule=SGD(ETA), normalise=normalise, b=b,
            random_state=0,
        )
        return training.run

    def literal() -> Callable[[], object]:
        f = NetworkObjective(X, X, (phi, phi))
        W1, W2 = (W.copy() for W in network.weights)
        turn, W = f.in_layer(layer, W1, W2), (W1, W2)[layer - 1]
        return lambda: sngd(turn, W, T=T_literal, eta=ETA, b=b, random_state=0)

    bare = partial(bare_products, layer, d, hidden, b, dtype, T, m=m)
    timings = interleaved({
        "step": step,
        "numpy": partial(bare, blas.product),
        "scipy": partial(bare, _scipy_product(dtype)),
        "literal": literal,
    }, rounds)
    fastest = min(("numpy", "scipy"), key=timings.median)
    return {
        "layer": f"W{layer}", "normalise": normalise, "batch": b, "dtype": np.dtype(dtype).name,
        "step_us": timings.median("step") / T * 1e6,
        "bare_us": timings.median(fastest) / T * 1e6,
        "bare_by": fastest,
        "ratio": timings.ratio("step", fastest),
        "literal_ratio": timings.ratio("literal", fastest) * T / T_literal,
    }
