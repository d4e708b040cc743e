"""Ctrl-C, kill -9, a full disk and divergence: what is left, and that going on from it is exact."""

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from trainings import DEEP, SHALLOW, X, everything, kept, only, training

from dante_ref.activations import GeneralizedReLU, Sigmoid
from dante_ref.cli import main
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.training import checkpoint
from dante_ref.training.engine import Training
from dante_ref.training.feed import BLOCK_ROWS
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD, Adagrad, Adam, Momentum, RMSProp
from dante_ref.training.schedules import Backprop, Dante, DanteFinetuned, GreedyPairs, RoundRobin

JOBS = {
    "Algorithm 2 with its stopping condition": (
        Dante(130, 3, eps=1e-9, max_alternations=3), SHALLOW, SGD(0.01)),
    "Algorithm 3, Adam": (GreedyPairs(60, 2, max_alternations=2), DEEP, Adam(0.003)),
    "round robin, momentum": (RoundRobin(60, max_alternations=2), DEEP, Momentum(0.003)),
    "fine-tuned, Adagrad and SGD": (
        DanteFinetuned(60, max_alternations=2, T_finetune=33, finetune_rule=SGD(0.01)), SHALLOW,
        Adagrad(0.01)),
    "backprop, RMSProp": (Backprop(500), DEEP, RMSProp(0.001)),
}


@pytest.fixture(autouse=True)
def ctrl_c():
    """SIGINT as Python handles it, also where the tests run in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def stop_after(iteration):
    """A watcher that presses Ctrl-C after this iteration."""
    def watch(t):
        if t.progress.iterations == iteration:
            signal.raise_signal(signal.SIGINT)
    return watch


PER_BLOCK = BLOCK_ROWS // 20


def ends(t):
    return [W.tobytes() for W in t.network.weights], t.progress


@pytest.mark.parametrize("job", JOBS)
def test_interrupted_after_any_iteration_the_state_goes_on_to_the_last_bit(job):
    """In the middle of a block of minibatches, at its borders, at a phase's, and at the end."""
    whole = training(*JOBS[job])
    whole.run()
    n = whole.progress.iterations
    for stop in (1, 50, 51, 52, 60, 61, 130, 131, n - 1, n):
        first = training(*JOBS[job])
        with pytest.raises(KeyboardInterrupt):
            first.run(watch=stop_after(stop))
        assert stop - PER_BLOCK <= first.progress.iterations < stop, "its last block's end"
        state, arrays = first.state()
        state, arrays = json.loads(json.dumps(state)), {k: A.copy() for k, A in arrays.items()}
        first.run()
        assert ends(first) == ends(whole), f"run again after iteration {stop}"
        restored = training(*JOBS[job], random_state=99)
        restored.restore(state, arrays)
        restored.run()
        assert ends(restored) == ends(whole), f"restored from iteration {stop}"


def test_drawn_by_weight_it_goes_on_too():
    weight = np.random.default_rng(1).random(len(X))
    whole = training(Backprop(120), SHALLOW, SGD(0.01), sample_weight=weight)
    whole.run()
    parts = training(Backprop(120), SHALLOW, SGD(0.01), sample_weight=weight)
    with pytest.raises(KeyboardInterrupt):
        parts.run(watch=stop_after(70))
    parts.run()
    assert ends(parts) == ends(whole)


def test_ctrl_c_within_a_step_leaves_the_last_blocks_end():
    """SIGINT from within a rule, after it has remembered the step and before the weights move."""
    class Pressing(Momentum):
        name = "momentum"

        def step(self, G, memory):
            super().step(G, memory)
            steps.append(True)
            if len(steps) == 2 * (PER_BLOCK + 9):
                signal.raise_signal(signal.SIGINT)

    steps, borders = [], []
    t = training(Backprop(PER_BLOCK + 50), SHALLOW, Pressing(0.003))
    with pytest.raises(KeyboardInterrupt):
        t.run(after_block=lambda t: borders.append((ends(t)[0], t.state()[1].keys())))
    assert t.progress.iterations == PER_BLOCK
    assert [(ends(t)[0], t.state()[1].keys())] == borders
    t.run()
    whole = training(Backprop(PER_BLOCK + 50), SHALLOW, Momentum(0.003))
    whole.run()
    assert ends(t) == ends(whole)


def test_ctrl_c_again_while_the_block_is_put_back_is_made_good_by_the_next_call(monkeypatch):
    t, presses = training(*JOBS["Algorithm 3, Adam"]), []
    put_back = Training._put_back

    def pressed(self):
        if presses and self._undo is not None:
            presses.clear()
            array, before = self._undo[0][0]
            array[...] = before  # the first array is put back, the others aren't
            raise KeyboardInterrupt
        put_back(self)

    def watch(t):
        if t.progress.iterations == 70:
            presses.append(True)
            raise KeyboardInterrupt

    monkeypatch.setattr(Training, "_put_back", pressed)
    with pytest.raises(KeyboardInterrupt):
        t.run(watch=watch)
    assert t._undo is not None
    t.run()
    whole = training(*JOBS["Algorithm 3, Adam"])
    whole.run()
    assert ends(t) == ends(whole)


def test_the_handler_of_ctrl_c_is_left_alone():
    calls = []

    def theirs(*_):
        calls.append(1)

    signal.signal(signal.SIGINT, theirs)
    t = training(Backprop(60), SHALLOW, SGD(0.01))
    t.run(watch=stop_after(7))
    assert signal.getsignal(signal.SIGINT) is theirs
    assert calls == [1] and t.progress.iterations == 60


def test_training_in_a_thread_needs_no_signals():
    t = training(Backprop(60), SHALLOW, SGD(0.01))
    thread = threading.Thread(target=t.run)
    thread.start()
    thread.join()
    assert t.progress.iterations == 60


# Checkpoints of a training


def resumable(path, job="Algorithm 3, Adam", seconds=0.0):
    return kept(path, training(*JOBS[job]), {"job": job}, seconds)


@pytest.mark.parametrize("job", JOBS)
def test_ctrl_c_leaves_a_checkpoint_of_that_moment_and_the_best_weights(tmp_path, job):
    whole = resumable(tmp_path / "whole.npz", job)
    whole.train()
    path = tmp_path / "parts.npz"
    for stop in (7, 20, 61, 200):  # 7: between an iteration and its measurement or after it
        parts = resumable(path, job, seconds=1e6)
        if stop > 7:
            parts.restore()
        run = only(parts)
        ticks = iter(range(run.training.progress.iterations + 1, 10**6))

        def tick(ticks=ticks, stop=stop):
            if next(ticks) == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            parts.train(tick)
        state, _ = checkpoint.load(path, parts.config)
        saved = state[""]["training"]["progress"]["iterations"]
        assert stop - PER_BLOCK <= saved < stop, "saved as it was at its last block's end"
        measured = {i: error for i, error, _ in run.curve}
        assert max(measured) == stop - stop % 7 or stop % 7 == 0
        assert run.best_error == min(measured.values()) == measured[run.best_iteration]
        best = Network(run.training.network.activations, run.best_weights)
        assert best.error(X, X) == pytest.approx(run.best_error, rel=1e-12)
    parts = resumable(path, job)
    parts.restore()
    parts.train()
    assert everything(path) == everything(tmp_path / "whole.npz")


def test_interrupted_while_it_measures_the_point_is_measured_on_resuming(tmp_path, monkeypatch):
    whole = resumable(tmp_path / "whole.npz")
    whole.train()
    parts = resumable(tmp_path / "parts.npz")
    measure, calls = Network.error_unchecked, []

    def interrupted(self, *args):
        calls.append(1)
        if len(calls) == 6:  # the test error of the third point
            raise KeyboardInterrupt
        return measure(self, *args)

    monkeypatch.setattr(Network, "error_unchecked", interrupted)
    with pytest.raises(KeyboardInterrupt):
        parts.train()
    assert [i for i, *_ in only(parts).curve] == [0, 7]
    monkeypatch.undo()
    parts = resumable(tmp_path / "parts.npz")
    parts.restore()
    parts.train()
    assert only(parts).curve == only(whole).curve


def test_a_write_that_fails_at_any_time_leaves_the_checkpoint_before_it(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    checkpoint.save(path, {}, {"t": 1}, {"W": np.ones(2)})

    def fails(*_, **__):
        raise OSError(28, "No space left on device")

    for place, name in ((np, "savez"), (os, "fsync"), (os, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, fails)
            with pytest.raises(OSError, match="No space"):
                checkpoint.save(path, {}, {"t": 2}, {"W": np.zeros(2)})
        state, arrays = checkpoint.load(path, {})
        assert state == {"t": 1} and arrays["W"].tolist() == [1, 1]
        assert [p.name for p in tmp_path.iterdir()] == ["c.npz"]


def test_half_a_file_of_a_killed_write_is_in_nobodys_way(tmp_path):
    (tmp_path / "c.npz.tmp").write_bytes(b"half")
    checkpoint.save(tmp_path / "c.npz", {}, {}, {})
    assert [p.name for p in tmp_path.iterdir()] == ["c.npz"]


FORGED = {
    "W2": np.ones((3, 3)), "best.1": np.full((12, 9), np.nan), "curve": np.ones(4),
    "memory.1.0.m": np.full((12, 9), np.inf), "memory.9.0.m": np.ones((12, 9)),
    "memory.1.0.nothing": np.ones(1),
    "state": np.array(json.dumps({"": {
        "best_iteration": 0, "training": {"progress": {"phases": -1}}
    }})),
    "W1": None,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_checkpoint_is_refused_and_changes_nothing(tmp_path, name):
    path = tmp_path / "c.npz"
    resumable(path).train()
    with np.load(path, allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files} | {name: FORGED[name]}
    np.savez(path, **{key: A for key, A in arrays.items() if A is not None})
    job = resumable(path)
    before = ends(only(job).training)
    with pytest.raises(InputError):
        job.restore()
    assert ends(only(job).training) == before


def test_a_compressed_checkpoint_is_refused(tmp_path):
    """A small file could unpack to any size."""
    np.savez_compressed(tmp_path / "c.npz", schema=1, W=np.zeros(10**6))
    with pytest.raises(InputError, match="compressed"):
        checkpoint.load(tmp_path / "c.npz", {})


# Divergence


def test_divergence_names_layer_and_iteration_and_holds_the_last_finite_weights():
    """Scores overflow: eta is so large that a weight's square is beyond float64."""
    network = Network.initial(SHALLOW, GeneralizedReLU(0.1, 1.0), random_state=1)
    t = Training(
        network, X, X, Backprop(50), rule=SGD(1e6), normalise=None, b=20, random_state=3
    )
    with pytest.raises(DivergenceError, match=r"layer W[12] at minibatch iteration \d+") as caught:
        t.run()
    error = caught.value
    assert error.layer in (1, 2) and f"layer W{error.layer} " in str(error)
    assert error.iteration == t.progress.iterations + 1
    assert f"iteration {error.iteration};" in str(error)
    for held, W in zip(error.weights, network.weights, strict=True):
        assert np.isfinite(held).all() and held.tobytes() == W.tobytes()
        assert not np.shares_memory(held, W)
    copy = pickle.loads(pickle.dumps(error))  # as joblib hands it on
    assert (copy.layer, copy.iteration, str(copy)) == (error.layer, error.iteration, str(error))


@pytest.mark.parametrize("rule", [Adagrad(1e3), RMSProp(1e3), Adam(1e3), Momentum(1e3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_rule_goes_on_moving_or_says_that_it_diverged(rule, dtype):
    """Squares of a finite gradient overflow: then G / inf = 0 would stop a layer silently."""
    scale = np.sqrt(np.finfo(dtype).max) / 1e4
    network = Network.initial(SHALLOW, Sigmoid(), random_state=1, dtype=dtype)
    network = Network(GeneralizedReLU(0.1, 1.0), network.weights)
    big = (X * scale).astype(dtype)
    t = Training(network, big[:, :], big, Backprop(20), rule=rule, normalise=None, b=20,
                 random_state=0)
    before = [W.copy() for W in network.weights]
    try:
        t.run()
    except DivergenceError as error:
        assert all(np.isfinite(W).all() for W in error.weights)
    else:
        assert t.progress.zero_gradients == 0
        assert all((old != W).any() for W, old in zip(network.weights, before, strict=True))
    assert all(np.isfinite(W).all() for W in network.weights)


# The command

ONE = ["--schedule", "round_robin", "--rule", "adam", "--eta", "0.003", "--hidden", "9", "6", "9",
       "--iterations", "1600", "--inner-iterations", "40", "--every", "10"]
BOTH = ["--iterations", "1600", "--inner-iterations", "20", "--hidden", "8", "--every", "4",
        "--save-seconds", "0"]


def command(out, *more):
    return ["train", "--out", str(out), *more]


def start(out, more):
    return subprocess.Popen(
        [sys.executable, "-m", "dante_ref", *command(out, *more)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )


def wait_for(path, process):
    deadline = time.monotonic() + 600
    while not path.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.parametrize("more", [[*ONE, "--save-seconds", "0"], BOTH], ids=["one", "both"])
def test_killed_at_random_moments_and_resumed_is_uninterrupted(tmp_path, more):
    """A real process, SIGKILLed again and again at random moments, with real checkpoints."""
    assert main(command(tmp_path / "whole", *more)) == 0
    out, rng, kills = tmp_path / "killed", np.random.default_rng(0), 0
    for _ in range(6):
        resume = ["--resume"] if (out / "checkpoint.npz").exists() else []
        written = (out / "checkpoint.npz").stat().st_mtime_ns if resume else 0
        process = start(out, [*more, *resume])
        deadline = time.monotonic() + 600
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if (out / "checkpoint.npz").stat().st_mtime_ns != written:
                    break
            except FileNotFoundError:
                pass
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.3))
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    assert kills >= 3, "most of the runs must still have been training"
    assert main(command(out, *more, "--resume")) == 0
    assert everything(out / "checkpoint.npz") == everything(tmp_path / "whole" / "checkpoint.npz")
    assert everything(out / "best.npz") == everything(tmp_path / "whole" / "best.npz")
    for name in ("curves.csv", "summary.json"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize("more", [ONE, BOTH], ids=["one", "both"])
def test_ctrl_c_keeps_the_best_weights_and_says_how_to_go_on(tmp_path, capfd, monkeypatch, more):
    """SIGINT while the 33rd point of the curve (both: of DANTE's) is being measured."""
    where = (Network, "error_unchecked")
    measure, calls = getattr(*where), []

    def pressed(*args, **kwargs):
        calls.append(1)
        if len(calls) == 66:
            signal.raise_signal(signal.SIGINT)
        return measure(*args, **kwargs)

    monkeypatch.setattr(*where, pressed)
    out = tmp_path / "parts"
    assert main(command(out, *more)) == 130
    monkeypatch.undo()
    said = capfd.readouterr().err
    assert "least training error" in said and "best.npz" in said
    assert f"with --resume goes on from {out / 'checkpoint.npz'}" in said
    assert all(np.isfinite(np.frombuffer(W)).all() for W in everything(out / "best.npz").values())
    assert main(command(out, *more, "--resume")) == 0
    assert main(command(tmp_path / "whole", *more)) == 0
    for name in ("checkpoint.npz", "best.npz"):
        assert everything(out / name) == everything(tmp_path / "whole" / name)


@pytest.mark.parametrize("more", [
    [*ONE, "--eta", "1e300"], [*BOTH, "--lr", "1e6"], [*BOTH, "--eta", "1e308"],
], ids=["one", "both-SGD", "both-DANTE"])
def test_divergence_is_one_line_and_the_last_finite_weights_are_on_disk(tmp_path, capsys, more):
    assert main(command(tmp_path, *more)) == 2
    line, = capsys.readouterr().err.splitlines()
    assert "W" in line and "iteration" in line
    with np.load(tmp_path / "last-finite.npz", allow_pickle=False) as file:
        assert sorted(file.files)[:2] == ["W1", "W2"]
        assert all(np.isfinite(file[name]).all() for name in file.files)


def test_a_checkpoint_of_another_schedule_or_rule_is_refused(tmp_path, capsys):
    small = [*ONE, "--iterations", "160"]
    assert main(command(tmp_path, *small)) == 0
    for more, message in ((["--rule", "momentum"], "rule is"), (["--hidden", "9"], "sizes is"),
                          (["--normalise", "none"], "normalise is")):
        assert main(command(tmp_path, *small, *more, "--resume", "--iterations", "160")) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("more, message", [
    (["--rule", "adam"], "only with --schedule"),
    (["--hidden", "3", "4"], "without --schedule is one number"),
    (["--mapped"], "only with --schedule"),
    (["--schedule", "backprop", "--mapped"], "only with a .npy file"),
    (["--schedule", "backprop", "--lr", "1"], "--eta"),
    (["--schedule", "backprop", "--iterate", "best"], "'last'"),
    (["--schedule", "backprop", "--eps", "0.1"], "it has no alternations to stop"),
    (["--schedule", "backprop", "--least-alternations", "2"], "it has no alternations to stop"),
    (["--schedule", "dante", "--hidden", "3", "4"], "3 layers"),
    (["--schedule", "round_robin", "--iterations", "7"], "multiple of 500"),
    (["--schedule", "backprop", "--save-seconds", "-1"], "seconds is -1"),
])
def test_bad_options_are_refused_in_one_line(tmp_path, capsys, more, message):
    assert main(command(tmp_path, *more)) == 2
    line, = capsys.readouterr().err.splitlines()
    assert message in line
