"""Samples that needn't fit into memory: a .npy file that is read where it lies (numpy.memmap).

Minibatches are rows drawn from all of it, `Feed` reads a block of them at a time, and errors are
taken over blocks; so no more of the file is in memory than the system finds room for. Draws are
uniform, as the paper's Uniform(S) has it: a file much larger than memory is then read at the speed
of a disk's random reads.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import InputError


def open_npy(path: str | os.PathLike[str]) -> Array:
    """The array (m, d) in a .npy file, memory-mapped and read-only; nothing is unpickled.

    Raises InputError for what isn't such a file, OSError where it can't be read.
    """
    path = Path(path)
    try:
        return np.lib.format.open_memmap(path, mode="r")
    except OSError:
        raise
    except Exception as error:  # a damaged file can fail in any way
        raise InputError(
            f"{path} can't be mapped as .npy ({type(error).__name__}: {error})"
        ) from None


def samples(name: str, value: Any, columns: int, dtype: np.dtype) -> Array:
    """X or Y of a training: an array (m, columns) of this dtype, a numpy.memmap, or a .npy's path.

    Finiteness is checked here, once, in blocks. Raises InputError for anything else.
    """
    if isinstance(value, (str, os.PathLike)):
        value = open_npy(value)
    mapped = isinstance(value, np.memmap)
    if mapped and value.dtype != dtype:
        raise InputError(
            f"{name} is memory-mapped with dtype {value.dtype}; allowed is the weights' dtype "
            f"{dtype}, as a file isn't converted"
        )
    array = checks.real_array(name, value, ndim=2)
    checks.shape_is(name, array, (len(array), columns), f"(m, {columns})")
    if array.dtype != dtype:
        raise InputError(
            f"{name} has dtype {array.dtype}; allowed is the weights' dtype {dtype}"
        )
    return array if mapped else np.ascontiguousarray(array)
