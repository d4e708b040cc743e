"""Exact rational arithmetic: the same formulas, evaluated on Fractions instead of floats.

Errors, subgradients and chains of the generalized ReLU use +, -, *, / and comparisons alone, so
they run unchanged on object arrays of Fractions. Where a claim is violated, the ledger decides by
these numbers, and no verdict rests on rounding. A norm is taken only where it is rational.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..exceptions import InputError
from .families import Instance, P


def rational(values: Any) -> Array:
    """Numbers, or strings like '3/5', as an object array of Fractions (floats taken exactly).

    Raises InputError for anything else, NaN and infinities among them.
    """
    try:
        array = np.asarray(values, dtype=object)
        exact: Array = np.vectorize(Fraction, otypes=[object])(array)
        return exact
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        raise InputError(f"values can't be read as rational numbers: {error}") from None


def _mapped(value: Any, to_array: Callable[[Any], Any], to_number: Callable[[Any], Any]) -> Any:
    if isinstance(value, GeneralizedReLU):
        return GeneralizedReLU(to_number(value.a), to_number(value.b))
    if isinstance(value, np.ndarray):
        return to_array(value)
    return to_number(value) if isinstance(value, (int, float, Fraction)) else value


def _instance(
    instance: Instance[P], to_array: Callable[[Any], Any], to_number: Callable[[Any], Any]
) -> Instance[P]:
    problem: Any = instance.problem
    numbers = {
        f.name: _mapped(getattr(problem, f.name), to_array, to_number) for f in fields(problem)
    }
    return Instance(replace(problem, **numbers), to_array(instance.point))


def as_fractions(instance: Instance[P]) -> Instance[P]:
    """The instance with every float turned into the Fraction that it is exactly."""
    return _instance(instance, rational, Fraction)


def as_floats(instance: Instance[P]) -> Instance[P]:
    """The instance with every Fraction rounded to the nearest float."""
    return _instance(instance, lambda v: v.astype(np.float64), float)


@dataclass(frozen=True)
class ExactSLQC:
    """The numbers that decide SLQC at one point, exactly; the gradient's norm as its square."""

    gap: Fraction
    squared_norm: Fraction
    progress: Fraction

    def holds(self, eps: Fraction, squared_radius: Fraction) -> bool:
        """Is SLQC true with a ball of this squared radius? (slqc.SLQC.holds, without a root.)"""
        if self.gap <= eps:
            return True
        enough = self.progress**2 >= squared_radius * self.squared_norm
        return self.squared_norm > 0 and self.progress >= 0 and enough

    @property
    def is_stationary(self) -> bool:
        """Is the gradient zero where there is an error? Then clause 2 fails whatever z and eps."""
        return self.gap > 0 and self.squared_norm == 0

    @property
    def no_kappa_will_do(self) -> bool:
        """For every eps < gap: the gradient is zero, or points away from the optimum."""
        return self.gap > 0 and (self.squared_norm == 0 or self.progress <= 0)


def slqc(instance: Instance[Any]) -> ExactSLQC:
    """ExactSLQC of an instance (floats are taken as the rational numbers that they are)."""
    exact = as_fractions(instance)
    problem, x = exact.problem, exact.point
    z = problem.optimum
    G = problem.subgradient(x)
    return ExactSLQC(
        gap=problem.error(x) - problem.error(z),
        squared_norm=np.sum(G * G),
        progress=np.sum(G * (x - z)),
    )
