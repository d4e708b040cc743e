"""Validation of arguments: each check names the argument, what was given and what is allowed."""

import math
import numbers
from typing import Any

import numpy as np
import scipy.sparse

from .exceptions import InputError

_BLOCK_ENTRIES = 1 << 20  # checked for finiteness at a time


def real_array(name: str, value: Any, *, ndim: int | None = None, min_ndim: int = 0) -> np.ndarray:
    """`value` as a finite, non-empty floating array (float32 and float64 kept, the rest float64).

    Raises InputError, naming `name`, for sparse matrices, non-numbers, complex numbers, NaN,
    infinities, empty arrays and a wrong number of axes.
    """
    if scipy.sparse.issparse(value):
        raise InputError(
            f"{name} is a sparse matrix; allowed is a dense array (call {name}.toarray())"
        )
    try:
        array = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise InputError(f"{name} can't be read as an array of numbers: {error}") from None
    if array.dtype.kind not in "fiub":
        raise InputError(f"{name} has dtype {array.dtype}; allowed are real numbers")
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    if ndim is not None and array.ndim != ndim:
        raise InputError(f"{name} has {array.ndim} axes, shape {array.shape}; allowed is {ndim}")
    if array.ndim < min_ndim:
        raise InputError(
            f"{name} has {array.ndim} axes, shape {array.shape}; allowed is {min_ndim} or more"
        )
    if array.size == 0:
        raise InputError(f"{name} is empty, shape {array.shape}; allowed is at least one entry")
    bad = _not_finite(array)
    if bad:
        raise InputError(f"{name} holds {bad} NaN or infinite entries; allowed are finite numbers")
    return array


def _not_finite(array: np.ndarray) -> int:
    """How many entries are NaN or infinite, by blocks: the array may be larger than memory."""
    if array.ndim == 0:
        array = array[np.newaxis]
    rows = max(1, _BLOCK_ENTRIES * len(array) // array.size)
    blocks = (array[i:i + rows] for i in range(0, len(array), rows))
    return sum(block.size - int(np.count_nonzero(np.isfinite(block))) for block in blocks)


def shape_is(name: str, array: np.ndarray, shape: tuple[int, ...], meaning: str) -> None:
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
    x = float(value)
    if math.isfinite(x) and above < x < below and at_least <= x <= at_most:
        return x
    bounds = [
        text for text, bound in (
            (f"> {above:g}", above), (f">= {at_least:g}", at_least),
            (f"< {below:g}", below), (f"<= {at_most:g}", at_most),
        ) if math.isfinite(bound)
    ]
    allowed = " and ".join(bounds) or "finite"
    raise InputError(f"{name} is {value!r}; allowed is a number {allowed}")


def whole_number(name: str, value: Any, *, at_least: int = 0) -> int:
    """`value` as an int >= at_least; raises InputError naming `name`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise InputError(f"{name} is {value!r}; allowed is a whole number >= {at_least}")
    if value < at_least:
        raise InputError(f"{name} is {value}; allowed is a whole number >= {at_least}")
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
