"""Imports run one way: from what a reader sees down to what everything rests on."""

import ast
from pathlib import Path

import pytest

import dante_ref

PACKAGE = Path(dante_ref.__file__).parent

LAYERS = [
    ["exceptions"],
    ["checks"],
    ["balls", "bounds"],
    ["activations", "slqc"],
    ["errors", "subgradients"],
    ["problems"],
    ["training", "datasets", "search"],
    ["exact", "estimators", "bench"],
    ["theorems", "experiments"],
    ["ledger"],
    ["report", "course"],
    ["commands"],
    ["cli"],
    ["__main__"],
]
"""From the ground up; a module may import from its own row's packages only within itself."""

FLOOR = {name: floor for floor, row in enumerate(LAYERS) for name in row}


def room(path):
    """The top-level module or package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path):
    """The rooms that a file imports from, by its relative imports."""
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            if node.module:
                yield node.module.split(".")[0]
            else:
                yield from (alias.name for alias in node.names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [
                alias.name for alias in node.names
            ]
            assert not any(n.startswith("dante_ref") for n in names), f"{path}: relative, please"


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" or p.parent != PACKAGE)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    here = room(path)
    assert here in FLOOR, f"{here} has no place in LAYERS"
    for other in imported_rooms(path):
        if other not in ("__version__", here):
            assert FLOOR[other] < FLOOR[here], f"{here} imports {other}, not below it"
