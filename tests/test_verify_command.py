"""`dante-ref verify`: exit codes, ledger.json, and that the certificate can be recomputed."""

import json
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

from dante_ref import __version__, cli
from dante_ref.exceptions import InputError
from dante_ref.proofs import ledger
from dante_ref.proofs.claim import Claim, Verdict
from dante_ref.report import page, theorem_1_map
from dante_ref.theorems import CLAIMS, kantorovich

KEYS = {
    "id", "source", "statement", "verdict", "proof", "instances", "violations", "worst_ratio",
    "certificate", "rates", "steps", "seconds", "theorem", "smallest_margin", "exact",
}


QUICK = ["--instances", "2000", "--generations", "5"]


@pytest.fixture
def out(verified):
    return verified


@pytest.fixture
def without_maps(monkeypatch):
    """The two pictures of Theorem 1 take longer than a small search."""
    monkeypatch.setattr(theorem_1_map, "draw", lambda *_: None)


def read(folder):
    return json.loads((folder / "ledger.json").read_text(encoding="utf-8"))


def test_ledger_json_has_the_documented_shape(out):
    content = read(out)
    assert set(content) == {"schema", "complete", "seed", "searched", "versions", "claims"}
    assert content["schema"] == 2 and content["seed"] == 1 and content["complete"] is True
    assert content["searched"] == {"instances": 2000, "generations": 5}
    assert content["versions"]["dante_ref"] == __version__
    assert [claim["id"] for claim in content["claims"]] == list(CLAIMS)
    for claim in content["claims"]:
        assert set(claim) == KEYS
        assert claim["instances"] > 2000
        assert (claim["violations"] > 0) == (claim["verdict"] == "refuted")


def test_the_figure_is_a_png(out):
    assert (out / "theorem-1.png").read_bytes().startswith(b"\x89PNG")


def test_a_certificate_can_be_recomputed_by_hand(out):
    """Definition 1 from the certificate's numbers alone, with plain sums over the samples."""
    (claim,) = [c for c in read(out)["claims"] if c["id"] == "theorem-1-sharp"]
    c = {k: np.array(v) for k, v in claim["certificate"].items()}

    def phi(z):
        return np.where(z > 0, c["b"] * z, c["a"] * z)

    residual = [phi(c["w"] @ x) - phi(c["w_star"] @ x) for x in c["X"]]
    g = [c["a"] if c["w"] @ x < 0 else c["b"] for x in c["X"]]
    m = len(residual)
    G = sum(2 / m * gi * r * x for gi, r, x in zip(g, residual, c["X"], strict=True))
    eps = sum(r**2 for r in residual) / m
    kappa = (c["a"] + c["b"]) / 2 * np.sqrt(c["b"] * eps / c["a"])
    kappa_emp = eps * np.linalg.norm(G) / (G @ (c["w"] - c["w_star"]))
    assert (eps, kappa, kappa_emp) == tuple(
        pytest.approx(float(c[k]), rel=1e-6) for k in ("eps", "kappa", "kappa_emp")
    )
    assert 0.999 <= kappa_emp / kappa <= 1 + 1e-9
    assert c["a"] < c["b"]  # not the trivial linear case


def test_only_and_the_seed_decide_the_result(tmp_path, without_maps):
    results = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        argv = ["verify", *QUICK, "--only", "theorem-3", "--out", str(folder)]
        assert cli.main(argv) == 0
        (claim,) = read(folder)["claims"]
        claim.pop("seconds")
        results.append(claim)
    assert results[0] == results[1] and results[0]["id"] == "theorem-3"


def test_a_differing_outcome_is_exit_code_1(tmp_path, monkeypatch, capsys, without_maps):
    """A claim with half the kappa is refuted: the table says NO, the ledger says refuted."""
    from dataclasses import replace

    def half_kappa(eps, glm):
        return kantorovich.kappa(eps, glm) / 2

    half = replace(CLAIMS["theorem-1-sharp"], kappa=half_kappa)
    monkeypatch.setitem(CLAIMS, half.id, half)
    argv = ["verify", *QUICK, "--only", half.id, "--out", str(tmp_path)]
    assert cli.main(argv) == 1
    assert "NO" in capsys.readouterr().out
    (claim,) = read(tmp_path)["claims"]
    assert claim["verdict"] == Verdict.REFUTED and claim["violations"] > 0


@pytest.mark.parametrize(
    "argv, message",
    [
        (["--only", "theorem-9"], "theorem-9.*allowed are theorem-1"),
        (["--instances", "0"], "--instances is 0"),
        (["--seed", "-1"], "--seed is -1"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(argv, message, tmp_path, capsys):
    assert cli.main(["verify", "--out", str(tmp_path), *argv]) == 2
    error = capsys.readouterr().err
    assert re.search(message, error) and error.count("\n") == 1


def test_an_unwritable_folder_is_exit_code_2_before_any_work(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(ledger, "run", lambda *_: pytest.fail("worked before it could write"))
    (tmp_path / "file").write_text("")
    assert cli.main(["verify", "--out", str(tmp_path / "file")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_help_version_and_module(capsys):
    for argv in (["--help"], ["verify", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as stop:
            cli.main(argv)
        assert stop.value.code == 0
    assert __version__ in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        cli.main(["verify", "--instances", "many"])
    assert stop.value.code == 2
    done = subprocess.run(
        [sys.executable, "-m", "dante_ref", "--version"], capture_output=True, text=True
    )
    assert done.returncode == 0 and __version__ in done.stdout


def test_an_unbounded_ratio_is_written_as_text():
    assert ledger.finite_or_text(float("inf")) == "inf" and ledger.finite_or_text(0.5) == 0.5


def test_ctrl_c_is_one_line_and_exit_code_130(tmp_path):
    """A real SIGINT, once the search has begun."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dante_ref", "verify", "--instances", "100000000",
         "--only", "theorem-1", "--out", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    while not process.stderr.read(1):  # the progress bar's first sign of life
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, heard = process.communicate(timeout=600)
    assert process.returncode == 130
    assert heard.splitlines()[-1] == "dante-ref verify: interrupted" and "Traceback" not in heard


def test_an_interrupted_run_goes_on_after_the_claims_that_are_finished(
    tmp_path, monkeypatch, without_maps
):
    """Ctrl-C in the second claim: the next run does that one and the third, and ends the same."""
    names = ["theorem-1", "theorem-3", "theorem-4-spirit"]
    argv = ["verify", "--instances", "500", "--generations", "2", "--only", *names, "--out"]
    monkeypatch.setattr(page, "document", lambda *_: "")
    assert cli.main([*argv, str(tmp_path / "whole")]) == 0

    steps, begun = Claim.steps, []

    def interrupted(claim, **options):
        begun.append(claim.id)
        if len(begun) == 2:
            raise KeyboardInterrupt
        return steps(claim, **options)

    monkeypatch.setattr(Claim, "steps", interrupted)
    folder = tmp_path / "interrupted"
    assert cli.main([*argv, str(folder)]) == 130
    assert [c["id"] for c in read(folder)["claims"]] == names[:1] and not read(folder)["complete"]
    assert cli.main([*argv, str(folder)]) == 0
    assert begun == [names[0], names[1], names[1], names[2]]
    found = [read(tmp_path / name) for name in ("whole", "interrupted")]
    for content in found:
        for claim in content["claims"]:
            claim.pop("seconds")
    assert found[0] == found[1] and found[0]["complete"]

    assert cli.main([*argv, str(folder)]) == 0 and len(begun) == 4  # all are known
    begun += ["another search starts anew"]
    assert cli.main([*argv, str(folder), "--seed", "1", "--overwrite"]) == 0
    assert begun[-3:] == names


def test_an_earlier_ledger_is_never_overwritten_unasked(
    tmp_path, monkeypatch, capsys, without_maps
):
    """Another seed, other claims, or a ledger that this version can't read."""
    monkeypatch.setattr(page, "document", lambda *_: "")
    argv = ["verify", "--instances", "100", "--generations", "2", "--out", str(tmp_path), "--only"]
    assert cli.main([*argv, "section-5.3", "theorem-1"]) == 0

    def refused(*words):
        before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
        code, said = cli.main([*argv, *words]), capsys.readouterr().err
        after = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
        return code == 2 and "ledger.json" in said and "--overwrite" in said and after == before

    assert refused("section-5.3", "theorem-1", "--seed", "1") and refused("theorem-1")
    assert refused("section-5.3", "theorem-1", "--instances", "101")
    monkeypatch.setattr(ledger, "versions", lambda: {"dante_ref": "another"})
    assert refused("section-5.3", "theorem-1")
    (tmp_path / "ledger.json").write_text("{}")
    assert refused("section-5.3", "theorem-1")
    assert cli.main([*argv, "theorem-1", "--overwrite"]) == 0
    assert [claim["id"] for claim in read(tmp_path)["claims"]] == ["theorem-1"]


def test_the_search_says_which_claim_it_is_at_and_how_long_it_takes(tmp_path, capsys, without_maps):
    argv = ["verify", *QUICK, "--only", "theorem-3", "theorem-4-spirit", "--out", str(tmp_path)]
    assert cli.main(argv) == 0
    said = capsys.readouterr().err
    assert "claim 1 of 2, theorem-3: " in said and "claim 2 of 2, theorem-4-spirit: " in said
    assert "100%" in said and "left" in said and "drawing 2 of 2" in said


def test_a_ledger_is_read_back_as_the_entries_that_wrote_it(out):
    found = ledger.read_json(out / "ledger.json", CLAIMS)
    assert ledger.as_json(found.entries, found.search) == read(out)
    assert all(entry.agrees for entry in found.entries)


@pytest.mark.parametrize("damage", [
    "", "[]", "{}", '{"schema": 1}', '{"schema": 2, "claims": [{"id": "theorem-99"}]}',
])
def test_a_file_that_is_no_ledger_is_refused(tmp_path, damage):
    path = tmp_path / "ledger.json"
    path.write_text(damage)
    with pytest.raises(InputError, match=r"ledger\.json is no ledger"):
        ledger.read_json(path, CLAIMS)


# The independent check


def checked(folder, content):
    """Exit code and output of check_certificates.py, by a Python that can't find the package."""
    (folder / "tampered.json").write_text(json.dumps(content))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "check_certificates.py"),
         str(folder / "tampered.json")],
        capture_output=True, text=True, cwd=folder,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_every_refuted_claim_has_an_exact_certificate_that_holds(out):
    code, said = checked(out, read(out))
    refuted = [c for c in read(out)["claims"] if c["verdict"] == "refuted"]
    assert code == 0 and len(refuted) >= 10
    assert said.count("refuted, by exact numbers") == len(refuted) and "all hold" in said


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.verdict is Verdict.REFUTED])
def test_a_tampered_certificate_does_not_hold(out, name):
    """What is computed is changed, and what decides is moved to the other side."""
    content = read(out)
    (claim,) = [c for c in content["claims"] if c["id"] == name]
    exact = claim["exact"]
    changes = {
        "two layers": [("gap", "1/7"), ("squared_norm", "1/7"), ("W1", exact.get("W1_star")),
                       ("eps", "10000"), ("W1_max", "1/1000"), ("shows", "nothing")],
        "noisy GLM": [("labels", ["0"] * 25), ("W", "1/10000"), ("eps", "100"), ("allowed", "1"),
                      ("p", "1/3")],
        "alternation": [("w2", "-1"), ("w1_star", "2"), ("y", ["0", "0"])],
        "steps": [("squares", ["1", "1"])],
        "samples in turn": [("eta", "1/5"), ("T", "17"), ("w", ["0", "0", "0"]), ("a", "2"),
                            ("w_star", ["-7/20", "-3/10", "1/20"])],
        "softmax": [("W", ["1/10", "-1"]), ("W_star", ["0", "0"])],
        "trace identity": [("z", "1"), ("left", "0"), ("right", "1/2")],
        "last iterate": [("start", "1/10"), ("h", ["0", "1"]), ("T", [1]), ("eps", "100")],
    }[exact["kind"]]
    if exact.get("shows") == "columns lead away":  # not of an accuracy
        changes = [change for change in changes if change[0] != "eps"]
    for key, value in [*changes, ("kind", "another")]:
        claim["exact"] = exact | {key: value}
        code, said = checked(out, content)
        assert code == 1 and "1 DON'T HOLD" in said, (key, said)
    claim["exact"] = None
    assert checked(out, content)[0] == 1


def test_the_checker_is_short_and_imports_the_standard_library_alone(out):
    text = (out / "check_certificates.py").read_text(encoding="utf-8")
    imported = re.findall(r"^(?:from|import) (\w+)", text, re.M)
    assert len(text.splitlines()) < 245 and set(imported) <= sys.stdlib_module_names
