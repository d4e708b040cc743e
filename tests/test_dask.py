"""--dask: the same searches on a real scheduler and worker processes on loopback."""

import json
import os
import sys
import threading

import pytest

from dante_ref import cli
from dante_ref.activations import GeneralizedReLU
from dante_ref.exceptions import InputError
from dante_ref.proofs import search as searches
from dante_ref.proofs.cluster import dask_cluster
from dante_ref.proofs.evidence import Evidence, margin_of
from dante_ref.proofs.families import GLMFamily
from dante_ref.report import theorem_1_map


@pytest.fixture(scope="module")
def address():
    """A scheduler with two worker processes, reachable from this machine alone."""
    distributed = pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    for attempt in range(10):
        try:
            cluster = distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
                dashboard_address=None,
            )
            break
        except AssertionError:  # its own thread hasn't begun within 10 s: the machine is loaded
            if attempt == 9:
                raise
    with cluster:
        yield cluster.scheduler_address


def tasks():
    """Random tasks of several batches and two optimisers, their margin a closure."""
    scale = 0.5
    margin = margin_of(lambda eps, glm: scale * glm.W_max)
    family = GLMFamily(m=3, d=2, activation=GeneralizedReLU(0.5, 1.0))
    return searches.random_tasks(family, margin, 70_000, seed=3) + searches.adversarial_tasks(
        family, margin, 3, generations=5
    )


def numbers(evidence: Evidence):
    worst = {name: value.tolist() for name, value in evidence.worst.problem.arrays().items()
             if hasattr(value, "tolist")}
    return (
        evidence.instances, evidence.violations, evidence.smallest_margin, worst,
        evidence.worst.point.tolist(),
    )


def test_the_evidence_is_that_of_a_local_run_piece_by_piece(address):
    local = [numbers(e) for e in searches.run_tasks(tasks())]
    with dask_cluster(address):
        remote = [numbers(e) for e in searches.run_tasks(tasks())]
    assert remote == local and sum(e[1] for e in local) > 0


def test_the_work_is_done_by_the_workers(address):
    distributed = pytest.importorskip("distributed")

    def where():
        return Evidence(instances=os.getpid())

    with dask_cluster(address):
        pids = {e.instances for e in searches.run_tasks([where] * 8)}
    with distributed.Client(address) as client:
        workers = set(client.run(os.getpid).values())
    assert pids and pids <= workers and os.getpid() not in pids


def test_an_error_in_a_task_comes_back(address):
    def fail():
        raise InputError("no instance fits")

    with dask_cluster(address), pytest.raises(InputError, match="no instance fits"):
        list(searches.run_tasks([fail]))


def test_verify_writes_the_same_ledger_as_locally(address, tmp_path, monkeypatch):
    monkeypatch.setattr(theorem_1_map, "draw", lambda *_: None)
    ledgers = []
    for name, extra in (("here", []), ("there", ["--dask", address])):
        argv = ["verify", "--instances", "2000", "--generations", "5", "--only", "theorem-1-sharp"]
        assert cli.main([*argv, "--out", str(tmp_path / name), *extra]) == 0
        ledgers.append(json.loads((tmp_path / name / "ledger.json").read_text(encoding="utf-8")))
        ledgers[-1]["claims"][0].pop("seconds")
    assert ledgers[0] == ledgers[1]


def test_no_scheduler_is_one_line_and_exit_code_2(tmp_path, capsys, monkeypatch):
    pytest.importorskip("distributed")
    for bad in ("nonsense://x", "tcp://127.0.0.1:1"):
        monkeypatch.setattr(
            "dante_ref.commands.verify.dask_cluster", lambda at: dask_cluster(at, timeout=1.0)
        )
        assert cli.main(["verify", "--out", str(tmp_path), "--dask", bad]) == 2
        error = capsys.readouterr().err
        assert f"--dask {bad}" in error and "Traceback" not in error


def test_where_distributed_cannot_begin_the_error_says_so(tmp_path, capsys, monkeypatch):
    """On a busy machine its thread has not begun after 10 seconds: an assertion of its own."""
    utils = pytest.importorskip("distributed.utils")

    class Late:
        def __init__(self, target, daemon, name):
            pass

    class Impatient(threading.Event):
        def wait(self, timeout=None):
            return super().wait(0 if timeout == 10 else timeout)

    monkeypatch.setattr(utils, "_CollectErrorThread", Late)
    monkeypatch.setattr(utils.threading, "Event", Impatient)
    assert cli.main(["verify", "--out", str(tmp_path), "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "the machine is too busy" in capsys.readouterr().err


def test_without_the_extra_the_error_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cli.main(["verify", "--out", str(tmp_path), "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "pip install 'dante_ref[dask]'" in capsys.readouterr().err
