"""What an exercise is: what is right, and the mistakes that people make, each with an explanation.

An answer is a number or a function. It is compared with what dante_ref computes; no explanation
names the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..arrays import Array

CLOSE = 0.01
"""A number off by less, relatively, is called rounded (or nearly right), not large or small."""


@dataclass(frozen=True)
class Exercise:
    """What is right, which mistakes are known, and what the right answer teaches.

    right      a number, or a function
    mistakes   what to say -> the wrong answer, of a known kind, of which to say so
    arguments  for a function: the arguments on which it is tried, one tuple a trial
    rtol       how exact a number must be
    asks       what kind of answer is asked for
    """

    right: Any
    teaches: str
    mistakes: Mapping[str, Any] = field(default_factory=dict)
    arguments: Sequence[tuple[Any, ...]] = ()
    rtol: float = 1e-6
    asks: str = "a number"

    def judge(self, answer: Any) -> str | None:
        """None where the answer is right, else what is wrong with it."""
        given = self._given(answer)
        if isinstance(given, str):
            return given
        if self._agree(given, self.right):
            return None
        for says, wrong in self.mistakes.items():
            if self._agree(given, wrong):
                return says
        for arguments, value in zip(self.arguments, given, strict=False):
            if not _close(value, self.right(*arguments), self.rtol):
                return f"called with {_call(arguments)} it returns {value}, which isn't right."
        if _close(given[0], self.right, CLOSE):
            return "close, but not exact: give the expression itself, not rounded digits."
        if np.ndim(self.right) == 0:
            return f"the answer is too {'large' if given[0] > self.right else 'small'}."
        return "some of the numbers differ."

    def _given(self, answer: Any) -> list[Array] | str:
        """The answer's numbers, of a function those of every trial; or why it has none."""
        if self.arguments and not callable(answer):
            return f"the answer is of type {type(answer).__name__}; asked for is {self.asks}."
        given = []
        for arguments in self.arguments:
            try:
                returned = answer(*arguments)
                if returned is None:
                    return f"called with {_call(arguments)} it returns None: is `return` missing?"
                given.append(np.asarray(returned, dtype=float))
            except Exception as error:  # whatever the reader's function does
                return f"called with {_call(arguments)} it raises {type(error).__name__}: {error}"
        if given:
            return given
        try:
            value = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            return f"the answer is of type {type(answer).__name__}; asked for is {self.asks}."
        if value.shape != np.shape(self.right):
            return f"the answer has shape {value.shape}; asked for is {self.asks}."
        return [value] if np.isfinite(value).all() else "the answer is not a finite number."

    def _agree(self, given: list[Array], known: Any) -> bool:
        """Are these the numbers that are known, or that the known function returns?"""
        found = [known(*arguments) for arguments in self.arguments] or [known]
        return all(_close(a, b, self.rtol) for a, b in zip(given, found, strict=True))


def _close(value: Array, right: Any, rtol: float) -> bool:
    return value.shape == np.shape(right) and bool(np.allclose(value, right, rtol=rtol, atol=1e-12))


def _call(arguments: tuple[Any, ...]) -> str:
    return "(" + ", ".join(np.array2string(np.asarray(a), precision=4) for a in arguments) + ")"
