"""A seed gives the same bits in every process; BLAS threads move results by rounding alone."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from dante_ref.activations import GeneralizedReLU
from dante_ref.estimators import DanteClassifier
from dante_ref.proofs import ledger
from dante_ref.theorems import CLAIMS
from dante_ref.training.engine import Training
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD, Adam
from dante_ref.training.schedules import Backprop, Dante, RoundRobin

B, T = 20, 200
METHODS = {
    "DANTE": (Dante(T // 4, max_alternations=2), SGD(0.02), "matrix"),
    "DANTE, columns": (Dante(T // 4, max_alternations=2), SGD(0.005), "columns"),
    "SGD": (Backprop(T), SGD(0.002), None),
    "round robin, Adam": (RoundRobin(T // 4, max_alternations=2), Adam(0.001), "matrix"),
}
DTYPES = ("float32", "float64")


def trained(method, dtype, sizes, seed=0):
    """The weights after T minibatch iterations, and the length of their path."""
    schedule, rule, normalise = METHODS[method]
    X = np.random.default_rng(5).random((300, sizes[0])).astype(dtype)
    network = Network.initial(sizes, GeneralizedReLU(0.1, 1.0), random_state=1, dtype=dtype)
    path, before = [], network.copy()

    def watch(_):
        path.append(np.sqrt(sum(
            np.sum((W - V) ** 2) for W, V in zip(network.weights, before.weights, strict=True)
        )))
        for V, W in zip(before.weights, network.weights, strict=True):
            V[...] = W

    Training(
        network, X, X, schedule, rule=rule, normalise=normalise, b=B, random_state=seed
    ).run(watch=watch)
    assert len(path) == T
    return network.weights, sum(path)


def digests():
    """By name, a hash of the bits of what a seed gives."""
    found = {f"{method}, {dtype}": trained(method, dtype, (12, 7, 12))[0]
             for method in METHODS for dtype in DTYPES}
    X = np.random.default_rng(6).normal(size=(60, 4))
    found["classifier"] = DanteClassifier(
        (5,), early_stopping=True, max_iter=3, tol=None, inner_iter=20, random_state=0
    ).fit(X, np.array(["a", "b"])[1 * (X[:, 0] > 0)], sample_weight=np.arange(1, 61)).coefs_
    return {
        name: hashlib.sha256(b"".join(W.tobytes() for W in weights)).hexdigest()
        for name, weights in found.items()
    }


def test_fresh_processes_and_this_one_give_the_same_bits():
    """Also where sets and dicts of strings are in another order."""
    found = [digests(), digests()]
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", "import json, test_determinism as t; print(json.dumps("
             "t.digests()))"], capture_output=True, text=True, check=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(
                [os.path.dirname(__file__), *sys.path])},
        )
        found.append(json.loads(done.stdout))
    assert found[0] == found[1] == found[2] == found[3]
    assert len(set(found[0].values())) == len(found[0]), "each of them is another result"


def test_verify_finds_the_same_in_one_process_and_in_two():
    """All that ledger.json holds but the seconds; `reproduce`: test_reproduce_command.py."""
    def content(jobs):
        search = ledger.Search(9000, 1, 0)
        entries = list(ledger.run([CLAIMS["theorem-1-sharp"]], search, jobs=jobs))
        content = ledger.as_json(entries, search)
        claim, = content["claims"]
        assert claim.pop("seconds") >= 0 and claim["instances"] > 9000
        return json.dumps(content)

    assert content(1) == content(2)


def tolerance(dtype, path, weights, longest):
    """Largest difference of weights, in the Frobenius norm, that another order of sums makes.

    With another number of threads BLAS may add in another order. Two orders of a sum of n products
    differ by at most 2 n u |x|^T |y| to first order in the unit roundoff u = eps/2 (Higham,
    *Accuracy and Stability of Numerical Algorithms*, 3.1). A step passes through sums of
    n_0, ..., n_L products forwards, as many backwards, and b for the gradient: with n their total,
    `longest`, a step of length s differs by n eps s, all of a path by n eps times its length.
    Weights that differ are rounded differently after each of T steps: T eps ||W|| more. Assumed,
    and seen by this test: |x|^T |y| is near |x^T y|, and a difference doesn't grow with the steps.
    """
    eps = float(np.finfo(dtype).eps)
    return (longest * path + T * np.linalg.norm(weights)) * eps


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", ["DANTE", "SGD"])
def test_threads_of_blas_change_rounding_only(method, dtype):
    sizes = (200, 100, 200)  # large enough for BLAS to share a product of 20 rows out

    def with_threads(threads, seed=0):
        with threadpool_limits(threads, user_api="blas"):
            info = [lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"]
            weights, path = trained(method, dtype, sizes, seed)
        return info, np.concatenate([W.ravel() for W in weights]).astype(np.float64), path

    info, one, path = with_threads(1)
    assert info and set(info) == {1}
    allowed = tolerance(dtype, path, one, 2 * sum(sizes) + B)
    for threads in (2, 3, 4):
        info, more, _ = with_threads(threads)
        if max(info) == 1:
            pytest.skip("this BLAS has one thread")
        difference = np.linalg.norm(more - one)
        says = f"{method}, {dtype}, {threads} threads: {difference:.2g}, allowed {allowed:.2g}"
        print(says)
        assert difference <= allowed, says
    _, other_minibatches, _ = with_threads(1, seed=1)
    assert np.linalg.norm(other_minibatches - one) > 50 * allowed, (
        "the tolerance would let anything pass"
    )
