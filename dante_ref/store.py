"""Files written whole or not at all: whoever reads one sees the old content or the new.

The content goes to a file beside, is brought to the disk, and takes the name last. A writer that is
killed, or finds the disk full, leaves the file as it was; one that fails or is interrupted removes
what it wrote. Every function raises OSError where the file can't be written.
"""

import errno
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt


def writable_folder(folder: Path) -> Path:
    """Make the folder if need be; OSError now, not after the work, where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:  # of a file, which is there and isn't meant
        raise NotADirectoryError(errno.ENOTDIR, "is a file, no folder", str(folder)) from None
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:  # names the file that was tried
        raise OSError(error.errno, error.strerror, str(folder)) from None
    return folder


def write(path: Path, fill: Callable[[BinaryIO], object], *, shared: bool = False) -> Path:
    """Write what `fill(file)` writes to a binary file; returns the path.

    shared: other processes may write the same path at the same time, so the file beside has a name
    of this process's own. (Else a killed writer's half file is overwritten by the next one.)
    """
    path = Path(path)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp" if shared else f"{path.name}.tmp")
    try:
        with open(beside, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


def write_bytes(path: Path, content: bytes, *, shared: bool = False) -> Path:
    """Write bytes, such as a picture."""
    return write(path, lambda file: file.write(content), shared=shared)


def write_text(path: Path, text: str, *, shared: bool = False) -> Path:
    """Write text in UTF-8, its line ends as they are."""
    return write_bytes(path, text.encode("utf-8"), shared=shared)


def write_json(path: Path, content: Any) -> Path:
    """Write JSON; ValueError for a NaN or an infinity, which JSON doesn't have."""
    return write_text(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def write_npz(
    path: Path, arrays: Mapping[str, npt.ArrayLike], *, compressed: bool = False,
    shared: bool = False,
) -> Path:
    """Write arrays by name as an .npz."""
    save = np.savez_compressed if compressed else np.savez
    return write(path, lambda file: save(file, **dict[str, Any](arrays)), shared=shared)
