"""Results read back from small hand-written files: rows, verdicts, and what is no such file."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from dante_ref.course import results as shown
from dante_ref.exceptions import InputError
from dante_ref.experiments.outcome import read

START = '{"schema": 2, "command": "x", "data_sets": {}, "profile": '
DANTE, SGD = [0.30, 0.50, 0.40], [0.35, 0.56, 0.44]


def row(label, values, paper=0.5, seeds=(0, 1, 2)):
    return {
        "panel": "toy", "label": label, "tuned": label.endswith("tuned"),
        "etas": [0.1] * len(seeds), "paper": paper, "seeds": list(seeds), "values": values,
        "iterations": 10.0, "flops": 1e3, "seconds": 0.1, "also": {},
    }


def a_file(folder, rows, measure="test_error", **changes):
    found = {
        "schema": 2, "command": "dante-ref reproduce table1", "profile": {"name": "toy"},
        "seeds": [0, 1, 2], "data_sets": {}, "loss_scale": None, "experiments": [{
            "id": "table1", "source": "Table 1", "measure": measure, "unit": "error", "rows": rows,
            "claims": [
                {"panel": "toy", "better": "DANTE", "worse": "SGD", "measure": "", "verdict": "x"}
            ],
        }],
    } | changes
    path = folder / "results.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def the_claim(path):
    experiment = read(path).experiments["table1"]
    return experiment, experiment.decide(experiment.claims[0])


def test_a_row_and_its_difference_from_the_paper(tmp_path):
    experiment, _ = the_claim(a_file(tmp_path, [row("DANTE", DANTE), row("SGD", SGD, None)]))
    ours = experiment.row("toy", "DANTE")
    assert ours.summary.mean == pytest.approx(0.4) and ours.difference == pytest.approx(-0.1)
    assert experiment.row("toy", "SGD").difference is None  # the paper has no number for it
    with pytest.raises(InputError, match=r"^table1 has no row 'Adam' of 'toy'$"):
        experiment.row("toy", "Adam")


def test_a_row_with_fewer_numbers_than_seeds_decides_nothing(tmp_path):
    rows = [row("DANTE", DANTE), row("SGD", SGD)]
    rows[0]["also"] = rows[1]["also"] = {"train_error": [1.0, 2.0]}
    table = read(a_file(tmp_path, rows)).experiments["table1"]
    with pytest.raises(ValueError, match="zip"):
        table.decide(replace(table.claims[0], measure="train_error"))


def test_a_results_file_says_how_it_was_made(tmp_path):
    rows, sets = [row("DANTE", DANTE), row("SGD", SGD)], {"toy": "made up"}
    found = read(a_file(tmp_path, rows, data_sets=sets))
    assert (found.command, found.profile, found.data_sets, found.bracket) == (
        "dante-ref reproduce table1", "toy", sets, None)
    table = found.experiments["table1"]
    assert (table.id, table.title, table.source, table.unit) == ("table1", "", "Table 1", "error")
    first = table.rows[0]
    assert (first.iterations, first.flops, first.seconds) == (10.0, 1e3, 0.1)
    assert (first.etas, first.tuned, first.runs) == ((0.1,) * 3, False, ())


def test_the_verdict_is_decided_from_the_values(tmp_path):
    # differences 0.05, 0.06, 0.04: t = 0.05 / (0.01/sqrt 3) = 8.66, beyond 4.30 (2 degrees)
    _, decision = the_claim(a_file(tmp_path, [row("DANTE", DANTE), row("SGD", SGD)]))
    assert decision.verdict == "replicates" and decision.advantage == pytest.approx(0.05)
    _, decision = the_claim(a_file(tmp_path, [row("DANTE", SGD), row("SGD", DANTE)]))
    assert decision.verdict == "contradicted"
    _, decision = the_claim(a_file(tmp_path, [row("DANTE", SGD), row("SGD", DANTE)], "accuracy"))
    assert decision.verdict == "replicates"  # more is better


@pytest.mark.parametrize("name", ["quick", "paper"])
def test_the_verdicts_written_are_those_that_the_numbers_say(name):
    """What is committed says in words what its numbers decide when they are read back."""
    path = Path(__file__).parents[1] / "notebooks" / "results" / name / "results.json"
    written = {e["id"]: [c["verdict"] for c in e["claims"]]
               for e in json.loads(path.read_text(encoding="utf-8"))["experiments"]}
    found = read(path).experiments
    assert written == {name: [d.words for _, d in e.decisions] for name, e in found.items()}


def test_only_seeds_that_both_have_are_compared(tmp_path):
    path = a_file(tmp_path, [
        row("DANTE", [9.0, *DANTE], seeds=(7, 2, 1, 0)), row("SGD", SGD[::-1], seeds=(0, 1, 2)),
    ])
    # seeds 2, 1, 0: DANTE 0.30, 0.50, 0.40 against 0.35, 0.56, 0.44; seed 7 has no partner
    assert the_claim(path)[1].advantage == pytest.approx(0.05)


@pytest.mark.parametrize("dante, sgd, measure, gap", [
    (DANTE, SGD, "test_error", 0.05 / 0.425), (DANTE, SGD, "accuracy", -0.05 / 0.425),
    ([1.0], [3.0], "test_error", 1.0), ([0.0], [0.0], "test_error", math.nan),
    ([None], [1.0], "test_error", math.nan), ([-1.0], [1.0], "test_error", math.nan),
])
def test_the_gap_is_the_advantage_in_proportion_to_the_mean_of_both(
    tmp_path, dante, sgd, measure, gap
):
    rows = [row("DANTE", [*dante, 9.0], seeds=(*range(len(dante)), 7)),
            row("SGD", sgd, seeds=range(len(sgd)))]  # seed 7 has no partner
    experiment, _ = the_claim(a_file(tmp_path, rows, measure))
    assert experiment.gap(experiment.claims[0]) == pytest.approx(gap, nan_ok=True)


@pytest.mark.parametrize("measure, value", [("test_error", math.inf), ("accuracy", -math.inf)])
def test_a_diverged_seed_is_the_worst_there_is(tmp_path, measure, value):
    path = a_file(tmp_path, [row("DANTE", [0.3, None, 0.4]), row("SGD", SGD)], measure)
    assert read(path).experiments["table1"].row("toy", "DANTE").values == (0.3, value, 0.4)


def test_a_row_that_diverged_throughout_is_shown_as_such(tmp_path, capsys):
    path = a_file(tmp_path, [row("DANTE", [None] * 3), row("SGD", SGD)])
    line = read(path).experiments["table1"].row("toy", "DANTE")
    assert line.summary.n == 0 and line.difference is None
    shown.beside(read(path), "table1")
    printed = capsys.readouterr().out
    assert "diverged" in next(r for r in printed.splitlines() if r.startswith("toy "))
    assert "nan" not in printed and "inf" not in printed


def test_beside_says_how_to_compute_what_is_missing(tmp_path, capsys):
    shown.beside(read(a_file(tmp_path, [row("DANTE", DANTE), row("SGD", SGD)])), "fig9")
    assert "dante-ref reproduce fig9 --profile toy" in capsys.readouterr().out


def test_claims_are_counted_by_verdict_and_by_rate(tmp_path):
    rows = [row("DANTE", DANTE), row("SGD", SGD), row("DANTE, tuned", SGD),
            row("SGD, tuned", DANTE)]
    path = a_file(tmp_path, rows)
    found = json.loads(path.read_text(encoding="utf-8"))
    found["experiments"][0]["claims"].append(
        {
            "panel": "toy", "better": "DANTE, tuned", "worse": "SGD, tuned", "measure": "",
            "verdict": "x",
        }
    )
    path.write_text(json.dumps(found))
    outcome = read(path).experiments["table1"]
    assert outcome.tally(tuned=False) == {"replicates": 1}
    assert outcome.tally(tuned=True) == {"contradicted": 1}


def test_the_bracket_is_read_with_numbers_as_keys(tmp_path):
    scale = {"dataset": "toy", "outputs": 4, "mean_answer": 0.2, "pca": {"8": 0.01, "2": 0.1}}
    path = a_file(tmp_path, [row("DANTE", DANTE), row("SGD", SGD)], loss_scale=scale)
    bracket = read(path).bracket
    assert bracket.pca == {8: 0.01, 2: 0.1} and bracket.equivalent_components(0.05) == 8


@pytest.mark.parametrize("text", [
    None, "", "not JSON", "[]", "null", "{}", '{"schema": 2, "command": "x"}', "\x00",
    START + '{"name": "y"}, "loss_scale": null, "experiments": [{"id": "table1"}]}',
    START + '{"name": "y"}, "loss_scale": {"pca": 3}, "experiments": []}',
    START + '"y", "loss_scale": null, "experiments": []}',
])
def test_what_is_no_results_file_is_refused_by_name(tmp_path, text):
    path = tmp_path / "results.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=r"results\.json is no results\.json of"):
        read(path)


def test_another_schema_is_refused(tmp_path):
    path = a_file(tmp_path, [row("DANTE", DANTE), row("SGD", SGD)], schema=1)
    with pytest.raises(InputError, match=r"ValueError: schema 1; this version reads 2$"):
        read(path)


def test_as_many_values_as_seeds(tmp_path):
    path = a_file(tmp_path, [row("DANTE", DANTE[:2]), row("SGD", SGD)])
    with pytest.raises(InputError, match="2 values for 3 seeds"):
        read(path)


def test_a_folder_and_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "results.json").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "results.json"):
        with pytest.raises(InputError, match=r"is no results\.json of"):
            read(path)


def test_a_claim_about_another_measure_is_decided_by_its_values(tmp_path):
    """Of the training error DANTE has the larger one in every seed, of the test error the lesser.
    """
    rows = [row("DANTE", DANTE), row("SGD", SGD)]
    rows[0]["also"], rows[1]["also"] = {"train_error": SGD}, {"train_error": DANTE}
    path = a_file(tmp_path, rows)
    found = json.loads(path.read_text(encoding="utf-8"))
    found["experiments"][0]["claims"].append(
        found["experiments"][0]["claims"][0] | {"measure": "train_error"}
    )
    path.write_text(json.dumps(found), encoding="utf-8")
    experiment = read(path).experiments["table1"]
    test, training = (experiment.decide(claim) for claim in experiment.claims)
    assert test.advantage == pytest.approx(0.05) and training.advantage == pytest.approx(-0.05)
