"""What an exercise is: what is right, and the mistakes that people make, each with an explanation.

An answer is a number or a function. It is compared with what dante_ref computes; no explanation
names the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Array

CLOSE = 0.01
"""A number off by less, relatively, is called rounded (or nearly right), not large or small."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer of a known kind, and what to say of it.

    wrong: the number, or the function; `says` must not give the answer away.
    """

    wrong: Any
    says: str


@dataclass(frozen=True)
class Exercise:
    """What is right, which mistakes are known, and what the right answer teaches.

    right      a number, or a function
    arguments  for a function: the arguments on which it is tried, one tuple a trial
    rtol       how exact a number must be
    asks       what kind of answer is asked for
    """

    right: Any
    teaches: str
    mistakes: tuple[Mistake, ...] = ()
    arguments: Sequence[tuple[Any, ...]] = ()
    rtol: float = 1e-6
    asks: str = "a number"

    def judge(self, answer: Any) -> str | None:
        """None where the answer is right, else what is wrong with it."""
        if self.arguments:
            return self._judge_function(answer)
        try:
            value = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            return f"the answer is of type {type(answer).__name__}; asked for is {self.asks}."
        if value.shape != np.shape(self.right):
            return f"the answer has shape {value.shape}; asked for is {self.asks}."
        if not np.isfinite(value).all():
            return "the answer is not a finite number."
        if np.allclose(value, self.right, rtol=self.rtol, atol=0):
            return None
        for mistake in self.mistakes:
            if np.allclose(value, mistake.wrong, rtol=self.rtol, atol=0):
                return mistake.says
        if np.allclose(value, self.right, rtol=CLOSE, atol=0):
            return "close, but not exact: give the expression itself, not rounded digits."
        if np.ndim(self.right) == 0:
            return f"the answer is too {'large' if value > self.right else 'small'}."
        return "some of the numbers differ."

    def _judge_function(self, answer: Any) -> str | None:
        if not callable(answer):
            return f"the answer is of type {type(answer).__name__}; asked for is {self.asks}."
        given = []
        for arguments in self.arguments:
            try:
                returned = answer(*arguments)
                if returned is None:
                    return f"called with {_call(arguments)} it returns None: is `return` missing?"
                value = np.asarray(returned, dtype=float)
            except Exception as error:  # whatever the reader's function does
                return f"called with {_call(arguments)} it raises {type(error).__name__}: {error}"
            given.append(value)
        if self._agrees(self.right, given):
            return None
        for mistake in self.mistakes:
            if self._agrees(mistake.wrong, given):
                return mistake.says
        for arguments, value in zip(self.arguments, given, strict=True):
            if not _close(value, self.right(*arguments), self.rtol):
                return f"called with {_call(arguments)} it returns {value}, which isn't right."
        raise AssertionError("some trial differs")

    def _agrees(self, function: Callable[..., Any], given: list[Array]) -> bool:
        return all(
            _close(value, function(*arguments), self.rtol)
            for arguments, value in zip(self.arguments, given, strict=True)
        )


def _close(value: Array, right: Any, rtol: float) -> bool:
    return value.shape == np.shape(right) and bool(np.allclose(value, right, rtol=rtol, atol=1e-12))


def _call(arguments: tuple[Any, ...]) -> str:
    return "(" + ", ".join(np.array2string(np.asarray(a), precision=4) for a in arguments) + ")"
