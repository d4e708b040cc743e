"""Validation of arguments: each check names the argument, what was given and what is allowed."""

import math
import numbers
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse

from .arrays import Array, blocks
from .exceptions import InputError

Checked: TypeAlias = Mapping[str, tuple[Array, Sequence[str]]]
"""Arrays that have been checked and the names of their last axes, by the arrays' names."""

NONE: Checked = {}

_BLOCK_ENTRIES = 1 << 20  # checked for finiteness at a time


def real_array(name: str, value: Any, *, ndim: int | None = None, min_ndim: int = 0) -> Array:
    """`value` as a finite, non-empty floating array (float32 and float64 kept, the rest float64).

    Raises InputError, naming `name`, for sparse matrices, masked entries, non-numbers, complex
    numbers, NaN, infinities, empty arrays and a wrong number of axes.
    """
    array = value if type(value) is np.ndarray else read(name, value)
    if array.dtype.kind not in "fiub":
        raise InputError(f"{name} has dtype {array.dtype}; allowed are real numbers")
    if array.dtype.char not in "fd" or not array.dtype.isnative:
        with np.errstate(over="ignore"):  # of a long double: infinite, and refused below
            array = array.astype(np.float32 if array.dtype.char == "f" else np.float64)
    if ndim is not None and array.ndim != ndim:
        raise InputError(f"{name} has {array.ndim} axes, shape {array.shape}; allowed is {ndim}")
    _has_axes(name, array, min_ndim)
    if array.size == 0:
        raise InputError(f"{name} is empty, shape {array.shape}; allowed is at least one entry")
    bad = _not_finite(array)
    if bad:
        raise InputError(f"{name} holds {bad} NaN or infinite entries; allowed are finite numbers")
    return array


def read(name: str, value: Any) -> Array:
    """`value` as an array of whatever dtype."""
    if scipy.sparse.issparse(value):
        raise InputError(
            f"{name} is a sparse matrix; allowed is a dense array (call {name}.toarray())"
        )
    not_masked(name, value)
    try:
        return np.asarray(value)
    except (ValueError, TypeError, RuntimeError) as error:
        raise InputError(f"{name} can't be read as an array of numbers: {error}") from None


def not_masked(name: str, value: Any) -> None:
    """Raise InputError for masked entries, whose numbers NumPy would take."""
    if np.ma.is_masked(value):
        raise InputError(f"{name} has masked entries; allowed are arrays without (fill them)")


def not_dates(name: str, value: Any) -> None:
    """Raise InputError for dates and spans of time, whole or a column, which NumPy would take."""
    table = hasattr(value, "columns")
    for dtype in value.dtypes if table else [getattr(value, "dtype", None)]:
        if getattr(dtype, "kind", "") in ("m", "M"):
            raise InputError(f"{name} has dtype {dtype}; allowed are real numbers")


def _has_axes(name: str, array: Array, min_ndim: int) -> None:
    if array.ndim < min_ndim:
        raise InputError(
            f"{name} has {array.ndim} axes, shape {array.shape}; allowed is {min_ndim} or more"
        )


def stacks(beside: Checked = NONE, /, **arguments: tuple[Any, Sequence[str]]) -> list[Array]:
    """Arrays of the formulas, each given with its last axes: stacks(w=(w, "d"), X=(X, "md")).

    A name of an axis is the same length everywhere. Axes in front, of a stack of problems, must go
    together as in NumPy. Floating arrays are checked by `real_array`; arrays of Fractions (`exact`)
    are let through. `beside` are arrays that have been checked, and that the others go with.
    Raises InputError, naming the argument.
    """
    lengths: dict[str, int] = {}
    front: tuple[int, ...] = ()
    arrays = []
    for name, (value, axes) in [*beside.items(), *arguments.items()]:
        if name in arguments:
            value = value if is_rational(value) else real_array(name, value, min_ndim=len(axes))
            _has_axes(name, value, len(axes))
            arrays.append(value)
        shape = value.shape
        own = len(shape) - len(axes)
        for axis, length in zip(axes, shape[own:], strict=True):
            if lengths.setdefault(axis, length) != length:
                raise InputError(
                    f"{name} has shape {shape}; allowed is (..., {', '.join(axes)}) with "
                    f"{axis} = {lengths[axis]}, as for {', '.join([*beside, *arguments])}"
                )
        if own and shape[:own] != front:
            try:
                front = np.broadcast_shapes(front, shape[:own]) if front else shape[:own]
            except ValueError:
                raise InputError(
                    f"{name} has shape {shape}; allowed are axes in front of its last "
                    f"{len(axes)} that go with {front} of {', '.join([*beside, *arguments])}"
                ) from None
    return arrays


def single(beside: Checked = NONE, /, **arguments: tuple[Any, Sequence[str]]) -> list[Array]:
    """As `stacks`, of one problem: no axes in front."""
    arrays = stacks(beside, **arguments)
    axes_of = {name: axes for name, (_, axes) in [*beside.items(), *arguments.items()]}
    held = [array for array, _ in beside.values()]
    for (name, axes), array in zip(axes_of.items(), held + arrays, strict=True):
        if array.ndim != len(axes):
            raise InputError(
                f"{name} has {array.ndim} axes, shape {array.shape}; allowed is {len(axes)}"
            )
    return arrays


def one_each(name: str, value: Sequence[Any], count: int) -> None:
    """Raise InputError unless there is one of `value` for each of `count` layers."""
    if len(value) != count:
        raise InputError(
            f"there are {len(value)} {name}; allowed is one for each of {count} layers"
        )


def is_rational(value: Any) -> bool:
    """Whether `value` is an array of Fractions or whole numbers, for exact arithmetic."""
    return (
        isinstance(value, np.ndarray) and value.dtype.char == "O"
        and all(isinstance(x, numbers.Rational) for x in value.flat)
    )


def _not_finite(array: Array) -> int:
    """How many entries are NaN or infinite, by blocks: the array may be larger than memory."""
    if array.size <= _BLOCK_ENTRIES:
        if math.isfinite(np.vdot(array, array)):  # quick, and proof enough
            return 0
        return array.size - int(np.count_nonzero(np.isfinite(array)))
    rows = max(1, _BLOCK_ENTRIES * len(array) // array.size)
    parts = (array[part] for part in blocks(len(array), rows))
    return sum(part.size - int(np.count_nonzero(np.isfinite(part))) for part in parts)


def shape_is(name: str, array: Array, shape: tuple[int, ...], meaning: str) -> None:
    """Raise InputError unless `array.shape == shape`; `meaning` says it in symbols, as '(m, d)'."""
    if array.shape != shape:
        raise InputError(f"{name} has shape {array.shape}; allowed is {meaning} = {shape}")


def number(
    name: str, value: Any, *, above: float = -math.inf, at_least: float = -math.inf,
    below: float = math.inf, at_most: float = math.inf,
) -> float:
    """`value` as a finite float in the open/closed range; raises InputError naming `name`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise InputError(f"{name} is {value!r}; allowed is a real number")
    try:
        x = float(value)
    except OverflowError:  # a whole number or Fraction beyond the largest float
        x = math.inf
    if math.isfinite(x) and above < x < below and at_least <= x <= at_most:
        return x
    allowed = range_in_words(above, at_least, below, at_most)
    raise InputError(f"{name} is {value!r}; allowed is a number {allowed}")


def range_in_words(
    above: float = -math.inf, at_least: float = -math.inf, below: float = math.inf,
    at_most: float = math.inf,
) -> str:
    """'> 0 and < 1', '>= 0', 'finite'."""
    bounds = [
        text for text, bound in (
            (f"> {above:g}", above), (f">= {at_least:g}", at_least),
            (f"< {below:g}", below), (f"<= {at_most:g}", at_most),
        ) if math.isfinite(bound)
    ]
    return " and ".join(bounds) or "finite"


def numbers_in(
    name: str, value: Any, *, above: float = -math.inf, at_least: float = -math.inf,
    below: float = math.inf, at_most: float = math.inf,
) -> Any:
    """`value`, a number or an array of numbers that are finite and all in the range.

    For formulas that work element by element; Fractions are numbers too. Raises InputError.
    """
    if isinstance(value, numbers.Real):
        number(name, value, above=above, at_least=at_least, below=below, at_most=at_most)
        return value
    array = value if is_rational(value) else real_array(name, value)
    inside = (above < array) & (at_least <= array) & (array < below) & (array <= at_most)
    if not inside.all():
        raise InputError(
            f"{name} holds {float(array[~inside].flat[0]):g}; allowed are numbers "
            f"{range_in_words(above, at_least, below, at_most)}"
        )
    return array


def weights(name: str, value: Any, m: int) -> Array:
    """`value` as (m,) float64 numbers >= 0, not all 0; raises InputError naming `name`."""
    weight = real_array(name, value, ndim=1).astype(np.float64)
    shape_is(name, weight, (m,), "(m,)")
    if (weight < 0).any() or not weight.any():
        raise InputError(
            f"{name} holds negative numbers, or only zeros; allowed are numbers >= 0, not all 0"
        )
    return weight


def one_of(name: str, value: Any, allowed: Iterable[str]) -> None:
    """Raise InputError, listing them, unless `value` is one of the `allowed` names."""
    allowed = tuple(allowed)
    if not isinstance(value, str) or value not in allowed:
        raise InputError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")


def switch(name: str, value: Any) -> None:
    """Raise InputError unless `value` is True or False, Python's or NumPy's."""
    if not isinstance(value, (bool, np.bool_)):
        raise InputError(f"{name} is {value!r}; allowed are True and False")


def float_type(name: str, value: Any) -> np.dtype[Any]:
    """`value` as the dtype float32 or float64; raises InputError naming `name`."""
    try:
        found: np.dtype[Any] = np.dtype(value)
    except TypeError:
        found = np.dtype(object)
    if found not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise InputError(f"{name} is {value!r}; allowed are float32 and float64")
    return found


def of_type(name: str, value: Any, kind: type) -> None:
    """Raise InputError unless `value` is an object of this class."""
    if not isinstance(value, kind):
        raise InputError(f"{name} is {value!r}; allowed is of type {kind.__name__}")


def whole_number(name: str, value: Any, *, at_least: int = 0) -> int:
    """`value` as an int >= at_least; raises InputError naming `name`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise InputError(f"{name} is {value!r}; allowed is a whole number >= {at_least}")
    if value < at_least:
        raise InputError(f"{name} is {value}; allowed is a whole number >= {at_least}")
    return int(value)


def processes(name: str, value: Any) -> int:
    """`value` as a number of processes to work in, 1 to 4 for each of the machine's cores."""
    most = 4 * (os.cpu_count() or 1)
    if whole_number(name, value, at_least=1) > most:
        raise InputError(f"{name} is {value}; allowed are at most {most}, 4 for each core")
    return int(value)


def generator(random_state: Any) -> np.random.Generator:
    """`random_state` (None, a whole number, a SeedSequence or a Generator) as a Generator."""
    if isinstance(random_state, np.random.RandomState):
        raise InputError(
            "random_state is a RandomState; allowed are None, a whole number or a numpy Generator"
        )
    try:
        return np.random.default_rng(random_state)
    except (TypeError, ValueError):
        raise InputError(
            f"random_state is {random_state!r}; allowed are None, a whole number >= 0 "
            "or a numpy Generator"
        ) from None
