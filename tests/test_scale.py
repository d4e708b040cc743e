"""Samples that don't fit into memory, float32 beside float64, a million instances of a claim."""

import tracemalloc

import numpy as np
import pytest

from dante_ref import checks
from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid
from dante_ref.cli import main
from dante_ref.exceptions import InputError
from dante_ref.proofs.claim import SLQCClaim, Verdict
from dante_ref.proofs.evidence import total
from dante_ref.proofs.search import random_tasks, run_tasks
from dante_ref.theorems import CLAIMS
from dante_ref.training import checkpoint, feed, mapped
from dante_ref.training.engine import Training
from dante_ref.training.network import BLOCK_ENTRIES, Network
from dante_ref.training.rules import SGD, Adam
from dante_ref.training.schedules import Backprop, Dante, GreedyPairs

PHI = GeneralizedReLU(0.01, 1.0)


def network(sizes, phi=PHI, dtype=np.float64, loss="squared"):
    return Network.initial(sizes, phi, loss, random_state=0, dtype=dtype)


def trained(X, Y, schedule, sizes, rule, **options):
    net = network(sizes, dtype=options.pop("dtype", np.float64), phi=options.pop("phi", PHI))
    t = Training(net, X, Y, schedule, rule=rule, b=20, random_state=1, **options)
    t.run()
    return t


def ends(t):
    return [W.tobytes() for W in t.network.weights]


# Where the samples lie


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_path_a_memmap_and_an_array_train_alike(tmp_path, order):
    X = np.asarray(np.random.default_rng(0).random((500, 12)), order=order)
    np.save(tmp_path / "x.npy", X)
    path = tmp_path / "x.npy"
    schedule = GreedyPairs(60, max_alternations=2, eps=1e-9)
    found = [
        ends(trained(Z, Z, schedule, (12, 7, 5, 12), SGD(0.01)))
        for Z in (X, path, str(path), np.load(path, mmap_mode="r"))
    ]
    assert all(other == found[0] for other in found[1:])


def test_columns_of_one_file_are_inputs_and_targets(tmp_path):
    both = np.random.default_rng(0).random((500, 15))
    np.save(tmp_path / "both.npy", both)
    file = np.load(tmp_path / "both.npy", mmap_mode="r")
    schedule = Dante(60, max_alternations=2)
    a, b = (
        trained(Z[:, :12], Z[:, 12:], schedule, (12, 7, 3), SGD(0.01)) for Z in (both, file)
    )
    assert ends(a) == ends(b)


def big_file(path, m, n, dtype=np.float32):
    """A file of m rows, of which every thousandth isn't zero; the system may keep it sparse."""
    X = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=(m, n))
    X[::1000] = np.random.default_rng(0).random((len(X[::1000]), n))
    X.flush()
    return path


def peak_of(run):
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


HIDDEN = 16


@pytest.mark.parametrize("schedule, held", [
    (Dante(1001, eps=1e-9, max_alternations=1), "of the drawn"),
    (Dante(1001, eps=1e-9, max_alternations=1), "of a block"),
    (Backprop(501), "nothing"),
], ids=["held-of-the-drawn", "held-of-a-block", "backprop"])
def test_memory_is_bounded_whatever_the_size_of_the_data(tmp_path, monkeypatch, schedule, held):
    """A file of 64 MB, more rows drawn than there are. Pages of a map aren't traced, buffers are.

    Blocks of the checks and of the error take a few arrays of BLOCK_ENTRIES, minibatches less;
    what is held of the samples that are drawn, HELD_BYTES at most, and two whole numbers for each;
    the error one weight (8 bytes) a sample. A copy of the file would show, and so would activations
    of all that are drawn where only a block's are to be held, or a mask of all entries (16 MB)
    beside a block's work.
    """
    m, n = 500_000, 32
    path = big_file(tmp_path / "big.npy", m, n)
    drawn = m * (1 - np.exp(-1001 * 1000 / m))  # different ones; the expected number
    of_drawn = 0.99 * drawn * HIDDEN * 4
    limit = feed.HELD_BYTES if held == "of the drawn" else of_drawn
    monkeypatch.setattr(feed, "HELD_BYTES", limit)

    def run():
        net = network((n, HIDDEN, n), dtype=np.float32)
        Training(net, path, path, schedule, rule=SGD(0.01), b=1000, random_state=1).run()

    peak = peak_of(run)
    blocks = 4 * BLOCK_ENTRIES * 4 + 8 * m + (4 << 20)  # 4 MB: minibatches and their buffers
    if held == "of the drawn":
        assert of_drawn < peak < of_drawn / 0.99 + blocks + 2 * 8 * m
    else:
        assert peak < blocks < of_drawn


def test_a_large_minibatch_needs_no_square_of_its_size():
    net, b = network((6, 4, 6)), 5000
    X = np.random.default_rng(0).random((50, 6))
    t = Training(net, X, X, Dante(2, max_alternations=1), rule=SGD(0.01), b=b, random_state=1)
    assert peak_of(t.run) < 100 * b * 8 < b * b


def test_what_is_held_is_in_blocks_where_it_would_not_fit(tmp_path, monkeypatch):
    """The same numbers, but for the rounding of products of other sizes."""
    X = np.random.default_rng(0).random((3000, 12))
    schedule, sizes = Dante(200, max_alternations=2), (12, 7, 12)
    all_held = trained(X, X, schedule, sizes, SGD(0.01))
    monkeypatch.setattr(feed, "HELD_BYTES", 0)
    in_blocks = trained(X, X, schedule, sizes, SGD(0.01))
    for W, V in zip(all_held.network.weights, in_blocks.network.weights, strict=True):
        np.testing.assert_allclose(W, V, rtol=0, atol=1e-11)


def test_finiteness_is_checked_once(tmp_path, monkeypatch):
    path = big_file(tmp_path / "x.npy", 5000, 12)
    seen, not_finite = [], checks._not_finite

    def counted(array):
        seen.append(np.size(array))
        return not_finite(array)

    monkeypatch.setattr(checks, "_not_finite", counted)
    X = np.load(path, mmap_mode="r")
    trained(X, X, Dante(40, max_alternations=5), (12, 7, 12), SGD(0.01), dtype=np.float32)
    assert sum(size for size in seen if size > 1000) == 5000 * 12


@pytest.mark.parametrize("where", [0, 777_777, -1])
def test_one_nan_anywhere_is_found(tmp_path, where):
    path = tmp_path / "x.npy"
    X = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(200_000, 12))
    X.reshape(-1)[where] = np.nan
    X.flush()
    with pytest.raises(InputError, match="X holds 1 NaN"):
        trained(path, path, Backprop(1), (12, 7, 12), SGD(), dtype=np.float32)


def test_what_cannot_be_mapped_is_refused(tmp_path):
    def refused(message, value, error=InputError):
        with pytest.raises(error, match=message):
            trained(value, value, Backprop(1), (3, 2, 3), SGD())

    np.save(tmp_path / "bytes.npy", np.zeros((5, 3), np.uint8))
    refused("memory-mapped with dtype uint8", tmp_path / "bytes.npy")
    np.save(tmp_path / "float32.npy", np.zeros((5, 3), np.float32))
    refused("dtype float32", tmp_path / "float32.npy")
    np.save(tmp_path / "vector.npy", np.zeros(5))
    refused("1 axes", tmp_path / "vector.npy")
    np.save(tmp_path / "wide.npy", np.zeros((5, 4)))
    refused("X has shape", tmp_path / "wide.npy")
    np.save(tmp_path / "objects.npy", np.array([[{}]], dtype=object))
    refused("can't be mapped", tmp_path / "objects.npy")
    (tmp_path / "text.npy").write_text("no array")
    refused("can't be mapped", tmp_path / "text.npy")
    whole = (tmp_path / "wide.npy").read_bytes()
    (tmp_path / "short.npy").write_bytes(whole[:-1])
    refused("can't be mapped", tmp_path / "short.npy")
    refused("none.npy", tmp_path / "none.npy", FileNotFoundError)


def test_a_mapped_file_is_read_only(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((5, 3)))
    with pytest.raises(ValueError, match="read-only"):
        mapped.open_npy(tmp_path / "x.npy")[0, 0] = 2


def test_the_fingerprint_by_blocks_is_that_of_the_whole(monkeypatch):
    X = np.random.default_rng(0).random((300_000, 12))
    assert checkpoint.fingerprint(X) == checkpoint.fingerprint(np.asfortranarray(X))
    assert len({checkpoint.fingerprint(Z) for Z in (X, X[:-1], -X, X.astype(np.float32))}) == 4


def test_the_command_trains_on_a_mapped_file_in_bounded_memory(tmp_path):
    path = big_file(tmp_path / "x.npy", 500_000, 32)
    more = ["--data", str(path), "--mapped", "--schedule", "dante", "--hidden", "8", "--every",
            "100", "--iterations", "100", "--inner-iterations", "50", "--out", str(tmp_path / "o")]
    codes = []
    peak = peak_of(lambda: codes.append(main(["train", *more])))
    assert codes == [0]
    assert peak < 4 * BLOCK_ENTRIES * 4 + 8 * 500_000 + (8 << 20) < 64e6  # 8 MB: tqdm, JSON, csv
    assert main(["train", *more, "--resume"]) == 0


# float32 beside float64

T = 400
UNIT = 2.0**-24  # the unit roundoff of float32


@pytest.mark.parametrize("phi", [PHI, Sigmoid()], ids=["generalized_relu", "sigmoid"])
@pytest.mark.parametrize("normalise", ["matrix", None])
@pytest.mark.parametrize("rule", [SGD(0.02), Adam(0.002)], ids=["sgd", "adam"])
def test_float32_stays_with_float64(phi, normalise, rule):
    """Same seed, same minibatches, T steps; the way is W_T - W_0.

    A step's direction comes from chains of products of at most n terms each, one for each of the
    p = 4 products of two layers, so it is off by up to about p n 2^-24 of its length if all
    roundings conspire, and the weights are rounded once a step, by 2^-24 of themselves. If errors
    neither grow nor shrink from step to step, T steps of length s_t put the weights off by at most

        p n 2^-24 sum_t s_t + T 2^-24 max ||W||.

    That is what is asked for. It isn't a theorem: cancellation in a residual, an Adam step near
    sqrt(s) = 0 or a kink crossed by one of the two only could amplify; roundings that don't
    conspire leave a large margin.
    """
    X = np.random.default_rng(0).random((400, 20)).astype(np.float32)
    sizes, ends, way = (20, 10, 20), {}, 0.0
    for dtype in (np.float32, np.float64):
        net = network(sizes, phi, np.float32)
        net = Network(net.activations, [W.astype(dtype) for W in net.weights])
        before, way = [W.copy() for W in net.weights], 0.0

        def watch(t, before=before):
            nonlocal way
            for W, old in zip(t.network.weights, before, strict=True):
                way += float(np.linalg.norm(W - old))
                old[...] = W

        Training(
            net, X.astype(dtype), X.astype(dtype), Dante(T // 4, max_alternations=2), rule=rule,
            normalise=normalise, b=20, random_state=1,
        ).run(watch=watch)
        assert all(W.dtype == dtype for W in net.weights)
        ends[dtype] = net
    norm = max(float(np.linalg.norm(W)) for W in ends[np.float64].weights)
    allowed = 4 * max(sizes) * UNIT * way + T * UNIT * norm
    for W, V in zip(ends[np.float32].weights, ends[np.float64].weights, strict=True):
        assert np.linalg.norm(W - V) < allowed
    errors = [net.error(X.astype(net.dtype), X.astype(net.dtype)) for net in ends.values()]
    assert errors[0] == pytest.approx(errors[1], rel=1e-3)
    assert way > 100 * allowed, "the tolerance is far below the way"


def test_float32_stays_with_float64_for_cross_entropy():
    rng = np.random.default_rng(0)
    X, Y = rng.random((400, 20)), np.eye(3)[rng.integers(3, size=400)]
    found = []
    for dtype in (np.float32, np.float64):
        net = Network.initial(
            (20, 10, 3), (Sigmoid(), Identity()), "cross_entropy", random_state=0, dtype=dtype
        )
        Training(
            net, X.astype(dtype), Y.astype(dtype), Dante(100, max_alternations=2),
            rule=SGD(0.02), b=20, random_state=1,
        ).run()
        found.append(net.error(X.astype(dtype), Y.astype(dtype)))
    assert found[0] == pytest.approx(found[1], rel=1e-4)


# Instances of a claim

HOLDING = [
    claim.id for claim in CLAIMS.values()
    if isinstance(claim, SLQCClaim) and claim.verdict not in (Verdict.REFUTED, Verdict.VACUOUS)
]


def searched(family, claim, instances, seed, jobs=1):
    found = total(run_tasks(random_tasks(family, claim.margin, instances, seed), jobs))
    assert found.instances == instances
    return found


def test_memory_does_not_grow_with_the_number_of_instances():
    claim = CLAIMS["theorem-1-sharp"]
    _, few, many = (  # the first loads what is loaded once
        peak_of(lambda n=n: searched(claim.families[1], claim, n, 0))
        for n in (5_000, 20_000, 200_000)
    )
    assert many < 1.5 * few + 2**20


@pytest.mark.slow
@pytest.mark.parametrize("name", HOLDING)
def test_a_million_random_instances_without_a_violation(name):
    claim = CLAIMS[name]
    for family in claim.families:
        found = searched(family, claim, 1_000_000 // len(claim.families) + 1, 99, jobs=2)
        assert found.violations == 0, (family, found.worst_ratio)
