"""The exercises: solutions are right, mistakes are explained, and no explanation gives it away."""

import re
from pathlib import Path

import numpy as np
import pytest

from dante_ref.course import check, explore, show, state
from dante_ref.course.exercise import Exercise
from dante_ref.course.exercises import EXERCISES
from dante_ref.exceptions import InputError
from dante_ref.proofs import exact
from dante_ref.theorems import CLAIMS, theorem_3

SOLUTIONS = sorted((Path(__file__).resolve().parents[1] / "notebooks/solutions").glob("*.py"))
every = pytest.mark.parametrize("number", EXERCISES)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda p: p.stem)
def test_every_solution_is_right(path, capsys):
    exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert said and all(": right. " in line for line in said)
    assert [re.match(r"Exercise (\d\.\d)", line).group(1) for line in said] == [
        e for e in EXERCISES if e[0] == str(int(path.stem[:2]))
    ]


def test_every_exercise_has_a_solution():
    assert [int(p.stem[:2]) for p in SOLUTIONS] == sorted({int(e[0]) for e in EXERCISES})


@every
def test_every_mistake_is_told_from_the_right_answer(number, capsys):
    exercise = EXERCISES[number]
    assert exercise.mistakes
    for says, wrong in exercise.mistakes.items():
        assert check(number, wrong) is False
        assert says in capsys.readouterr().out


@every
def test_no_explanation_contains_the_answer(number):
    exercise = EXERCISES[number]
    if exercise.arguments:
        return
    right = np.atleast_1d(exercise.right() if callable(exercise.right) else exercise.right)
    for says in exercise.mistakes:
        numbers = [float(n) for n in re.findall(r"(?<![\w^.])\d+(?:\.\d+)?(?![\w^])", says)]
        assert not np.isclose(numbers, right.item() if right.size == 1 else np.nan).any()


@every
def test_answers_of_the_wrong_kind_are_explained(number, capsys):
    for answer in ("seven", None, np.nan, [1.0] * 7, lambda: None, lambda *a: "x"):
        assert check(number, answer) is False
    assert "Traceback" not in capsys.readouterr().out


def test_three_dots_are_no_answer(capsys):
    assert check("0.1", ...) is None
    assert "three dots" in capsys.readouterr().out


def test_an_unknown_exercise_is_refused():
    with pytest.raises(InputError, match=r"9\.9"):
        check("9.9", 1)


def test_an_unforeseen_mistake_is_told_its_direction(capsys):
    exercise = Exercise(2.0, "two", {"that's three": 3.0})
    assert exercise.judge(2.0) is None and exercise.judge(3) == "that's three"
    assert "small" in exercise.judge(1) and "large" in exercise.judge(1e9)


def test_a_function_is_tried_on_every_argument():
    exercise = Exercise(lambda x: x**2, "", {"twice": lambda x: 2 * x}, ((2.0,), (3.0,)))
    assert exercise.judge(lambda x: x * x) is None
    assert exercise.judge(lambda x: 2 * x) == "twice"  # right at 2, not at 3
    assert "(3.)" in exercise.judge(lambda x: 4.0) or "(3.0)" in exercise.judge(lambda x: 4.0)
    assert "ZeroDivisionError" in exercise.judge(lambda x: 1 / 0)
    assert "return" in exercise.judge(lambda x: print(end=""))


@every
def test_a_rounded_answer_is_called_close(number):
    exercise = EXERCISES[number]
    if not exercise.arguments:
        right = np.asarray(exercise.right() if callable(exercise.right) else exercise.right)
        assert "close" in exercise.judge(right * 1.004) and "close" in exercise.judge(right * 0.996)


def test_without_sliders_a_static_picture_is_drawn(monkeypatch):
    monkeypatch.setenv("DANTE_REF_STATIC", "1")
    drawn = []
    explore(lambda a, b: drawn.append((a, b)), a=([1, 2], 2), b=([3], 3))
    assert drawn == [(2, 3)]


def test_without_ipywidgets_a_static_picture_is_drawn(monkeypatch):
    monkeypatch.delenv("DANTE_REF_STATIC", raising=False)
    monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    drawn = []
    explore(lambda a: drawn.append(a), a=([1, 2], 2))
    assert drawn == [2]


def test_a_broken_step_is_marked(capsys):
    instance, eps = theorem_3.gap_counterexample()
    floats = exact.as_floats(instance)
    show(theorem_3.PROOF.at(floats, float(eps))[0])
    lines = capsys.readouterr().out.splitlines()
    failed = [i for i, line in enumerate(lines) if "FAILS" in line]
    assert len(failed) == 1 and "Step 6" in lines[failed[0]]


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_stated_as_the_ledger_has_it(name, capsys):
    state(name)
    said = capsys.readouterr().out
    assert " ".join(said.split()).startswith(" ".join(CLAIMS[name].statement.split()))
    assert f"verdict: {CLAIMS[name].verdict}" in said
    assert all(str(hypothesis) in " ".join(said.split()) for hypothesis in CLAIMS[name].hypotheses)
    assert not re.search(r"\([^()\n]*\n", said)  # no line ends within brackets


def test_an_unknown_claim_is_refused():
    with pytest.raises(InputError, match="theorem-1"):
        state("theorem-99")
