"""Where code stands: files and lines of the installed package, found by `inspect`, never copied."""

import ast
import inspect
import io
import keyword
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from .. import theorems
from ..exceptions import InputError
from ..proofs.derivation import Derivation, Line

PACKAGE = Path(theorems.__file__).parents[1]


@dataclass(frozen=True)
class Place:
    """Lines first to last of a file of the package, and what stands there: a name, or its code."""

    module: str
    file: str
    first: int
    last: int
    title: str

    def __str__(self) -> str:
        return f"{self.file}:{self.first}"


def package() -> ModuleType:
    """dante_ref itself."""
    return import_module(PACKAGE.name)


def module_file(module: ModuleType) -> str:
    """'dante_ref/theorems/theorem_1.py'."""
    return str(Path(inspect.getfile(module)).relative_to(PACKAGE.parent).as_posix())


def module_path(module: str) -> Path:
    """The file of a module, which needn't be imported: some need an extra."""
    return PACKAGE.joinpath(*module.split(".")).with_suffix(".py")


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
    found = resolve(name)
    if inspect.ismodule(found):
        lines = inspect.getsource(found).splitlines()
        return Place(name, module_file(found), 1, len(lines), name)
    if hasattr(found, "formula"):
        page, _, title = name.partition(":")
        owner = resolve(page)
        call = next(call for value, call in calls(owner, module_path(page)) if value is found)
        return Place(page, module_file(owner), call.lineno, call.end_lineno or call.lineno, title)
    lines, first = inspect.getsourcelines(found)
    module = inspect.getmodule(found)
    assert module is not None
    return Place(
        module.__name__.removeprefix("dante_ref."), module_file(module), first,
        first + len(lines) - 1, found.__qualname__,
    )


def line_places(title: str, lines: Sequence[Line]) -> tuple[Place | None, ...]:
    """For each line of a chain the code that says it, where it is written as a derivation."""
    written = _derivations().get(_signature(title, lines))
    return written if written is not None else (None,) * len(lines)


def _signature(title: str, lines: Sequence[Line]) -> tuple[str, ...]:
    return (title, *(f"{line.relation} {line.formula}" for line in lines))


@cache
def _derivations() -> dict[tuple[str, ...], tuple[Place, ...]]:
    found: dict[tuple[str, ...], tuple[Place, ...]] = {}
    for path in sorted((PACKAGE / "theorems").glob("[a-z]*.py")):
        module = import_module(f"dante_ref.theorems.{path.stem}")
        for derivation, call in calls(module, path):
            if isinstance(derivation, Derivation):
                found.setdefault(
                    _signature(derivation.title, derivation.lines),
                    _places(module, path, call, len(derivation.lines))
                )
    return found


def calls(module: ModuleType, path: Path) -> Iterator[tuple[Any, ast.Call]]:
    """What the module's assignments NAME = derivation(...), or a tuple of them, hold, and how."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            held, written = getattr(module, node.targets[0].id), node.value
            pairs = zip(held, written.elts, strict=False) if (
                isinstance(held, tuple) and isinstance(written, ast.Tuple)
            ) else [(held, written)]
            for value, call in pairs:
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    yield value, call


def _places(module: ModuleType, path: Path, call: ast.Call, count: int) -> tuple[Place, ...]:
    text = path.read_text(encoding="utf-8").splitlines()
    arguments = call.args[1:]
    if len(arguments) != count or any(isinstance(a, ast.Starred) for a in arguments):
        arguments = [call] * count  # written with other derivations' lines: the whole of it
    return tuple(
        Place(
            module.__name__.removeprefix("dante_ref."), module_file(module), a.lineno,
            a.end_lineno or a.lineno,
            " ".join(part.strip() for part in text[a.lineno - 1: a.end_lineno])
            if a is not call else "",
        )
        for a in arguments
    )


def listing(module: str) -> list[list[tuple[str, str]]]:
    """The lines of a module, each as pieces (class, text): comment, string, keyword, or ''."""
    text = module_path(module).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    looks: list[list[str]] = [[""] * len(line) for line in lines]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        look = {tokenize.COMMENT: "comment", tokenize.STRING: "string"}.get(token.type, "")
        if token.type == tokenize.NAME and keyword.iskeyword(token.string):
            look = "keyword"
        if look:
            (row, start), (end_row, end) = token.start, token.end
            for r in range(row, end_row + 1):
                line = looks[r - 1]
                for c in range(start if r == row else 0, end if r == end_row else len(line)):
                    line[c] = look
    return [list(_pieces(line.rstrip("\n"), look)) for line, look in zip(lines, looks, strict=True)]


def _pieces(line: str, looks: list[str]) -> Iterator[tuple[str, str]]:
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or looks[end] != looks[start]:
            yield looks[start], line[start:end]
            start = end
