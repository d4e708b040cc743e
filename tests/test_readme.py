"""The README is true: its files exist, its commands parse, its snippets run, and its verdicts are
those of the results."""

import json
import math
import re
import shlex
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from dante_ref import cli
from dante_ref.companion.items import ITEMS
from dante_ref.companion.pages import SECTIONS
from dante_ref.experiments import multiverse, outcome
from dante_ref.experiments.statistics import decide
from dante_ref.proofs.claim import Verdict
from dante_ref.report import theorem_1_map
from dante_ref.theorems import CLAIMS, kantorovich

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION_4 = (ROOT / "notebooks/results/section-4.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line.split("#")[0])[1:]
    for block in re.findall(r"```sh\n(.*?)```", README, re.S)
    for part in block.splitlines()
    for line in part.split(" && ")
    if line.strip().startswith(".venv/bin/dante-ref")
]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/]+\.py)`", README))))
def test_every_module_that_is_named_exists(name):
    folder = "proofs" if name == "check_certificates.py" else ""
    assert (ROOT / "dante_ref" / folder / name).exists()


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_every_command_parses(argv):
    if argv == ["--help"]:
        return
    cli.make_parser().parse_args(argv)


def test_the_items_that_show_is_asked_for_exist():
    named = re.findall(r"dante-ref show ([\w.-]+)", README)
    assert named and set(named) <= {*CLAIMS, *ITEMS}


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", README, re.S))
def test_every_snippet_runs(snippet, capsys):
    exec(compile(snippet, "README.md", "exec"), {})


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(
    f"notebooks/results/{name}.md" for name in ("section-4", "speed")
)])
def test_every_picture_and_every_page_that_is_linked_exists(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("http") or (path.parent / target).exists(), target


def test_the_pages_of_the_site_that_are_named_are_written():
    pages = {f"{name}.html" for name in ITEMS} | {file for _, file in SECTIONS}
    named = re.findall(r"`(?:out/site/)?([\w.-]+\.html)`", README)
    assert len(named) >= 9 and set(named) <= pages


@pytest.mark.slow
def test_the_pictures_instances_need_85_percent_of_the_sharp_kappa():
    _, climbed = theorem_1_map.searched(seed=0)
    sharp = kantorovich.kappa_sharp(theorem_1_map.EPS, 1 / theorem_1_map.RATIOS, 1.0)
    assert "need 85%" in README and 0.85 <= min(climbed / sharp) < 0.9
    assert max(climbed / sharp) <= 1 + 1e-9


def test_the_readme_is_short():
    assert len(README.encode()) <= 9_000


# The table of what is said of the paper

PRINTED = {
    key: [cell.strip() for cell in row.strip("|").split("|")]
    for row in README[README.index("| claim | statement |"):].split("\n\n")[0].splitlines()[2:]
    for key in re.findall(r"theorems/(\w+)\.py", row)
}


@pytest.mark.parametrize("name", PRINTED)
def test_a_theorem_s_row_says_what_its_page_does(name):
    """The verdict on the statement is the first claim's, of its proof whether there are gaps."""
    _, statement, proof, instead = PRINTED[name]
    first, *others = import_module(f"dante_ref.theorems.{name}").CLAIMS
    if statement.startswith("not in the paper"):
        verdicts = {claim.verdict for claim in (first, *others)}
        assert Verdict.REFUTED not in verdicts or "**refuted**" in instead
        return
    said = "holds" if first.verdict.startswith("holds") else f"**{first.verdict}**"
    assert statement.startswith(said) or f" or {said}" in statement
    if first.proof and not first.proof.source.startswith("companion"):
        gaps = len(first.proof.gaps)
        assert (proof == "holds") is (gaps == 0) and (proof == "gaps") <= (gaps > 1)
        assert (proof == "a gap") <= (gaps == 1)


# The table of verdicts under four readings

UNIVERSE, FULL_UNIVERSE = (
    multiverse.read(ROOT / f"notebooks/results/{profile}/multiverse.json")
    for profile in ("quick", "paper")
)
UNDER = {
    "Figure 2a, sigmoid": ("fig2a", "mnist", "SGD"),
    "Figure 2b and Table 3, leaky ReLU": ("table3", "mnist", "SGD"),
    "Figure 3, two hidden layers": ("fig3", "mnist 40-10-10", "SGD"),
    "Table 4, SGD at 0.005": ("table4", "mnist", "SGD 0.005"),
}


def readings_table():
    """(row's name, its verdicts) and before them the readings."""
    table = README[README.index("| DANTE beats SGD at 0.001 |"):].split("\n\n")[0].splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in table]
    return ["-".join(name.split(", ")) for name in cells[0][1:]], cells[2:]


@pytest.mark.parametrize("row", readings_table()[1], ids=lambda row: row[0])
def test_the_verdicts_under_four_readings_are_those_of_the_multiverse(row):
    name, *said = row
    id_, panel, worse = UNDER[name]
    [claim] = [c for i, c in UNIVERSE.claims() if (i, c.panel, c.better, c.worse, c.measure)
               == (id_, panel, "DANTE", worse, "")]
    found = [str(UNIVERSE.verdict(r, id_, claim)) for r in readings_table()[0]]
    assert said == found


def test_figures_2_and_table_3_have_the_same_verdicts_at_full_size():
    assert "Figure 2 the same at full size, 2 seeds" in README
    claims = [(i, c) for i, c in FULL_UNIVERSE.claims() if (i, c.better, c.worse) in (
        ("fig2a", "DANTE", "SGD"), ("fig2b", "DANTE", "SGD"), ("table3", "DANTE", "SGD"))]
    assert len(claims) == 5  # Figures 2 by training errors too
    for one in ((reading, *claim) for reading in readings_table()[0] for claim in claims):
        assert FULL_UNIVERSE.decision(*one).n >= 2
        assert FULL_UNIVERSE.verdict(*one) is UNIVERSE.verdict(*one)


BEST_RATES = multiverse.read(ROOT / "notebooks/results/quick/tuned/multiverse.json")


def tuned_against_sgd(reading, *ids):
    """How often DANTE beats SGD, loses to it or neither, both tuned, and where it wins."""
    claims = [(i, c) for i, c in BEST_RATES.claims() if i in ids and not c.measure
              and {c.better, c.worse} == {"DANTE, tuned", "SGD, tuned"}]
    assert {BEST_RATES.decision(reading, *claim).n for claim in claims} == {5}
    advantages = {(i, c.panel): BEST_RATES.decision(reading, i, c) for i, c in claims}
    signs = {(i, c.panel): 1 if c.better.startswith("DANTE") else -1 for i, c in claims}
    won = {key: 0 if d.verdict == "undecided" else math.copysign(1, d.advantage) * signs[key]
           for key, d in advantages.items()}
    return Counter(won.values()), {key for key, sign in won.items() if sign > 0}


NETWORKS = ("fig2a", "fig2b", "fig3", "fig4", "table1")
"""Figure 5 and Tables 3 to 5 have Figure 2b's network."""


def test_figure_3_at_full_size_is_as_told():
    """Two hidden layers are decided but to the letter, three are not."""
    claims = [(i, c) for i, c in FULL_UNIVERSE.claims() if i == "fig3"]
    found = {(c.panel.count("-"), r): d for i, c in claims for r in FULL_UNIVERSE.readings
             if (d := FULL_UNIVERSE.decision(r, i, c)) is not None}
    assert {(layers, r) for (layers, r), d in found.items() if d.verdict == "replicates"} == {
        (2, f"{error}-{way}") for error in ("sum", "mean") for way in ("matrix", "columns", "long")
    } - {(2, "sum-matrix")}
    assert {str(d.verdict) for d in found.values()} == {"replicates", "undecided"}
    assert {d.n for (layers, r), d in found.items() if layers == 2 and r.startswith("mean")} == {3}
    assert {d.n for (layers, r), d in found.items() if layers == 3 or r.startswith("sum")} == {2}
    assert "under all five (means 3 seeds, sums 2)" in " ".join(SECTION_4.split())
    gaps = [FULL_UNIVERSE.gap(r, i, c) for i, c in claims for r in FULL_UNIVERSE.readings
            if r != "sum-matrix"]
    assert min(g for g in gaps if g == g) > 0.8
    assert "advantage is 0.8 or more of the mean error" in SECTION_4.replace("\n", " ")


def test_figure_5_at_full_size_is_as_told():
    """Few hidden units and many to the letter; the middle under seven readings."""
    found = {}
    for id_, claim in FULL_UNIVERSE.claims():
        if id_ == "fig5" and claim.measure != "best_iteration":
            for reading in FULL_UNIVERSE.readings:
                if decision := FULL_UNIVERSE.decision(reading, id_, claim):
                    dante = (decision.verdict == "replicates") is (claim.better == "DANTE")
                    assert decision.verdict != "undecided" and decision.n == 2
                    found.setdefault((claim.panel.split()[1], reading), set()).add(dante)
    assert found.pop(("400", "sum-matrix")) == {False}
    assert {r for panel, r in found if panel == "400"} == {
        "mean-matrix", "sum-columns", "mean-columns", "sum-columns-last", "sum-long", "mean-long"}
    assert found.pop(("200", "mean-matrix")) == {True}
    assert "with 200 means (against the paper)" in " ".join(SECTION_4.split())
    assert all(found[panel, r] == {panel == "400"} for panel, r in found)
    assert {panel for panel, r in found if r == "sum-matrix"} == {"200", "600"}


def test_tuned_by_columns_dante_wins_and_loses_as_often_as_told():
    counts, where = tuned_against_sgd("sum-columns", *NETWORKS)
    assert counts == {1: 5, 0: 6}
    told = " ".join(README.split())
    assert "[5 of 11 networks]" in told and "and loses in none" in told
    assert where == {("fig2a", "mnist"), ("fig2b", "mnist"), ("fig4", "svmguide4"),
                     ("fig4", "usps"), ("fig4", "vehicle")}
    assert "in Figures 2a and 2b, on SVMGuide4, USPS and Vehicle, and loses nowhere" in SECTION_4


def test_tuned_by_matrix_and_by_long_steps_it_wins_and_loses_as_often_as_told():
    assert "DANTE by matrix beats SGD with the sigmoid only" in README
    assert tuned_against_sgd("sum-matrix", *NETWORKS)[1] == {("fig2a", "mnist")}
    counts, where = tuned_against_sgd("sum-long", *NETWORKS)
    assert where == {("fig2a", "mnist"), ("fig2b", "mnist")} and counts[-1] == 4
    assert ("beat SGD there in Figures 2a and 2b only and lose to it four times"
            in SECTION_4.replace("\n", " "))
    for reading in ("sum-long", "sum-columns"):
        assert tuned_against_sgd(reading, "fig5")[0] == {1: 3}


def test_sgd_with_a_rate_for_each_layer_wins_where_told():
    """Of the five networks where DANTE by columns beats SGD, each with one rate, and Table 1."""
    found = multiverse.read(ROOT / "notebooks/results/quick/layer_rates/multiverse.json")
    claims = {c.panel: found.decision("sum-columns", i, c) for i, c in found.claims()
              if (c.better, c.worse) == ("DANTE, tuned", "SGD by layer, tuned")}
    assert {panel: str(d.verdict) for panel, d in claims.items()} == {
        "mnist, sigmoid": "contradicted",
        **dict.fromkeys(("mnist, leaky ReLU", "svmguide4", "usps"), "replicates"),
        **dict.fromkeys(("vehicle", "airfoil", "fires", "ccpp"), "undecided")}
    both = {c.panel: str(found.verdict("sum-columns", i, c)) for i, c in found.claims()
            if (c.better, c.worse) == ("DANTE by layer, tuned", "SGD by layer, tuned")}
    assert both == {"mnist, sigmoid": "contradicted", "svmguide4": "contradicted",
                    "mnist, leaky ReLU": "replicates", "usps": "replicates",
                    **dict.fromkeys(("vehicle", "airfoil", "fires", "ccpp"), "undecided")}
    assert "undecided on all three sets" in " ".join(SECTION_4.split())
    assert "(two and two if DANTE has it too)" in " ".join(README.split())
    sgd = {c.panel: str(found.verdict("sum-columns", i, c)) for i, c in found.claims()
           if (c.better, c.worse) == ("SGD by layer, tuned", "SGD, tuned")}
    assert {sgd[panel] for panel in ("airfoil", "fires", "ccpp")} == {"undecided"}
    assert {d.n for d in claims.values()} == {5}
    assert "SGD wins one back and loses three" in " ".join(README.split())
    assert "on Vehicle it is undecided" in " ".join(SECTION_4.split())
    means = {}
    for reading, outcomes in found.outcomes.items():
        for row in outcomes[0].rows:
            means[reading, row.panel, row.label.removesuffix(", tuned")] = row.summary.mean
    for panel in ("mnist, sigmoid", "mnist, leaky ReLU", "svmguide4", "usps"):
        for way, label in (("columns", "DANTE"), ("columns", "SGD by layer"),
                           ("columns", "DANTE by layer"), ("matrix", "DANTE by layer")):
            assert f"{means[f'sum-{way}', panel, label]:.4f}" in SECTION_4


def test_with_two_rates_each_columns_beat_the_matrix_as_told():
    found = multiverse.read(ROOT / "notebooks/results/quick/layer_rates/multiverse.json")
    p = []
    for panel in ("mnist, sigmoid", "mnist, leaky ReLU"):
        columns, matrix = (found.outcomes[reading][0].row(panel, "DANTE by layer, tuned")
                           for reading in ("sum-columns", "sum-matrix"))
        decision = decide(columns.values, matrix.values)
        assert decision.verdict == "replicates" and decision.n == 5
        assert matrix.at_an_end is (panel == "mnist, sigmoid") and not columns.at_an_end
        p.append(decision.p)
    assert f"p = {p[0]:.5f} and {p[1]:.5f}" in " ".join(SECTION_4.split())


@pytest.mark.parametrize("rule", ["Adam", "RMSProp"])
def test_adam_and_rmsprop_win_under_every_reading(rule):
    assert "Adam and RMSProp win at the paper's rates under all eight." in " ".join(README.split())
    [claim] = [c for i, c in UNIVERSE.claims() if (i, c.worse) == ("table5", f"SGD+{rule}")]
    assert {UNIVERSE.verdict(r, "table5", claim) for r in UNIVERSE.readings} == {"contradicted"}


def test_the_other_choices_change_what_is_told():
    found = multiverse.read(ROOT / "notebooks/results/quick/secondary/multiverse.json")
    effects = {(e.base, e.choice): e for e in multiverse.effects(found)}
    assert len(effects) == 16 and min(e.compared for e in effects.values()) >= 28
    both = ("sum-matrix", "sum-columns")
    for choice in ("one-minibatch", "epoch-turns", "w1-first"):
        assert not any(effects[base, choice].changed for base in both)
    assert {len(effects[base, choice].changed) for base in both for choice in ("epochs", "biases")
            } == {0, 1, 2}
    turned = {key: [(id, claim.panel, claim.worse, str(verdict))
                    for id, claim, *verdicts in e.changed
                    if "undecided" not in map(str, verdicts) for verdict in verdicts[1:]]
              for key, e in effects.items() if e.flips and key[1] != "accumulated"}
    deeper = [("fig3", "mnist 40-20-10-10", "SGD", "replicates")]
    assert turned == {
        ("sum-matrix", "uniform-start"): deeper, ("sum-matrix", "alternations"): deeper,
        ("sum-columns", "alternations"): [("table5", "mnist", "SGD+Adam", "replicates")]}
    assert not effects["sum-matrix", "accumulated"].flips
    e = effects["sum-columns", "accumulated"]
    assert (f"{len(e.changed)} of {e.compared} verdicts are others, {e.flips} of them turned over, "
            "against DANTE") in " ".join(SECTION_4.split())
    assert all(str(after) == ("contradicted" if claim.better.startswith("DANTE") else "replicates")
               for _, claim, before, after in e.changed
               if "undecided" not in (str(before), str(after)))


def test_direction_or_length_is_told_as_counted():
    same, compared = multiverse.lengths(UNIVERSE)
    assert f"in {same} of {compared} comparisons" in README.replace("\n", " ")


# The tables of verdicts on section 4, in notebooks/results/section-4.md

MANY = {"": 1, " twice": 2, " three times": 3, " four times": 4}
EXPERIMENTS, FULL_SIZE = (
    {
        e["id"]: e for e in json.loads(
            (ROOT / f"notebooks/results/{profile}/results.json").read_text(encoding="utf-8")
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


QUICKLY, AT_FULL_SIZE = "| the paper says |", "| the paper says, at full size |"


def verdict_rows(heading=QUICKLY):
    """(says, data, at the paper's rates, holds with, tuned) of each row; an empty 'says' is the one
    before."""
    rows = SECTION_4[SECTION_4.index(heading):].split("\n\n")[0].splitlines()[2:]
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


@pytest.mark.parametrize("universe, says, data, holds", [
    (universe, *row[:2], row[3]) for universe, heading in (
        (UNIVERSE, QUICKLY), (FULL_UNIVERSE, AT_FULL_SIZE)) for row in verdict_rows(heading)
])
def test_a_row_says_under_which_readings_it_holds(universe, says, data, holds):
    """All of its claims at the paper's rate, decided by the multiverse's runs."""
    id_, words, *measure = SAYS[says]
    claims = [
        c for i, c in universe.claims()
        if i == id_ and re.fullmatch(DATA[data], c.panel) and c.measure == "".join(measure)
        and re.fullmatch(words, f"{c.better} beats {c.worse}")
    ]
    if not claims:
        assert holds in ("", "not run")
        return
    found = [name for name in universe.readings
             if all(universe.verdict(name, id_, c) == "replicates" for c in claims)]
    assert holds == (", ".join(found) or "none")


@pytest.mark.parametrize("says, data, printed, holds, tuned", list(verdict_rows()))
def test_the_verdicts_are_those_of_the_results(says, data, printed, holds, tuned):
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


def test_the_means_at_the_best_rates_are_those_of_the_results():
    told = " ".join(SECTION_4.split())
    for id_, label, words in (
        ("fig2a", "DANTE", "sigmoid autoencoder: {}"), ("fig2a", "SGD", "against SGD's {}. "),
        ("table3", "DANTE", "the inner loop ({}"), ("table3", "SGD+AltMin", "SGD+AltMin's {})"),
        ("table5", "DANTE+Momentum 0.9", "momentum 0.9 DANTE ({})"),
        ("table5", "SGD+Adagrad", "RMSProp ({},"), ("table5", "SGD+RMSProp", ", {}) and just"),
        ("table5", "SGD+Momentum", "momentum ({},"), ("table5", "SGD+Adam", "not of Adam ({})"),
    ):
        [mean] = {r["mean"] for r in EXPERIMENTS[id_]["rows"] if r["label"] == f"{label}, tuned"}
        assert words.format(f"{mean:.4f}") in told
    for id_, better, words in (("fig2b", "DANTE", "loses to SGD (p = {})"),
                               ("table5", "DANTE+Momentum 0.9", "(0.0122, p = {})")):
        claim = [c for c in EXPERIMENTS[id_]["claims"] if c["better"] == f"{better}, tuned"][-1]
        assert words.format(f"{claim['p']:.3f}") in told


def test_a_run_that_several_files_tell_of_has_one_number():
    folder = ROOT / "notebooks/results"
    told = [o for file in folder.rglob("results.json")
            for o in outcome.read(file).experiments.values()]
    told += [o for file in folder.rglob("multiverse.json")
             for outcomes in multiverse.read(file).outcomes.values() for o in outcomes]
    found = {}
    for o in told:
        for row in o.rows:
            for key, value in zip(row.runs, row.values, strict=True):
                # another day's BLAS rounds otherwise: at most 2e-5 by now, in 19,800 iterations
                assert found.setdefault((key, o.measure), value) == pytest.approx(value, rel=1e-4)
    assert len(found) > 1000


def test_every_claim_about_a_final_test_error_or_accuracy_has_its_row():
    """But Tables 4 and 5 begin with Table 3's; Figures 2's training errors go with the test's."""
    rows = list(verdict_rows())
    said = sum(len([*expanded(printed), *expanded(tuned)]) for *_, printed, _, tuned in rows)
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
    assert "The leaky ReLU's training error, tuned, is undecided" in SECTION_4


@pytest.mark.parametrize("says, data, printed", [
    (says, data, cells[:1] + cells[2:]) for says, data, *cells in verdict_rows(AT_FULL_SIZE)
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


def test_what_columns_and_steps_as_long_end_at_at_full_size_is_told():
    ends = {}
    for reading in ("sum-columns", "sum-long", "sum-columns-last"):
        [o] = [o for o in FULL_UNIVERSE.outcomes[reading] if o.id == "fig2b"]
        ends[reading] = o.row("mnist", "DANTE").summary.mean
        [verdict] = {FULL_UNIVERSE.verdict(reading, i, c) for i, c in FULL_UNIVERSE.claims()
                     if i == "fig2b"}
        assert verdict == "replicates"
    assert (f"columns end at {ends['sum-columns']:.5f}, matrix steps as long at "
            f"{ends['sum-long']:.5f}") in " ".join(SECTION_4.split())


def test_what_the_small_sets_say_at_full_size_is_told():
    told = " ".join(SECTION_4.split())
    claims = [(i, c) for i, c in FULL_UNIVERSE.claims() if i in ("fig4", "table1")]
    assert {FULL_UNIVERSE.decision(r, i, c).n for i, c in claims
            for r in FULL_UNIVERSE.readings} == {5}
    assert "On the small sets of Figure 4 (5 seeds) means" in told
    means = {(c.panel, c.better): FULL_UNIVERSE.verdict(f"mean-{way}", i, c)
             for i, c in claims if i == "fig4" for way in ("matrix", "columns", "long")}
    assert {v for (panel, _), v in means.items() if panel != "usps"} == {"replicates"}
    assert means["usps", "SGD"] == "contradicted"
    [usps] = [{r: FULL_UNIVERSE.verdict(r, i, c) for r in FULL_UNIVERSE.readings}
              for i, c in claims if c.panel == "usps"]
    assert [r for r, v in usps.items() if v == "replicates"] == ["sum-matrix"]
    released = [v for o in FULL_UNIVERSE.outcomes["as-released"] for row in o.rows
                if row.panel in ("airfoil", "ccpp") for v in row.values]
    diverged = sum(not math.isfinite(v) for v in released)
    assert f"{diverged} of its {len(released)} runs leave the finite numbers" in told
    assert {FULL_UNIVERSE.verdict("as-released", i, c) for i, c in claims} == {"undecided"}


def test_every_full_size_claim_has_its_row():
    claims = [c for e in FULL_SIZE.values() for c in e["claims"] if not c["measure"]]
    rows = verdict_rows(AT_FULL_SIZE)
    assert len(claims) == sum(1 + bool(row[6]) for row in rows)  # row[6]: the verdict when tuned
