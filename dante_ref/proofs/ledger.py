"""The ledger: each claim of the paper with the evidence for its verdict, and `ledger.json`.

ledger.json, schema 2, is an object:

    schema    2
    complete  false where the run was interrupted: claims are missing
    seed      the seed of all searches
    searched  how many instances at random, and generations of each adversarial search
    versions  of Python, numpy, scipy and dante_ref, and a hash of its source files
    claims    a list of objects, one a claim:
        id            'theorem-1', ...; the companion's own results end in '-sharp', '-repaired'
        theorem       the item of the paper that it belongs to: 'Theorem 1', 'Section 5.3', ...
        source        where it stands
        statement     in words
        verdict       on the statement: the recorded one where this run's evidence agrees with it
        proof         the verdict on the proof: 'holds', or 'gap (step: why)'
        instances     looked at: random, adversarial and the worst one known
        violations    among them
        worst_ratio   largest kappa_emp/kappa seen; the string 'inf' where no kappa is enough
        certificate   the worst instance, by the paper's names (X, w, w_star, a, b, ...), with
                      eps = err(w) - err(w*), kappa ('nan': nothing is claimed), kappa_emp there:
                      enough to recompute by hand
        smallest_margin  the claim's margin there; 'inf' where nothing is claimed of any instance
        exact         of a refuted claim: the rational numbers that refute it, as
                      check_certificates.py reads them; else null
        rates         of a claim about probabilities: for each trial how many draws, how many
                      failures, the limits of the failure probability (Clopper-Pearson), what is
                      allowed and whether the claim is made there; else []
        steps         of the proof, each over random instances: chain, step (the paper's number),
                      left, relation, right, because; slack (smallest), relative (smallest, as a
                      share of the larger side), failures, instances
        seconds       spent on this claim
"""

import hashlib
import json
import math
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from .. import __version__
from ..exceptions import InputError
from . import certificates
from .claim import Claim, Verdict
from .derivation import Relation
from .evidence import Evidence, Rate
from .families import Instance
from .proof import StepSummary
from .prove import Rests, rests_on
from .search import run_tasks

SCHEMA = 2


@dataclass(frozen=True)
class Entry:
    """A claim, the evidence that a run gathered for it, and the time it took."""

    claim: Claim[Any]
    evidence: Evidence
    constructed: Evidence
    steps: list[StepSummary]
    seconds: float

    @cached_property
    def worst(self) -> Instance[Any]:
        """The worst instance: the constructed one, unless the search found a clearly worse one.

        (A search ends within rounding of a bound that the constructed instance attains; only the
        constructed one is fit to be checked by hand. One that is a violation is a counterexample,
        and stays.)
        """
        found = self.evidence
        if self.constructed.violations:
            return self.claim.worst()
        if found.worst and found.smallest_margin < self.constructed.smallest_margin - 1e-6:
            return found.worst
        return self.claim.worst()

    @property
    def verdict(self) -> Verdict:
        """The recorded verdict if the evidence agrees with it, else what the evidence shows."""
        return self.claim.verdict if self.agrees else self.claim.outcome(self.evidence)

    @cached_property
    def agrees(self) -> bool:
        """Is the outcome of this run what the source records, of the statement and of the proof?"""
        return self.claim.agrees(self.evidence) and not self.surprises

    @cached_property
    def rests(self) -> Rests:
        """What the steps of the proof rest on."""
        return rests_on(self.claim)

    @cached_property
    def surprises(self) -> list[str]:
        """Steps that fail and are no recorded gap; gaps and misprints that aren't shown."""
        proof = self.claim.proof
        if proof is None:
            return []
        failing = [s.step or s.right for s in self.steps if s.failures and s.step not in proof.gaps]
        return failing + proof.unshown()

    @cached_property
    def record(self) -> dict[str, Any]:
        """The object of this claim in ledger.json."""
        claim = self.claim
        return {
            "id": claim.id,
            "theorem": str(claim.theorem),
            "source": claim.source,
            "statement": claim.statement,
            "verdict": str(self.verdict),
            "proof": claim.proof and str(claim.proof),
            "instances": self.evidence.instances,
            "violations": self.evidence.violations,
            "worst_ratio": finite_or_text(self.evidence.worst_ratio),
            "smallest_margin": finite_or_text(self.evidence.smallest_margin),
            "certificate": numbers_there(claim, self.worst),
            "exact": claim.certificate and claim.certificate(),
            "rates": [asdict(rate) for rate in self.evidence.rates],
            "steps": [asdict(step) for step in self.steps],
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Search:
    """How the evidence of a ledger was searched for."""

    instances: int
    generations: int
    seed: int = 0


def run(
    claims: list[Claim[Any]], search: Search,
    progress: Callable[[Claim[Any], Evidence], None] = lambda claim, evidence: None, jobs: int = 1,
) -> Iterator[Entry]:
    """The ledger's entries, one by one; `progress` hears of every piece of evidence."""
    for claim in claims:
        start = time.perf_counter()
        evidence = known = claim.constructed()
        for piece in run_tasks(
            claim.tasks(search.instances, search.seed, search.generations), jobs
        ):
            evidence += piece
            progress(claim, piece)
        steps = claim.steps(seed=search.seed)
        yield Entry(claim, evidence, known, steps, time.perf_counter() - start)


def numbers_there(claim: Claim[Any], instance: Instance[Any]) -> dict[str, Any]:
    """The numbers of an instance and of its decision, as JSON takes them."""
    numbers = {name: np.asarray(value).tolist() for name, value in instance.arrays().items()}
    decision = {name: finite_or_text(x) for name, x in claim.decision(instance).items()}
    return numbers | decision


@dataclass(frozen=True)
class Ledger:
    """What a ledger.json holds: its entries again, and where they come from."""

    entries: list[Entry]
    search: Search
    complete: bool
    versions: dict[str, str]


def read_json(path: Path, claims: Mapping[str, Claim[Any]]) -> Ledger:
    """The ledger of a file that `as_json` made.

    claims: by id. Raises InputError where the file holds no ledger of this schema, or speaks of
    another claim; OSError where it can't be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']}, not {SCHEMA}")
        unknown = [c["id"] for c in content["claims"] if c["id"] not in claims]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no claim of this version")
        return Ledger(
            [_entry(claims[c["id"]], c) for c in content["claims"]],
            Search(seed=int(content["seed"]), **content["searched"]),
            bool(content["complete"]), dict(content["versions"]),
        )
    except OSError:
        raise
    except Exception as error:  # a damaged file can fail in any way
        raise InputError(
            f"{path} is no ledger of this version ({type(error).__name__}: {error}); "
            "`dante-ref verify` writes one"
        ) from None


def _entry(claim: Claim[Any], found: Mapping[str, Any]) -> Entry:
    margin = float(found["smallest_margin"])
    worst = certificates.like(claim.worst(), found["certificate"]) if margin < math.inf else None
    evidence = Evidence(
        int(found["instances"]), int(found["violations"]), margin, worst,
        tuple(Rate(**rate) for rate in found["rates"]),
    )
    steps = [
        StepSummary(**step | {"relation": Relation(step["relation"])}) for step in found["steps"]
    ]
    return Entry(claim, evidence, claim.constructed(), steps, float(found["seconds"]))


def finite_or_text(x: float) -> float | str:
    """JSON has no infinity and no nan: 'inf', 'nan' instead (float('inf') reads it back)."""
    return x if math.isfinite(x) else str(x)


def versions() -> dict[str, str]:
    """What the numbers of a ledger depend on."""
    return {
        "python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
        "dante_ref": __version__, "source": source_hash(),
    }


@cache
def source_hash() -> str:
    """A hash of the package's source files: another one, and an unfinished ledger isn't gone on."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def as_json(
    entries: Sequence[Entry], search: Search, *, complete: bool = True
) -> dict[str, Any]:
    """The object that ledger.json holds."""
    return {
        "schema": SCHEMA,
        "complete": complete,
        "seed": search.seed,
        "searched": {"instances": search.instances, "generations": search.generations},
        "versions": versions(),
        "claims": [entry.record for entry in entries],
    }
