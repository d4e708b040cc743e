"""KINDS.md: every test that it names is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
NAMED = re.findall(r"\| `(test_\w+\.py)(?:::(\w+))?` \|$",
                   (TESTS / "KINDS.md").read_text(encoding="utf-8"), re.M)


def test_fifty_kinds_are_named_once():
    assert len(NAMED) == len(set(NAMED)) >= 50


@pytest.mark.parametrize("module, test", NAMED)
def test_the_test_is_there(module, test):
    text = (TESTS / module).read_text(encoding="utf-8")
    assert re.search(rf"^def {test}\(" if test else r"^def test_", text, re.M)
