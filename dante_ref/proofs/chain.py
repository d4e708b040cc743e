"""A proof as chains of displayed lines that carry their numbers; `derivation` takes its place."""

from dataclasses import dataclass
from typing import Any

from .derivation import ABOVE, AT_LEAST, AT_MOST, EQUAL, Chain, Step  # noqa: F401
from .formula import ROUNDING  # noqa: F401
from .known import SAMPLED, Known


@dataclass(frozen=True)
class Line:
    """One displayed line: its formula, its numbers, how it follows from the line before."""

    formula: str
    value: Any
    relation: str = ""
    because: str = ""
    step: str = ""
    known: Known = SAMPLED


def chain(title: str, *lines: Line) -> Chain:
    """A chain from its lines; the first has no relation."""
    return Chain(title, lines)
