"""The README is true: its files exist, its commands parse, its snippets run."""

import json
import re
import shlex
from pathlib import Path

import pytest

from dante_ref import cli
from dante_ref.theorems import CLAIMS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
MAP = README[README.index("## Map of the paper"):README.index("## The house")]
COMMANDS = [
    shlex.split(line.split("#")[0])[1:]
    for block in re.findall(r"```sh\n(.*?)```", README, re.S)
    for part in block.splitlines()
    for line in part.split(" && ")
    if line.strip().startswith(".venv/bin/dante-ref")
]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/]+\.(?:py|md|ipynb))`", MAP))))
def test_every_file_of_the_map_exists(name):
    folders = [ROOT, *(p for p in ROOT.rglob("*") if p.is_dir() and ".venv" not in str(p))]
    assert any((folder / name).exists() for folder in folders)


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_every_command_parses(argv):
    if argv == ["--help"]:
        return
    cli.make_parser().parse_args(argv)


def test_the_claims_named_in_the_map_exist():
    named = re.findall(r"`show ([\w.-]+)`", MAP)
    assert named and set(named) <= set(CLAIMS)


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", README, re.S))
def test_every_snippet_runs(snippet, capsys):
    exec(compile(snippet, "README.md", "exec"), {})


def test_every_picture_exists():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).exists(), path


# The table of verdicts on section 4

MANY = {"": 1, " twice": 2, " three times": 3, " four times": 4}
EXPERIMENTS, FULL_SIZE = (
    {
        e["id"]: e for e in json.loads(
            (ROOT / f"notebooks/results/{profile}/results.json").read_text()
        )["experiments"]
    } for profile in ("quick", "paper")
)
DATA = {
    "MNIST": "mnist", "Ionosphere": "ionosphere", "SVMGuide4": "svmguide4", "Vehicle": "vehicle",
    "USPS": "usps", "Air-Foil": "airfoil", "Fires": "fires", "CCPP": "ccpp",
    "MNIST, 2 and 3 hidden layers": r"mnist 40-.*", "MNIST, 20": r"mnist, 20 hidden",
    "MNIST, 40, 60": r"mnist, [46]0 hidden",
}
SAYS = {
    "DANTE beats SGD, sigmoid (Figure 2a)": ("fig2a", "DANTE beats SGD"),
    "DANTE beats SGD, leaky ReLU (Figure 2b)": ("fig2b", "DANTE beats SGD"),
    "DANTE is competitive or better, deep (Figure 3)": ("fig3", "DANTE beats SGD"),
    "DANTE beats SGD (Figure 4)": ("fig4", "DANTE beats SGD"),
    "SGD beats DANTE (Figure 4)": ("fig4", "SGD beats DANTE"),
    "SGD beats DANTE with few hidden units (Figure 5)": ("fig5", "SGD beats DANTE"),
    "the same of their best iterates": ("fig5", "SGD beats DANTE", "best_error"),
    "but DANTE is sooner at its best (Figure 5)": ("fig5", "DANTE beats SGD", "best_iteration"),
    "DANTE beats SGD with more (Figure 5)": ("fig5", "DANTE beats SGD"),
    "the same of the best iterates": ("fig5", "DANTE beats SGD", "best_error"),
    "DANTE beats SGD (Table 1)": ("table1", "DANTE beats SGD"),
    "DANTE's features beat SGD's (Table 2)": ("table2", "DANTE beats SGD"),
    "SGD's features beat DANTE's (Table 2)": ("table2", "SGD beats DANTE"),
    "DANTE beats SGD (Tables 3 to 5)": ("table3", "DANTE beats SGD"),
    "DANTE beats SGD+AltMin at 0.001, 0.0001, 0.0005 (Table 3)":
        ("table3", r"DANTE beats SGD\+AltMin.*"),
    "DANTE beats SGD at four other learning rates (Table 4)": ("table4", r"DANTE beats SGD 0\..*"),
    "DANTE with momentum beats SGD with Adam, Adagrad, RMSProp, momentum (Table 5)":
        ("table5", r"DANTE\+Momentum beats .*"),
    "DANTE with momentum 0.9 beats SGD with these (Table 5)":
        ("table5", r"DANTE\+Momentum 0.9 beats .*"),
}


def verdict_rows(heading="| the paper says |"):
    """(says, data, at the paper's rates, tuned) of each row; an empty 'says' is the one before."""
    rows = README[README.index(heading):].split("\n\n")[0].splitlines()[2:]
    says = ""
    for row in rows:
        first, *rest = (cell.strip() for cell in row.strip("|").split("|"))
        says = first or says
        yield (says, *rest)


def expanded(cell):
    """'contradicted twice, undecided' as a list of three."""
    for part in cell.split(", ") if cell else []:
        word, many = re.fullmatch(r"(replicates|undecided|contradicted)(.*)", part).groups()
        yield from [word] * MANY[many]


@pytest.mark.parametrize("says, data, printed, tuned", list(verdict_rows()))
def test_the_verdicts_are_those_of_the_results(says, data, printed, tuned):
    id_, words, *measure = SAYS[says]
    found = {True: [], False: []}
    for claim in EXPERIMENTS[id_]["claims"]:
        both = f"{claim['better']} beats {claim['worse']}"
        if (re.fullmatch(DATA[data], claim["panel"]) and claim["measure"] == "".join(measure)
                and re.fullmatch(words, both.replace(", tuned", ""))):
            found[", tuned" in both].append(claim["verdict"])
    assert any(found.values())
    assert list(expanded(printed)) == found[False]
    assert list(expanded(tuned)) == found[True]


def test_every_claim_about_a_final_test_error_or_accuracy_has_its_row():
    """But Tables 4 and 5 begin with Table 3's; Figures 2's training errors go with the test's."""
    rows = list(verdict_rows())
    said = sum(len([*expanded(printed), *expanded(tuned)]) for *_, printed, tuned in rows)
    claims = [
        c for e in EXPERIMENTS.values() for c in e["claims"] if c["measure"] != "train_error"
        and not (e["id"] in ("table4", "table5") and c["better"].startswith("DANTE")
                 and c["worse"].replace(", tuned", "") == "SGD")
    ]
    assert said == len(claims)


def test_figure_2s_training_errors_have_the_verdicts_of_its_test_errors_but_one():
    differ = []
    for id_ in ("fig2a", "fig2b"):
        of = {(c["measure"], c["better"]): c["verdict"] for c in EXPERIMENTS[id_]["claims"]}
        differ += [(id_, better, verdict) for (measure, better), verdict in of.items()
                   if measure == "train_error" and verdict != of["", better]]
    assert differ == [("fig2b", "DANTE, tuned", "undecided")]
    assert "The leaky ReLU's training error, tuned, is undecided" in README


@pytest.mark.parametrize("says, data, printed", [
    (says, data, cells) for says, data, *cells in verdict_rows("| the paper says, at full size |")
])
def test_the_full_size_table_is_that_of_the_results(says, data, printed):
    """(verdict, DANTE's and SGD's error) at the paper's rate, and tuned where that was run."""
    id_, words = SAYS[says]
    e = FULL_SIZE[id_]
    found = []
    for tuned in ("", ", tuned"):
        claims = [
            c for c in e["claims"] if re.fullmatch(DATA[data], c["panel"]) and not c["measure"]
            and f"{c['better']} beats {c['worse']}" == words.replace("DANTE", f"DANTE{tuned}")
            .replace("SGD", f"SGD{tuned}")
        ]
        for claim in claims:
            means = {r["label"]: r["mean"] for r in e["rows"] if r["panel"] == claim["panel"]}
            found += [claim["verdict"], *(f"{means[m + tuned]:.3g}" for m in ("DANTE", "SGD"))]
    assert [cell for cell in printed if cell] == found


def test_every_full_size_claim_has_its_row():
    claims = [c for e in FULL_SIZE.values() for c in e["claims"] if not c["measure"]]
    rows = verdict_rows("| the paper says, at full size |")
    assert len(claims) == sum(1 + bool(row[5]) for row in rows)  # row[5]: the verdict when tuned
