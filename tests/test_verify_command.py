"""`dante-ref verify`: exit codes, ledger.json, and that the certificate can be recomputed."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from dante_ref import __version__, cli
from dante_ref.proofs import ledger
from dante_ref.proofs.claim import Verdict
from dante_ref.proofs.evidence import margin_of
from dante_ref.theorems import CLAIMS, theorem_1

KEYS = {
    "id", "source", "statement", "verdict", "proof", "instances", "violations", "worst_ratio",
    "certificate", "rates", "steps", "seconds",
}


QUICK = ["--instances", "2000", "--generations", "5"]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify")
    assert cli.main(["verify", *QUICK, "--seed", "1", "--out", str(folder)]) == 0
    return folder


def read(folder):
    return json.loads((folder / "ledger.json").read_text())


def test_ledger_json_has_the_documented_shape(out):
    content = read(out)
    assert set(content) == {"schema", "seed", "versions", "claims"}
    assert content["schema"] == 2 and content["seed"] == 1
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


def test_only_and_the_seed_decide_the_result(tmp_path):
    results = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        argv = ["verify", *QUICK, "--only", "theorem-3", "--out", str(folder)]
        assert cli.main(argv) == 0
        (claim,) = read(folder)["claims"]
        claim.pop("seconds")
        results.append(claim)
    assert results[0] == results[1] and results[0]["id"] == "theorem-3"


def test_a_differing_outcome_is_exit_code_1(tmp_path, monkeypatch, capsys):
    """A claim with half the kappa is refuted: the table says NO, the ledger says refuted."""
    from dataclasses import replace

    def half_kappa(eps, glm):
        return theorem_1.kappa_sharp(eps, glm) / 2

    half = replace(CLAIMS["theorem-1-sharp"], kappa=half_kappa, margin=margin_of(half_kappa))
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
    import re

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
    _, heard = process.communicate(timeout=60)
    assert process.returncode == 130
    assert heard.splitlines()[-1] == "dante-ref verify: interrupted" and "Traceback" not in heard
