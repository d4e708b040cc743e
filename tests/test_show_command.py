"""`dante-ref show`: a claim, its verdicts, and its proof on an instance of the reader's choice."""

import io
import re
from contextlib import redirect_stdout
from functools import cache

import numpy as np
import pytest

from dante_ref import cli
from dante_ref.companion.items import ITEMS
from dante_ref.proofs.claim import SLQCClaim, Verdict
from dante_ref.theorems import CLAIMS


@cache
def shown(name, *more):
    """What is printed."""
    with redirect_stdout(io.StringIO()) as out:
        assert cli.main(["show", name, *more]) == 0
    return out.getvalue()


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_can_be_shown_on_its_worst_instance(name, capsys):
    assert cli.main(["show", name, "--worst"]) == 0
    out = capsys.readouterr().out
    assert CLAIMS[name].statement in out and f"verdict: {CLAIMS[name].verdict}" in out
    assert all(str(hypothesis) in " ".join(out.split()) for hypothesis in CLAIMS[name].hypotheses)


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_is_shown_for_every_seed_with_its_numbers(name):
    """Nothing is nan or minus zero; the proof is evaluated where there is an error."""
    different = set()
    for more in ([], *(["--seed", str(seed)] for seed in range(4))):
        out = shown(name, *more)
        assert "the instance:" in out and "code:" in out and "what decides: " in out
        assert not re.search(r"\bnan\b|-0\.?(?![\d.])", out)
        assert "the proof speaks of no ε here" not in out
        about_kappa = isinstance(CLAIMS[name], SLQCClaim)
        assert ("(below 1 it refutes the claim)" in out) is not about_kappa
        if CLAIMS[name].proof:
            assert "the proof at ε = " in out
        different.add(out)
    assert len(different) >= (1 if CLAIMS[name].id == "sigmoid-trace-identity" else 2)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.proof])
def test_every_display_that_fails_as_printed_is_shown_failing(name):
    """With its name, why, and both sides of the step, once each and in their order."""
    _, *found = shown(name).split("displays that fail as they are printed:\n")
    failures = CLAIMS[name].proof.failures()
    assert len(found) == bool(failures)
    at = 0
    for failure in failures:
        words = f"  {failure.name}: {failure.why}\n      {failure.step.left.formula}\n"
        assert words in found[0][at:]
        at = found[0].index(words, at) + len(words)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.verdict is Verdict.REFUTED])
def test_a_counterexample_is_shown_with_its_exact_arithmetic(name):
    """What check_certificates.py recomputes, the numbers of the certificate among them."""
    exact = shown(name).split("in exact arithmetic:")[1]
    certificate = CLAIMS[name].certificate()
    for key in ("gap", "progress", "squared_norm"):
        assert certificate.get(key, "").replace("-", "−") in exact
    assert len(exact.strip().splitlines()) >= 2
    said = {"two layers": "G", "noisy GLM": "G", "last iterate": "F", "samples in turn": "err",
            "softmax": "rises", "alternation": "outputs", "steps": "squares",
            "trace identity": "left"}[certificate["kind"]]
    assert f"\n  {said} = " in exact  # the checker's own, or all that it decides by


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_of_the_paper_can_be_shown(name):
    out = shown(name)
    if name not in CLAIMS:
        assert ITEMS[name].title in out and "code:" in out and ".py:" in out


@pytest.mark.parametrize("said, first", [
    ("Theorem 1", "theorem-1 "), ("thm1", "theorem-1 "), ("Thm. 4", "theorem-4 "),
    ("algorithm 3", "Algorithm 3 "), ("alg2", "Algorithm 2 "), ("Def 1", "Definition 1 "),
    ("Fig 2a", "Figure 2 "), ("table3", "Table 3 "), ("eq (5)", "Equations "),
    ("§5.3", "section-5.3 "), ("Theorem_1", "theorem-1 "), ("THEOREM-1-SHARP", "theorem-1-sharp "),
])
def test_a_name_is_understood_as_people_write_it(said, first, capsys):
    assert cli.main(["show", said]) == 0
    assert capsys.readouterr().out.startswith(first)


@pytest.mark.parametrize("said, meant", [
    ("theroem-1", "theorem-1"), ("theorem-1-shrap", "theorem-1-sharp"), ("algoritm-3",
                                                                         "algorithm-3"),
])
def test_a_misspelt_name_gets_one_suggestion(said, meant, capsys):
    assert cli.main(["show", said]) == 2
    error = capsys.readouterr().err
    assert f"did you mean {meant}?" in error and error.count("\n") == 1


def test_an_item_without_instances_says_so(capsys):
    assert cli.main(["show", "algorithm-1", "--seed", "1"]) == 2
    assert "has no instances" in capsys.readouterr().err


def test_a_seed_draws_an_instance_and_the_gap_is_marked(capsys):
    assert cli.main(["show", "theorem-3", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    failing = [line for line in out.splitlines() if "FAILS" in line]
    assert failing and all("Step 6" in line for line in failing)
    assert cli.main(["show", "theorem-3", "--seed", "3"]) == 0
    assert capsys.readouterr().out == out


def test_an_instance_of_ones_own(tmp_path, capsys):
    """d = 1, x = 1, a = b = 1, w* = 1, w = -1: eps = 4, kappa_emp = 2 = kappa (by hand)."""
    path = tmp_path / "mine.npz"
    np.savez(path, X=[[1.0]], w_star=[1.0], w=[-1.0], W_max=1.0, a=1.0, b=1.0)
    assert cli.main(["show", "theorem-1", "--instance", str(path)]) == 0
    assert "ε = 4, κ = 2, κ_emp = 2" in capsys.readouterr().out


def save(path, **arrays):
    np.savez(path, **arrays)
    return ["--instance", str(path)]


GOOD = {"X": [[1.0]], "w_star": [1.0], "w": [-1.0], "W_max": 1.0, "a": 1.0, "b": 1.0}


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"w": None}, "lacks w;"),
        ({"w": [np.nan]}, "w holds 1 NaN"),
        ({"w": [2.0]}, r"w has norm up to 2.*B\(0, W\)"),
        ({"X": [[1.0, 2.0]]}, "w_star has shape"),
        ({"a": 2.0}, "allowed is 0 < a <= b"),
    ],
)
def test_a_bad_instance_is_one_line_and_exit_code_2(changes, message, tmp_path, capsys):
    arrays = {k: v for k, v in (GOOD | changes).items() if v is not None}
    argv = ["show", "theorem-1", *save(tmp_path / "bad.npz", **arrays)]
    assert cli.main(argv) == 2
    error = capsys.readouterr().err
    assert re.search(message, error) and error.count("\n") == 1


def test_files_that_are_no_npz_of_arrays_and_unknown_claims(tmp_path, capsys):
    (tmp_path / "text.npz").write_text("no")
    np.savez(tmp_path / "pickle.npz", X=np.array([{}], dtype=object))
    for argv in (
        ["theorem-1", "--instance", str(tmp_path / "text.npz")],
        ["theorem-1", "--instance", str(tmp_path / "pickle.npz")],
        ["theorem-1", "--instance", str(tmp_path / "missing.npz")],
        ["theorem-99"],
        ["theorem-1", "--eps", "5"],
        ["theorem-1", "--eps", "-1"],
    ):
        assert cli.main(["show", *argv]) == 2, argv
        assert capsys.readouterr().err.count("\n") == 1
