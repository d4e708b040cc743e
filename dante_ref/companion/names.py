"""What a person types, as the item or claim that is meant."""

import re
from typing import Any

from ..exceptions import InputError, hint
from ..proofs.claim import Claim
from ..theorems import CLAIMS
from .items import ITEMS, Item


def find(name: str) -> Item | Claim[Any]:
    """The item or claim that is meant: by its id, or by 'Theorem 1', 'thm1', 'alg. 2', 'table3'.

    Raises InputError with the nearest name for one that isn't understood.
    """
    said = _spelled(name.strip().lower().replace("_", "-").replace("§", "section "))
    every: dict[str, Item | Claim[Any]] = {**ITEMS, **CLAIMS}
    named = {id_.lower(): meant for id_, meant in every.items()}
    if said in named:
        return named[said]
    raise InputError(f"{name!r} is no claim and no item of the paper; {hint(said, every)}")


WORDS = ("theorem", "algorithm", "definition", "figure", "table", "section", "equations")
SPELLED = re.compile(r"([a-z]+)[ .(-]*(\d+(?:\.\d+)?)[ab]?[ .)-]*(.*)")


def _spelled(said: str) -> str:
    """'theorem-1' for 'thm. 1', 'Theorem 1' or 'theorem1'; 'figure-2' for 'fig 2a'."""
    found = SPELLED.fullmatch(said)
    short = {"thm": "theorem", "eqn": "equations"}.get(found[1], found[1]) if found else ""
    word = next((word for word in WORDS if short and word.startswith(short)), None)
    if found is None or word is None:
        return said.replace(" ", "-")
    if word == "equations":
        return word
    return "-".join(filter(None, (word, found[2], *found[3].split())))
