"""Where code stands: files and lines of the installed package, found by `inspect`, never copied."""

import ast
import inspect
import io
import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from .. import theorems
from ..exceptions import InputError
from ..proofs.derivation import Derivation

PACKAGE = Path(theorems.__file__).parents[1]


@dataclass(frozen=True)
class Place:
    """Lines first to last of a module, and what stands there: a name, or the code itself."""

    module: str
    first: int
    last: int
    title: str

    @property
    def file(self) -> str:
        """Its file, as `module_file`."""
        return module_file(self.module)

    def __str__(self) -> str:
        return f"{self.file}:{self.first}"


def package() -> ModuleType:
    """dante_ref itself."""
    return import_module(PACKAGE.name)


def module_path(module: str) -> Path:
    """The file of a module, which needn't be imported: some need an extra."""
    return PACKAGE.joinpath(*module.split(".")).with_suffix(".py")


def module_file(module: str) -> str:
    """'dante_ref/theorems/theorem_1.py'."""
    return module_path(module).relative_to(PACKAGE.parent).as_posix()


def resolve(name: str) -> Any:
    """The module or object that 'theorems.theorem_1' or 'slqc:SLQC' names."""
    module, _, attribute = name.partition(":")
    try:
        found = import_module(f"dante_ref.{module}")
        return getattr(found, attribute) if attribute else found
    except (ImportError, AttributeError):
        raise InputError(f"the package has no {name}") from None


def place(name: str) -> Place:
    """Where a module, class or function stands; of a formula's function its line on the page."""
    found, (module, _, title) = resolve(name), name.partition(":")
    if not title:
        return Place(name, 1, len(inspect.getsource(found).splitlines()), name)
    if hasattr(found, "formula"):
        return written(module, found, title)
    lines, first = inspect.getsourcelines(found)
    own = found.__module__.removeprefix("dante_ref.")
    return Place(own, first, first + len(lines) - 1, found.__qualname__)


def written(module: str, value: Any, title: str) -> Place:
    """Where a module's assignment makes this value."""
    call = next(call for held, call in calls(module) if held is value)
    return Place(module, call.lineno, call.end_lineno or call.lineno, title)


def calls(module: str) -> Iterator[tuple[Any, ast.Call]]:
    """What a module's assignments NAME = derivation(...), or a tuple of them, hold, and how."""
    for node in ast.parse(module_path(module).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            held, said = resolve(f"{module}:{node.targets[0].id}"), node.value
            pairs = zip(held, said.elts, strict=False) if (
                isinstance(held, tuple) and isinstance(said, ast.Tuple)
            ) else [(held, said)]
            for value, call in pairs:
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    yield value, call


def line_places(display: Derivation) -> tuple[Place | None, ...]:
    """For each line of a display the code that says it, where a theorem's page writes it."""
    return _derivations().get(id(display), (None,) * len(display.lines))


@cache
def _derivations() -> dict[int, tuple[Place, ...]]:
    found: dict[int, tuple[Place, ...]] = {}
    for path in sorted((PACKAGE / "theorems").glob("[a-z]*.py")):
        text = path.read_text(encoding="utf-8").splitlines()
        for made, call in calls(f"theorems.{path.stem}"):
            if not isinstance(made, Derivation):
                continue
            codes: list[ast.expr] = call.args[1:]
            if len(codes) != len(made.lines) or any(isinstance(c, ast.Starred) for c in codes):
                codes = [call] * len(made.lines)  # written with other derivations' lines
            found.setdefault(id(made), tuple(
                Place(f"theorems.{path.stem}", code.lineno, code.end_lineno or code.lineno,
                      "" if code is call else " ".join(
                          part.strip() for part in text[code.lineno - 1: code.end_lineno]))
                for code in codes
            ))
    return found


def listing(module: str) -> list[list[tuple[str, str]]]:
    """The lines of a module, each as pieces (class, text): comment, string, keyword, or ''."""
    text = module_path(module).read_text(encoding="utf-8")
    starts = [0, *(n for n, character in enumerate(text, 1) if character == "\n")]
    lines: list[list[tuple[str, str]]] = [[]]

    def add(look: str, start: int, end: int) -> None:
        for n, part in enumerate(text[start:end].split("\n")):
            if n:
                lines.append([])
            if part:
                lines[-1].append((look, part))

    at = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        look = {tokenize.COMMENT: "comment", tokenize.STRING: "string"}.get(token.type, "")
        if token.type == tokenize.NAME and keyword.iskeyword(token.string):
            look = "keyword"
        if look:
            start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
            add("", at, start)
            add(look, start, end)
            at = end
    add("", at, len(text))
    return lines[:-1] if text.endswith("\n") else lines
