"""The README is true: its files exist, its commands parse, its snippets run."""

import re
import shlex
from pathlib import Path

import pytest

from dante_ref import cli
from dante_ref.theorems import CLAIMS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
MAP = README[README.index("## Map of the paper"):README.index("## The house")]
COMMANDS = [
    shlex.split(line.split("#")[0])[1:]
    for block in re.findall(r"```sh\n(.*?)```", README, re.S)
    for part in block.splitlines()
    for line in part.split(" && ")
    if line.strip().startswith(".venv/bin/dante-ref")
]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/]+\.(?:py|md|ipynb))`", MAP))))
def test_every_file_of_the_map_exists(name):
    folders = [ROOT, *(p for p in ROOT.rglob("*") if p.is_dir() and ".venv" not in str(p))]
    assert any((folder / name).exists() for folder in folders)


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_every_command_parses(argv):
    if argv == ["--help"]:
        return
    cli.make_parser().parse_args(argv)


def test_the_claims_named_in_the_map_exist():
    named = re.findall(r"`show ([\w.-]+)`", MAP)
    assert named and set(named) <= set(CLAIMS)


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", README, re.S))
def test_every_snippet_runs(snippet, capsys):
    exec(compile(snippet, "README.md", "exec"), {})


def test_every_picture_exists():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).exists(), path
