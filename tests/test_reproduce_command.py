"""`dante-ref reproduce` as a user runs it, with sizes made tiny."""

import json
from dataclasses import replace

import pytest

from dante_ref import cli
from dante_ref.commands import reproduce
from dante_ref.experiments import EXPERIMENTS, runs
from dante_ref.experiments.loss_scale import first_crossing
from dante_ref.experiments.outcome import outcome
from dante_ref.experiments.paper import PROFILES
from dante_ref.report import experiments_figures as figures
from dante_ref.report import loss_scale

TINY = replace(
    PROFILES["quick"], width=0.01, train_rows=60, test_rows=30, T_SNGD=5, relu_iterations=60,
    sigmoid_iterations=20, small_iterations=20,
)


@pytest.fixture(autouse=True, scope="module")
def tiny():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROFILES, "quick", TINY)
        patch.setattr("dante_ref.experiments.experiment.GRID", (0.001, 0.01))
        yield


def call(out, *argv):
    return cli.main(["reproduce", *argv, "--seeds", "2", "--out", str(out)])


def values(folder):
    """Of every row of the first experiment."""
    found = json.loads((folder / "results.json").read_text("utf-8"))
    return [r["values"] for r in found["experiments"][0]["rows"]]


@pytest.fixture(scope="module")
def one_job(tmp_path_factory):
    """The values of Table 1 by one job."""
    folder = tmp_path_factory.mktemp("one")
    assert call(folder, "table1", "--no-tuning", "--jobs", "1") == 0
    return values(folder)


def test_a_table_beside_the_papers_values_and_nothing_computed_twice(tmp_path, monkeypatch, capsys):
    """The remaining time counts only work that is done now."""
    bars = []

    class Bar(reproduce.tqdm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            bars.append(self)

    monkeypatch.setattr(reproduce, "tqdm", Bar)
    assert call(tmp_path, "table1") == 0
    text, found = (tmp_path / "results.md").read_text("utf-8"), json.loads(
        (tmp_path / "results.json").read_text("utf-8"))
    rows = {(r["panel"], r["label"]): r for r in found["experiments"][0]["rows"]}
    row = rows["ccpp", "DANTE"]
    assert row["paper"] == 0.000283 and len(row["values"]) == 2 and row["seeds"] == [0, 1]
    assert row["mean"] == pytest.approx(sum(row["values"]) / 2)
    assert len(rows["ccpp", "SGD, tuned"]["etas"]) == 2
    assert set(rows["ccpp", "SGD, tuned"]["etas"]) <= {0.001, 0.01}
    for words in (
        "claim replicates?", "paired t-test", "Where DANTE does not win", "none, all data",
    ):
        assert words in text
    assert (tmp_path / "table1.png").read_bytes().startswith(b"\x89PNG")
    assert "DANTE beats SGD" in capsys.readouterr().out

    monkeypatch.setattr(runs, "compute", lambda *a: pytest.fail("computed twice"))
    assert call(tmp_path, "table1") == 0
    assert json.loads((tmp_path / "results.json").read_text("utf-8")) == found
    fresh, again = bars
    assert fresh.n == pytest.approx(fresh.total) and fresh.n > 0
    assert again.n == 0 and again.total == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_every_experiment_runs_without_any_data_folder_on_labelled_stand_ins(tmp_path):
    assert call(tmp_path, "all") == 0
    text = (tmp_path / "results.md").read_text("utf-8")
    assert "mnist by digits32" in text and "usps by digits16" in text
    assert "svmguide4 by clusters" in text
    found = json.loads((tmp_path / "results.json").read_text("utf-8"))
    for e in found["experiments"]:
        for r in e["rows"]:
            real = not r["panel"].startswith(("digits", "clusters"))
            assert real or (r["panel"].endswith(" (stand-in)") and r["paper"] is None)
    assert [e["id"] for e in found["experiments"]] == list(EXPERIMENTS)
    for e in found["experiments"]:
        assert (tmp_path / f"{e['id']}.png").exists()
        assert all(r["values"] for r in e["rows"]) and e["claims"]


def test_an_interrupted_command_reports_what_is_finished(tmp_path, monkeypatch, capsys):
    finish, done = runs.finish, []

    def tiring(*args):
        if len(done) == 7:
            raise KeyboardInterrupt
        done.append(args[0])
        return finish(*args)

    monkeypatch.setattr(runs, "finish", tiring)
    assert call(tmp_path, "table1", "--no-tuning") == 130
    heard = capsys.readouterr().err.splitlines()[-2:]
    assert heard[0] == (
        f"7 finished runs are kept in {tmp_path / 'runs'}; the same command goes on"
    )
    assert heard[1] == "dante-ref reproduce: interrupted"
    assert len(list((tmp_path / "runs").glob("*.json"))) == 7
    assert call(tmp_path, "table1", "--no-tuning", "--report-only") == 0
    rows = json.loads((tmp_path / "results.json").read_text("utf-8"))["experiments"][0]["rows"]
    assert sum(len(r["values"]) for r in rows) == 7
    monkeypatch.setattr(runs, "finish", finish)
    assert call(tmp_path, "table1", "--no-tuning") == 0
    rows = json.loads((tmp_path / "results.json").read_text("utf-8"))["experiments"][0]["rows"]
    assert sum(len(r["values"]) for r in rows) == 12


@pytest.mark.parametrize("readings", [(), ("--readings", "sum-matrix", "sum-columns")])
def test_with_nothing_finished_there_is_nothing_to_report(tmp_path, capsys, readings):
    out = tmp_path / "out"
    assert call(out, "table1", "--no-tuning", "--report-only", *readings) == 2
    assert f"--report-only: {out} has no finished runs" in capsys.readouterr().err
    assert not out.exists()


def test_jobs_give_the_same_numbers(tmp_path, one_job):
    assert call(tmp_path, "table1", "--no-tuning", "--jobs", "2") == 0
    assert values(tmp_path) == one_job


def test_a_dask_cluster_gives_the_same_numbers(tmp_path, one_job):
    distributed = pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        argv = ["table1", "--no-tuning", "--dask", cluster.scheduler_address]
        assert call(tmp_path, *argv) == 0
    assert values(tmp_path) == one_job


def test_some_rows_alone_with_the_exact_command(tmp_path):
    argv = ["table1", "--rows", "DANTE", "SGD, tuned", "--jobs", "1"]
    assert call(tmp_path, *argv) == 0
    found = json.loads((tmp_path / "results.json").read_text("utf-8"))
    for e in found["experiments"]:
        assert {r["label"] for r in e["rows"]} == {"DANTE", "SGD, tuned"} and not e["claims"]
    assert found["command"] == (
        "dante-ref reproduce table1 --profile quick --seeds 2 --jobs 1 "
        "--rows DANTE 'SGD, tuned'"
    )
    text = (tmp_path / "results.md").read_text("utf-8")
    assert found["command"] in text and "at a time 1 run." in text


def test_two_panels_where_the_paper_shows_two_errors(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "png", lambda figure: drawn.append(figure) or b"")
    assert call(tmp_path, "fig2a", "table1", "--no-tuning") == 0
    fig2a, table1 = drawn
    assert [a.get_ylabel() for a in fig2a.axes] == [
        "digits32 (stand-in)\ntraining error", *["test error"] * 3]
    assert len(table1.axes) == 9 and table1.axes[0].get_ylabel() == "airfoil\ntest error"
    for figure in drawn:
        for axes in figure.axes:
            curves = [line for line in axes.lines if line.get_label().startswith(("D", "S"))]
            assert len({(line.get_linestyle(), line.get_marker()) for line in curves}) == 2
            assert axes.get_xlabel()
    stored = (tmp_path / "runs").glob("*.json")
    [run] = [r for r in (json.loads(f.read_text("utf-8")) for f in stored)
             if r["config"]["activation"] == "sigmoid" and r["config"]["seed"] == 0
             and r["config"]["method"]["schedule"] == "dante"]
    assert run["train_error"] != run["test_error"] and run["jobs"] == 1


def test_results_of_other_figures_rows_or_seeds_are_never_replaced_unasked(
    tmp_path, capsys, monkeypatch
):
    def told():
        return [(p.name, p.read_bytes()) for p in sorted(tmp_path.iterdir()) if p.is_file()]

    monkeypatch.setattr(figures, "draw", lambda path, outcome: None)
    table1 = ["table1", "--no-tuning", "--rows"]
    assert call(tmp_path, *table1, "DANTE") == 0
    before = told()
    monkeypatch.setitem(PROFILES, "short", TINY)
    for other in (["fig2a"], [*table1, "SGD"], [*table1, "DANTE", "--profile", "short"]):
        capsys.readouterr()
        assert call(tmp_path, *other) == 2
        said = capsys.readouterr().err
        assert f"--out {tmp_path} holds results of table1 that this command doesn't have" in said
        assert "--overwrite" in said and told() == before
    fewer = ["reproduce", *table1, "DANTE", "--seeds", "1", "--out", str(tmp_path)]
    assert cli.main(fewer) == 2 and told() == before
    assert call(tmp_path, *table1, "DANTE", "SGD") == 0  # a command that has them too
    assert len(values(tmp_path)) == 6
    finished = len(list((tmp_path / "runs").iterdir()))
    assert call(tmp_path, *table1, "SGD", "--overwrite") == 0
    assert len(values(tmp_path)) == 3 and len(list((tmp_path / "runs").iterdir())) == finished


@pytest.mark.parametrize("content", ["mine", "[]", "{}", '{"experiments": 3, "profile": "x"}'])
@pytest.mark.parametrize("name, more", [
    ("results.json", []), ("multiverse.json", ["--readings", "sum-matrix"]),
])
def test_a_file_of_another_kind_is_left_alone(tmp_path, capsys, name, more, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert call(tmp_path, "table1", *more) == 2
    assert f"holds a {name} that this version doesn't read" in capsys.readouterr().err
    assert (tmp_path / name).read_text("utf-8") == content
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_picture_that_fails_loses_no_results(tmp_path, monkeypatch):
    def fail(figure):
        raise OSError("no fonts")

    monkeypatch.setattr(figures, "png", fail)
    assert call(tmp_path, "table1", "--no-tuning") == 2
    assert (tmp_path / "results.json").exists() and (tmp_path / "results.md").exists()


@pytest.mark.slow
def test_full_size_runs_say_when_they_are_at_the_printed_losses(tmp_path, monkeypatch):
    monkeypatch.setitem(PROFILES, "quick", replace(TINY, width=1.0))
    monkeypatch.setattr(loss_scale, "DANTE_LOSS", 0.2)
    monkeypatch.setattr(loss_scale, "SGD_LOSS", 0.15)
    assert call(tmp_path, "table3", "--rows", "DANTE", "SGD") == 0
    text = (tmp_path / "results.md").read_text("utf-8")
    runs_ = [json.loads(f.read_text("utf-8")) for f in (tmp_path / "runs").glob("*.json")]
    sgd = [r for r in runs_ if r["config"]["method"]["schedule"] == "backprop"]
    crossed = sorted(round(first_crossing(r["curve"], 0.15)) for r in sgd)
    assert f"| SGD | {crossed[0]} to {crossed[1]} |" in text or (
        crossed[0] == crossed[1] and f"| SGD | {crossed[0]} |" in text)
    assert "Nearest to both printed losses after" in text
    monkeypatch.setitem(PROFILES, "quick", TINY)
    assert call(tmp_path, "table3", "--rows", "DANTE", "SGD") == 0
    assert "Full-size runs" not in (tmp_path / "results.md").read_text("utf-8")


def test_one_iteration_count_for_both_losses_or_not(tmp_path):
    def row(label, errors):
        e = EXPERIMENTS["table3"].experiment(PROFILES["paper"], {"mnist": "mnist"})
        r = next(r for r in e.rows if r.label == label)
        curve = [[10 * i, 0, 0, 0, v] for i, v in enumerate(errors)]
        run = {"diverged": "", "test_error": errors[-1], "curve": curve}
        return outcome(replace(e, rows=(r,), claims=()), {r.setting: run}, 1).rows[0]

    dante = row("DANTE", [loss_scale.DANTE_LOSS + 0.001, loss_scale.DANTE_LOSS - 0.001])
    with_it = row("SGD", [loss_scale.SGD_LOSS + 0.002, loss_scale.SGD_LOSS - 0.002])
    assert "after 5 iterations" in loss_scale.together(dante, with_it)
    assert "gives both" in loss_scale.together(dante, with_it)
    assert "no common iteration count" in loss_scale.together(dante, row("SGD", [0.2, 0.1]))
    far = loss_scale.together(row("DANTE", [0.2, 0.1]), with_it)
    # nearest at the end: 0.1 for 0.030775
    assert "after 10 iterations" in far and "224.9% off" in far
    assert "no common iteration count" in far


@pytest.mark.parametrize("argv", [
    ["table1", "--rows", "Dante"], ["table1", "--rows", "SGD, tuned", "--no-tuning"],
    ["table1", "--seeds", "0"], ["table1", "--jobs", "0"], ["table1", "--data-home", "nowhere"],
])
def test_bad_usage_is_one_line_and_exit_code_2(tmp_path, capsys, argv):
    assert cli.main(["reproduce", *argv, "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith("dante-ref reproduce:") and "\n" not in error
