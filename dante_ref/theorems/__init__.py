"""One module a theorem: statement, proof as a chain of steps, the sharp or repaired form, worst
instance. A new theorem is a module here, imported and listed in THEOREMS.
"""

from typing import Any

from ..exceptions import InputError
from ..proofs.claim import Claim
from . import (
    alternation,
    convex_losses,
    deeper,
    finite_w,
    logistic,
    section_5_3,
    sigmoid,
    sigmoid_lower,
    softmax,
    successors,
    theorem_1,
    theorem_2,
    theorem_2_below_b,
    theorem_2_repaired,
    theorem_3,
    theorem_4,
    theorem_4_literal,
    theorem_4_one_unit,
    theorem_4_refuted,
    theorem_4_repaired,
    theorem_5,
    theorem_5_any_outer,
    theorem_6,
    theorem_6_average,
    theorem_6_columns,
    theorem_6_last,
    theorem_6_printed,
    two_samples,
)

THEOREMS = (
    theorem_1, finite_w, two_samples, theorem_2, theorem_2_repaired, theorem_2_below_b, theorem_3,
    section_5_3, theorem_4, theorem_4_literal, theorem_4_refuted, theorem_4_repaired,
    theorem_4_one_unit, theorem_5, theorem_5_any_outer, theorem_6, theorem_6_last,
    theorem_6_printed, theorem_6_average, theorem_6_columns, successors, sigmoid, sigmoid_lower,
    logistic, softmax, convex_losses, deeper, alternation,
)
"""The modules with claims, in the order of the ledger."""

CLAIMS: dict[str, Claim[Any]] = {claim.id: claim for module in THEOREMS for claim in module.CLAIMS}
"""Every claim of the ledger by its id."""


def find_claim(claim_id: str) -> Claim[Any]:
    """The claim with this id; InputError lists the ids there are."""
    if not isinstance(claim_id, str) or claim_id not in CLAIMS:
        raise InputError(f"{claim_id!r} is no claim; allowed are {', '.join(CLAIMS)}")
    return CLAIMS[claim_id]
