"""The legend of an item, and an algorithm's printed lines beside the code that does them."""

import ast
import inspect
from dataclasses import dataclass
from typing import Any

from ..proofs.claim import Claim
from ..proofs.formula import Symbol
from . import sources
from .items import Item, Printed

SHAPES = {"": "number", "i": "(m,)", "j": "(d′,)", "ij": "(m, d′)", "k": "(d′,)", "ik": "(m, d′)"}


def symbols(item: Item, *claims: Claim[Any]) -> list[tuple[str, str, str]]:
    """The legend of an item's page: symbol, shape, meaning; those of proofs as declared.

    claims: of the item, all of them or those that are shown.
    """
    found = {symbol: (shape, meaning) for symbol, shape, meaning in item.symbols}
    for claim in claims:
        for symbol in declared(claim):
            meaning = str(symbol.meaning or symbol.means or "")
            if symbol.text not in found and meaning:
                found[symbol.text] = (SHAPES.get(symbol.axes, f"axes {symbol.axes}"), meaning)
    return [(symbol, shape, meaning) for symbol, (shape, meaning) in found.items()]


def declared(claim: Claim[Any]) -> list[Symbol]:
    """The symbols of a claim's proof, with those that its abbreviations stand for."""
    if claim.proof is None:
        return []
    return list(dict.fromkeys(symbol for d in claim.proof.displays for symbol in d.symbols()))


@dataclass(frozen=True)
class Beside:
    """A printed line and the line of a module that does it, where there is one."""

    printed: Printed
    module: str
    line: int | None
    code: str


def printed_lines(item: Item) -> list[Beside]:
    """An algorithm's printed lines, each with the line of code that does it."""
    if not item.printed:
        return []
    place, rows = sources.place(item.code[0]), []
    text = inspect.getsource(sources.resolve(place.module)).splitlines()
    written = ast.parse("\n".join(text[place.first - 1: place.last])).body[0]
    assert isinstance(written, ast.FunctionDef)
    at = place.first + written.body[1].lineno - 2  # after the docstring
    for printed in item.printed:
        line = next((n for n in range(at, place.last) if printed.code in text[n]), None)
        at = at if line is None else line
        rows.append(Beside(printed, place.module, None, "") if line is None else
                    Beside(printed, place.module, line + 1, text[line].strip()))
    return rows
