"""`dante-ref bench`: that it measures what it says. No test depends on how long anything takes."""

import json

import numpy as np
import pytest

from dante_ref import cli
from dante_ref.bench import growth, peers, steps, timing
from dante_ref.commands import bench
from dante_ref.exceptions import InputError
from dante_ref.training import blas
from dante_ref.training.engine import Training
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD
from dante_ref.training.step import Step

SMALL = dict(d=12, hidden=5)


@pytest.fixture(autouse=True)
def without_rest(monkeypatch):
    monkeypatch.setattr(timing, "REST", 0)


class Clock:
    """A clock that the candidates set forward."""

    def __init__(self):
        self.time = 0.0

    def perf_counter(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


def scripted(monkeypatch, **durations):
    """Candidates that take the given seconds, one for each round, the first to warm up."""
    clock, order = Clock(), []
    monkeypatch.setattr(timing, "time", clock)
    monkeypatch.setattr(timing, "REST", 1000)  # isn't timed, as preparing isn't

    def candidate(name, seconds):
        left = iter(seconds)

        def prepare():
            clock.time += 1000

            def run():
                order.append(name)
                clock.time += next(left)

            return run

        return prepare

    return {name: candidate(name, seconds) for name, seconds in durations.items()}, order


def test_medians_and_ratios_over_rounds(monkeypatch):
    candidates, order = scripted(monkeypatch, a=[99, 2, 8, 3], b=[99, 1, 1, 3])
    timings = timing.interleaved(candidates, 3)
    assert timings.seconds == {"a": [2, 8, 3], "b": [1, 1, 3]}
    assert timings.median("a") == 3
    assert timings.ratio("a", "b") == 2, "the median of 2, 8 and 1"
    assert order == list("abbaabba"), "every candidate in every round, the first one in turn"


@pytest.mark.parametrize("layer", [1, 2])
def test_bare_products_are_all_that_a_step_multiplies(layer, monkeypatch):
    """Shapes of the products of a phase of one minibatch: the bare ones, and no others.

    Two Gram matrices aside, which take the place of a pass over the weights.
    """
    d, hidden, b, m = 12, 5, 20, 6
    bare, made = [], []
    steps.bare_products(
        layer, d, hidden, b, np.float64, 1,
        lambda A, B, C: bare.append((A.shape, B.shape, C.shape)), m,
    )()
    X = steps.samples(m, d, np.float64)
    network = Network.initial((d, hidden, d), steps.PHI, random_state=0)
    once = steps.one_turn(layer, 1)
    seed = 1  # with it the minibatch has all m samples
    assert len(set(np.random.default_rng(seed).integers(m, size=b))) == m

    def noted(function):
        def product(A, B, C, **scratch):
            made.append((A.shape, B.shape, C.shape))
            function(A, B, C, **scratch)

        return product

    for name in ("product", "add_product"):
        monkeypatch.setattr(blas, name, noted(getattr(blas, name)))
    Training(network, X, X, once, rule=SGD(0.1), b=b, random_state=seed).run()
    assert [shapes for shapes in made if (b, b) not in shapes] == bare


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layer", [1, 2])
def test_a_steps_measurement(layer, dtype):
    r = steps.measure(layer, 4, dtype, rounds=1, drawn=16, m=10, **SMALL)
    assert (r["layer"], r["batch"], r["dtype"]) == (f"W{layer}", 4, np.dtype(dtype).name)
    assert r["bare_by"] in ("numpy", "scipy")
    assert all(0 < r[key] < np.inf for key in ("step_us", "bare_us", "ratio", "literal_ratio"))


def test_a_step_is_divided_by_as_many_bare_ones(monkeypatch):
    """8 steps of 3 s beside 8 times the products, 2 s each, and (numpy) 4 s each."""
    seconds = {"step": 24.0, "scipy": 16.0, "numpy": 32.0, "literal": 5.0}
    monkeypatch.setattr(
        steps, "interleaved", lambda c, rounds: timing.Timings({n: [seconds[n]] for n in c})
    )
    r = steps.measure(1, 4, np.float64, rounds=1, drawn=32, m=10, **SMALL)
    assert r["step_us"] == 3e6
    assert r["bare_us"] == 2e6
    assert r["bare_by"] == "scipy", "the faster of the two"
    assert r["ratio"] == 1.5
    assert r["literal_ratio"] == 2.5, "one literal step (8 // 10, at least 1) of 5 s"


def test_an_alternation_sees_as_many_samples_as_an_epoch(monkeypatch):
    network = Network.initial((12, 5, 12), steps.PHI, random_state=0)
    X = steps.samples(40, 12, np.float64)
    run = peers.dante_alternations(network, X, 4)
    run()
    progress = run.__self__.progress
    assert progress.iterations * 4 == peers.ALTERNATIONS * 40
    assert progress.phases == peers.ALTERNATIONS * 2


def test_beside_scikit_learns_linear_output_is_dantes(monkeypatch):
    """The network of "dante, linear" has scikit-learn's output, and W1 moves by the shorter way."""
    seen = {}

    def noted(candidates, rounds):
        for name in ("dante", "dante, linear"):
            network = candidates[name]().__self__.network
            seen[name] = network.activations[-1].name, Step(network, (1,), 4, 8, 16).W_above
        return timing.Timings({name: [1.0] for name in candidates})

    monkeypatch.setattr(peers, "interleaved", noted)
    peers.measure(4, np.float64, threads=1, m=16, rounds=1, **SMALL)
    assert seen["dante"] == ("generalized_relu", None)
    assert seen["dante, linear"][0] == "identity" and seen["dante, linear"][1] is not None


def test_a_peer_that_is_not_installed_is_absent(monkeypatch):
    monkeypatch.setattr(peers, "import_torch", lambda: None)
    r = peers.measure(4, np.float64, threads=1, m=16, rounds=1, **SMALL)
    assert r["peers"]["pytorch"] is None
    assert r["peers"]["scikit-learn"]["epoch_ms"] > 0
    assert bench.machine(1)["pytorch"] == "absent"


def test_times_faster_is_a_peers_epoch_by_one_alternation(monkeypatch):
    seconds = {"dante": 4.0, "dante, linear": 3.0, "scikit-learn": 9.0, "pytorch": 5.0}
    monkeypatch.setattr(
        peers, "interleaved", lambda c, rounds: timing.Timings({n: [seconds[n]] for n in c})
    )
    r = peers.measure(4, np.float64, threads=1, m=16, rounds=1, **SMALL)
    assert peers.ALTERNATIONS == 2
    assert r["alternation_ms"] == 2e3
    assert r["linear_alternation_ms"] == 1.5e3
    assert r["peers"]["scikit-learn"] == {"epoch_ms": 9e3, "times_faster": 6.0}


def test_samples_are_a_multiple_of_two_minibatches():
    with pytest.raises(InputError, match="m is 20; allowed is a multiple of 2 b = 8"):
        peers.measure(4, np.float64, threads=1, m=20, **SMALL)


def test_the_sklearn_epoch_is_one_pass():
    run = peers.sklearn_epoch(5, steps.samples(40, 12, np.float32), 4)
    model = run()
    steps_made = model.t_ / 4
    assert steps_made == 1 + 10, "the one that made the weights, and one for each minibatch"
    assert model.coefs_[0].dtype == np.float32


def test_the_pytorch_epoch_is_the_engines_backprop(monkeypatch):
    """All samples in one minibatch, so that the order doesn't matter: the same weights."""
    torch = pytest.importorskip("torch", reason="the bench extra isn't installed")
    network = Network.initial((12, 5, 12), steps.PHI, random_state=0)
    X = steps.samples(40, 12, np.float64)
    model, epoch = peers.torch_epoch(torch, network, X, 40, 0.01)
    epoch()
    expected = [
        W - 0.01 * G for W, G in zip(network.weights, network.gradient(X, X), strict=True)
    ]
    for linear, W in zip((model[0], model[2]), expected, strict=True):
        np.testing.assert_allclose(linear.weight.detach().numpy().T, W, rtol=1e-12)


def test_growth_varies_one_size_at_a_time():
    for axis, sizes in growth.variations(False):
        assert {k for k in sizes if sizes[k] != growth.BASE[k]} <= {axis}
        assert sizes["samples"] % sizes["batch"] == 0
    assert {axis for axis, _ in growth.variations(True)} == set(growth.AXES)


def test_memory_counts_what_is_held_but_not_the_samples(monkeypatch):
    """At least the held activations, m x 128 float32, and never a second copy of the samples."""
    m = 8192
    r = growth.measure_memory(m)
    assert r["data_bytes"] == m * 256 * 4
    assert m * 128 * 4 <= r["peak_bytes"] < r["data_bytes"] + (4 << 20)


def test_the_command_prints_tables_and_writes_json(tmp_path, capsys, monkeypatch):
    """All of it on small sizes."""
    small_steps, small_peers = steps.measure, peers.measure
    monkeypatch.setattr(peers, "import_torch", lambda: None)
    monkeypatch.setattr(bench.steps, "measure", lambda layer, b, dtype, drawn, **o: small_steps(
        layer, b, dtype, **o | SMALL | dict(rounds=1, drawn=2 * b, m=10)))
    monkeypatch.setattr(bench.peers, "measure", lambda b, dtype, threads, rounds, m: small_peers(
        b, dtype, threads=threads, rounds=1, m=2 * b, **SMALL))
    monkeypatch.setattr(growth, "BASE", {
        "inputs": 6, "width": 4, "depth": 1, "batch": 4, "samples": 16
    })
    monkeypatch.setattr(growth, "AXES", {"width": (2, 4), "batch": (4, 8)})
    monkeypatch.setattr(bench, "MEMORY", (16, 32))
    out = tmp_path / "deep" / "bench.json"
    assert cli.main(["bench", "--quick", "--threads", "1", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "threads 1" in text
    assert "absent" in text
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["machine"]["threads"] == 1
    assert [(r["dtype"], r["batch"], r["layer"]) for r in report["steps"]] == [
        (dtype, b, layer) for dtype in ("float32", "float64") for b in (20, 400)
        for layer in ("W1", "W2")
    ] + [("float32", b, layer) for b in (20, 400) for layer in ("W1", "W2")]
    assert [r["normalise"] for r in report["steps"]] == ["matrix"] * 8 + ["columns"] * 4
    assert len(report["peers"]) == 4
    assert [(r["axis"], r["value"]) for r in report["growth"]] == [
        ("width", 2), ("width", 4), ("batch", 4), ("batch", 8)
    ]
    assert [r["samples"] for r in report["memory"]] == [16, 32]
    head, rule, *rows = out.with_suffix(".md").read_text(encoding="utf-8").splitlines()
    assert head.count("|") == rule.count("|") == 7 and len(rows) == 4
    slowest = report["steps"][7]  # W2, 400, float64
    faster = report["peers"][3]["peers"]["scikit-learn"]["times_faster"]
    assert rows[3].startswith("| 400 | float64 | ")
    assert rows[3].endswith(f" | {slowest['ratio']:.2f} | absent | {faster:.2f} |")


@pytest.mark.parametrize("threads", ["0", "100000"])
def test_threads_are_one_or_more_and_have_a_bound(threads, capsys, tmp_path):
    assert cli.main(["bench", "--threads", threads, "--out", str(tmp_path / "b.json")]) == 2
    assert f"threads is {threads}; allowed " in capsys.readouterr().err


def test_the_numbers_never_go_where_the_table_goes(capsys, tmp_path):
    assert cli.main(["bench", "--quick", "--out", str(tmp_path / "b.md")]) == 2
    assert "b.md', the table's name; allowed is another" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
