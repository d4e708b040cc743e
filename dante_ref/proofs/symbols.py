"""The numbers that the theorems speak of: a, b, W, eps, ..., as symbols, and the range of each."""

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from .. import checks
from ..exceptions import InputError
from .formula import POSITIVE, Formula, Symbol

a = Symbol("a", "a", "the smaller slope of Definition 3, 0 < a ≤ b", sign=POSITIVE)
b = Symbol("b", "b", "the larger slope of Definition 3", sign=POSITIVE)
gamma = Symbol("gamma", "γ", "the smallest slope of φ; a for the generalized ReLU", sign=POSITIVE)
L = Symbol("L", "L", "the largest slope of φ; b for the generalized ReLU", sign=POSITIVE)
W = Symbol(
    "W", "W", "the bound on ‖w‖ and ‖w*‖ (of a layer: on the Frobenius norms)", sign=POSITIVE
)
W1 = Symbol("W1", "W₁", "the bound on ‖W₁*‖", sign=POSITIVE)
W2 = Symbol("W2", "W₂", "the bound on ‖W₂*‖", sign=POSITIVE)
eps = Symbol("eps", "ε", "the accuracy of Definitions 1 and 4", sign=POSITIVE)

_RANGES: dict[str, dict[str, float]] = {
    "eps": {"at_least": 0},  # 0 as a limit, where nothing is divided by it
    "delta": {"above": 0, "below": 1}, "outer_distance": {"at_least": 0},
    "distance": {"at_least": 0}, "T": {"at_least": 1}, "b0": {"at_least": 1},
}
_POSITIVE = {"above": 0.0}  # the range of the others
_ORDERED = (("a", "b"), ("gamma", "L"))


def in_range(**numbers: Any) -> dict[str, Any]:
    """The numbers by name; InputError for one out of its range: positive, if _RANGES has none.

    0 < a <= b and gamma <= L are asked too. Floats become NumPy's, which go to infinity with a
    RuntimeWarning where Python's would raise OverflowError or ZeroDivisionError.
    """
    numbers = {
        name: checks.numbers_in(name, value, **_RANGES.get(name, _POSITIVE))
        for name, value in numbers.items()
    }
    for low, high in _ORDERED:
        if low in numbers and not np.all(np.asarray(numbers[low]) <= numbers[high]):
            raise InputError(
                f"{low}, {high} are {numbers[low]}, {numbers[high]}; allowed is 0 < {low} <= {high}"
            )
    return {name: np.float64(x) if isinstance(x, float) else x for name, x in numbers.items()}


def checked(
    formula: Formula, *numbers: Symbol, positive: Sequence[Symbol] = (), **defaults: float
) -> Callable[..., Any]:
    """The formula as a function of these numbers, which checks them: `in_range`.

    Works element by element. positive: those that can't be 0 in this formula, as eps can elsewhere.
    defaults: values of numbers that may be left out.
    """
    names = [number.name for number in numbers]
    above_0 = {number.name for number in positive}
    signature = Signature([
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD,
                  default=defaults.get(name, Parameter.empty))
        for name in names
    ])

    def evaluate(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        for name in above_0:
            checks.numbers_in(name, given.arguments[name], above=0)
        return formula.at(in_range(**given.arguments))

    ranges = [
        f"{n} {checks.range_in_words(**_POSITIVE if n in above_0 else _RANGES.get(n, _POSITIVE))}"
        for n in names
    ]
    ranges += [f"{low} <= {high}" for low, high in _ORDERED if {low, high} <= {*names}]
    evaluate.__doc__ = f"""{formula} of {", ".join(names)}; works element by element.

    InputError unless {", ".join(ranges)}.
    """
    vars(evaluate).update(__signature__=signature, formula=formula)
    return evaluate


def on_problem(
    formula: Formula, kappa: Callable[[Any, Any], Any] = lambda eps, value: value
) -> Callable[[Any, Any], Any]:
    """κ(ε) as a function of ε and a problem, whose `numbers` go into the formula.

    kappa: of ε and the formula's value, where that is not κ itself.
    """
    def evaluate(eps: Any, problem: Any) -> Any:
        return kappa(eps, formula.at(problem.numbers, eps=eps))

    evaluate.__doc__ = f"κ(ε) on a problem, by {formula}; eps and κ (n,) or ()."
    vars(evaluate).update(formula=formula)
    return evaluate
