"""Imports run one way: from what a reader sees down to what everything rests on."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import dante_ref

PACKAGE = Path(dante_ref.__file__).parent
ROOT = Path(__file__).resolve().parents[1]

LAYERS = [
    ["exceptions", "arrays", "shipped", "store"],
    ["checks", "norms"],
    ["balls", "activations"],
    ["objectives", "slqc"],
    ["problems", "literal", "algorithms"],
    ["training", "proofs", "datasets"],
    ["estimators", "bench", "theorems"],
    ["experiments"],
    ["report"],
    ["course"],
    ["companion"],
    ["commands"],
    ["cli"],
    ["__main__"],
]
"""From the ground up, as CONTRIBUTING draws it; a room imports from the floors below its own."""

FLOOR = {name: floor for floor, row in enumerate(LAYERS) for name in row}


def room(path):
    """The top-level module or package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_name(path):
    """'algorithms.dante' for algorithms/dante.py; a package's name for its __init__."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" or p.parent != PACKAGE)
MODULES = {module_name(path) for path in FILES}


def imported_modules(path):
    """The modules of dante_ref that a file imports, wherever in the file it does."""
    package = path.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*package[:len(package) - node.level + 1], *(node.module or "").split(".")]
            source = ".".join(part for part in base if part)
            for alias in node.names:
                inner = f"{source}.{alias.name}".strip(".")
                if inner in MODULES:
                    yield inner
                elif source in MODULES:
                    yield source
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [
                alias.name for alias in node.names
            ]
            assert not any(n.startswith("dante_ref") for n in names), f"{path}: relative, please"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    here = room(path)
    assert here in FLOOR, f"{here} has no place in LAYERS"
    for other in {name.split(".")[0] for name in imported_modules(path)} - {here}:
        assert FLOOR[other] < FLOOR[here], f"{here} imports {other}, not below it"


def test_no_room_stands_higher_than_it_must():
    rests_on = {name: set() for name in FLOOR}
    for path in FILES:
        rests_on[room(path)] |= {name.split(".")[0] for name in imported_modules(path)}
    for name, floor in FLOOR.items():
        below = [FLOOR[other] for other in rests_on[name] - {name}]
        assert floor == max(below, default=-1) + 1, f"{name} is on floor {floor}"


def test_no_files_import_each_other_in_a_circle():
    # A package's face gathers its files, which never go through it.
    graph = {module_name(path): set(imported_modules(path)) for path in FILES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


KINDS = {
    "architecture", "bad_input", "dask", "determinism", "distribution", "estimator_faults",
    "faults", "fuzz", "init", "judges", "kinds", "oracles", "oracles_torch", "readme", "scale",
    "surroundings",
}
"""Tests of a kind of fault or of the whole, which mirror no module."""


def test_a_test_module_mirrors_a_module_by_name():
    names = {name.split(".")[-1] for name in MODULES}
    names |= {f"{name.split('.')[-1]}_command" for name in MODULES if name.startswith("commands.")}
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert tested - names == KINDS


ELSEWHERE = {"coalesce_streams", "dask", "return", "src"}
"""Names in backticks that other packages, Python or HTML define."""


def names_in(path):
    """What a file defines, takes as an argument or imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[-1]


OF_MODULE = {}  # of all modules of a name
for each in FILES:
    OF_MODULE.setdefault(each.stem, set()).update(names_in(each))
ROOMS = {path.parent.name for path in FILES}
ALL_NAMES = set().union(*OF_MODULE.values(), OF_MODULE, ROOMS, ELSEWHERE)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_what_a_text_names_in_backticks_is_there(path):
    for named in re.findall(r"`([A-Za-z_][\w.]*)`", path.read_text(encoding="utf-8")):
        *modules, name = named.removesuffix(".py").split(".")
        assert {*modules, name} <= ALL_NAMES, named
        if modules and modules[-1] in OF_MODULE:
            assert name in OF_MODULE[modules[-1]] | OF_MODULE.keys(), named


def test_contributing_draws_these_floors():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    house = text[text.index("## The house"):]
    drawing = re.search(r"```text\n(.*?)```", house, re.S).group(1)
    rows = [re.match(r" *\| ([\w, ]+?) *\|", line) for line in drawing.splitlines()]
    drawn = [row.group(1).split(", ") for row in rows if row]
    assert drawn == LAYERS[::-1]
