"""A schedule made longer on resuming: to the last bit the longer run, or refused."""

from dataclasses import replace

import numpy as np
import pytest
from trainings import DEEP, SHALLOW, X, everything, kept, only, training

from dante_ref.cli import main
from dante_ref.exceptions import InputError
from dante_ref.training.rules import SGD, Adam
from dante_ref.training.run import errors
from dante_ref.training.schedules import Backprop, Dante, DanteFinetuned, GreedyPairs, RoundRobin

GREEDY = GreedyPairs(60, max_alternations=4)


def job(path, schedule, sizes=DEEP, rule=None):
    return kept(path, training(schedule, sizes, rule or Adam(0.003)), {}, seconds=1e6)


def stopped_at(iteration, runs):
    """By Ctrl-C after this iteration: at the last block's end before."""
    def tick():
        if only(runs).training.progress.iterations == iteration:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.train(tick)


def test_the_best_weights_before_a_stop_stay_the_best(tmp_path):
    """Steps so long that no weights are as good as the start."""
    whole, first, second = (
        job(tmp_path / f"{name}.npz", Backprop(120), SHALLOW, SGD(10.0))
        for name in ("whole", "parts", "parts")
    )
    whole.train()
    stopped_at(60, first)
    second.restore()
    second.train()
    assert only(second).best_iteration == only(whole).best_iteration == 0
    assert only(second).best_error == only(whole).best_error
    assert everything(tmp_path / "parts.npz") == everything(tmp_path / "whole.npz")


def is_the_longer_run(tmp_path, before, now, *network, stop=None):
    whole = job(tmp_path / "whole.npz", now, *network)
    whole.train()
    first = job(tmp_path / "parts.npz", before, *network)
    if stop:
        stopped_at(stop, first)
    else:
        first.train()
    second = job(tmp_path / "parts.npz", now, *network)
    second.restore()
    assert only(second).training.progress.iterations == only(first).training.progress.iterations
    second.train()
    assert everything(tmp_path / "parts.npz") == everything(tmp_path / "whole.npz")
    return only(first).training.progress.iterations, only(second).training.progress.iterations


@pytest.mark.parametrize("schedule, lengths, network", [
    (Dante(130, max_alternations=2), (2, 3), (SHALLOW, SGD(0.01))),
    (Dante(130, 2, eps=1e-9, max_alternations=2), (2, 3), (SHALLOW, SGD(0.01))),
    (Dante(10, 2), (None, 21), (SHALLOW, SGD(0.01))),
    (DanteFinetuned(60, max_alternations=1, every=2, T_finetune=33), (1, 2), (DEEP,)),
    (RoundRobin(60, max_alternations=2), (2, 3), (DEEP,)),
    (GREEDY, (4, 5), (SHALLOW,)),
    (Backprop(500), (500, 1201), (DEEP,)),
    (Backprop(50), (50, 51), (DEEP,)),
    (Backprop(51), (51, 102), (DEEP,)),
    (Backprop(1), (1, 2), (DEEP,)),
], ids=repr)
def test_a_finished_run_goes_on(tmp_path, schedule, lengths, network):
    before, now = (replace(schedule, **{schedule.LENGTH: n}) for n in lengths)
    first, second = is_the_longer_run(tmp_path, before, now, *network)
    assert first < second


@pytest.mark.parametrize("now", [2, 4, 6])
@pytest.mark.parametrize("stop", [1, 60, 61, 119, 120, 239])
def test_algorithm_3_goes_on_while_the_first_pair_moves(tmp_path, stop, now):
    """Also to an end that is nearer than the first one was, if not yet behind."""
    now = replace(GREEDY, max_alternations=now)
    is_the_longer_run(tmp_path, GREEDY, now, stop=stop)


@pytest.mark.parametrize("stop", [None, 541, 600])
@pytest.mark.parametrize("now", [3, 5])
def test_algorithm_3_is_refused_once_the_second_pair_moves(tmp_path, stop, now):
    """Its first pair has moved for 4 alternations, and would for `now`."""
    first = job(tmp_path / "c.npz", GREEDY)
    first.train() if stop is None else stopped_at(stop, first)
    before = everything(tmp_path / "c.npz")
    second = job(tmp_path / "c.npz", replace(GREEDY, max_alternations=now))
    start = [W.tobytes() for W in only(second).training.network.weights]
    with pytest.raises(InputError, match=f"max_alternations=4; .*max_alternations={now} .*is 4"):
        second.restore()
    assert everything(tmp_path / "c.npz") == before
    assert [W.tobytes() for W in only(second).training.network.weights] == start


@pytest.mark.parametrize("schedule, shorter", [
    (RoundRobin(60, max_alternations=3), 2), (Backprop(500), 499)
], ids=repr)
def test_an_end_that_is_behind_is_refused(tmp_path, schedule, shorter):
    job(tmp_path / "c.npz", schedule).train()
    second = job(tmp_path / "c.npz", replace(schedule, **{schedule.LENGTH: shorter}))
    with pytest.raises(InputError, match="has ended"):
        second.restore()


def test_what_eps_has_stopped_is_longer_by_nothing(tmp_path):
    before = Dante(60, 2, eps=1e9, max_alternations=5)
    now = replace(before, max_alternations=9)
    first, second = is_the_longer_run(tmp_path, before, now, SHALLOW)
    assert first == second == 120  # T_AM - 1 alternations, see `dante`


def test_a_backprop_that_was_stopped_ends_earlier(tmp_path):
    """At the new end, or before; the minibatches drawn ahead for the old one are no matter."""
    for stop in (300, 340):
        path = tmp_path / f"{stop}.npz"
        stopped_at(stop, job(path, Backprop(500)))
        parts, whole = job(path, Backprop(340)), job(tmp_path / "whole.npz", Backprop(340))
        parts.restore()
        parts.train()
        whole.train()
        for one, other in zip(
            only(parts).training.network.weights, only(whole).training.network.weights, strict=True
        ):
            np.testing.assert_array_equal(one, other)
        assert only(parts).curve == only(whole).curve and only(parts).training.progress.phases == 1


@pytest.mark.parametrize("more, short, long", [
    (["--schedule", "dante", "--hidden", "5"], 40, 120),
    (["--schedule", "greedy_pairs", "--hidden", "5"], 40, 80),
    (["--schedule", "round_robin", "--hidden", "6", "4", "6", "--rule", "adam"], 80, 160),
    (["--schedule", "dante_finetuned", "--hidden", "5"], 60, 120),
    (["--schedule", "backprop", "--hidden", "5"], 37, 111),
])
def test_the_command_resumes_to_more_iterations(tmp_path, more, short, long):
    def run(out, iterations, *options):
        return main(["train", "--out", str(tmp_path / out), "--inner-iterations", "20", *more,
                     "--iterations", str(iterations), *options])

    assert run("parts", short) == run("parts", long, "--resume") == run("whole", long) == 0
    for name in ("checkpoint.npz", "best.npz"):
        assert everything(tmp_path / "parts" / name) == everything(tmp_path / "whole" / name)
    for name in ("curves.csv", "summary.json"):
        parts, whole = ((tmp_path / out / name).read_bytes() for out in ("parts", "whole"))
        assert parts == whole
    assert run("parts", short, "--resume") == 2


def test_the_command_says_why_algorithm_3_is_not_resumed_to_more(tmp_path, capsys):
    base = ["train", "--out", str(tmp_path), "--schedule", "greedy_pairs", "--hidden", "6", "4",
            "6", "--inner-iterations", "20"]
    assert main([*base, "--iterations", "80"]) == 0
    capsys.readouterr()
    assert main([*base, "--iterations", "160", "--resume"]) == 2
    line, = capsys.readouterr().err.splitlines()
    assert "moved other layers" in line and "max_alternations=1;" in line


def test_what_is_measured_is_the_training_error_and_the_test_error():
    t = training(Backprop(3), SHALLOW, SGD(0.1), b=5, random_state=0)
    network = t.network
    held = 2 * X[:40]
    measured = errors(t, held, held)
    assert measured() == (network.error(X, X), network.error(held, held))
    t.run()
    after = measured()
    assert after == (network.error(X, X), network.error(held, held)) and after[0] != after[1]
    with pytest.raises(InputError, match=r"^X has shape \(40, 3\)"):
        errors(t, held[:, :3], held)
    with pytest.raises(InputError, match=r"^Y holds 480 NaN"):
        errors(t, held, np.nan * held)
