"""Checkpoints: one .npz file, written whole or not at all, and read without pickle."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import store
from ..arrays import Array, blocks
from ..exceptions import InputError

SCHEMA = 2


def save(
    path: Path, config: Mapping[str, Any], state: Mapping[str, Any],
    arrays: Mapping[str, Array],
) -> None:
    """Write `arrays`, and as JSON `config` (what may not differ on resuming) and `state`.

    Raises OSError where it can't be written.
    """
    store.write_npz(path, {
        "schema": np.array(SCHEMA), "config": np.array(json.dumps(dict(config))),
        "state": np.array(json.dumps(dict(state))), **arrays,
    })


def load(path: Path, config: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Array]]:
    """The state and the arrays of a checkpoint that was saved with this very `config`.

    Raises InputError for a file that isn't a checkpoint, is damaged, or belongs to another
    configuration (naming what differs); OSError where it can't be read.
    """
    try:
        with zipfile.ZipFile(path) as file:
            if any(part.compress_type != zipfile.ZIP_STORED for part in file.infolist()):
                raise ValueError("it is compressed: it could unpack to any size")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        schema = int(arrays.pop("schema"))
        theirs, state = (json.loads(str(arrays.pop(name))) for name in ("config", "state"))
        if not (isinstance(theirs, dict) and isinstance(state, dict)):
            raise ValueError("config and state must be JSON objects")
    except OSError:
        raise
    except Exception as error:  # a damaged file can fail in any way
        raise InputError(
            f"{path} can't be read as a checkpoint ({type(error).__name__}: {error}); "
            "allowed is a file written by the same command"
        ) from None
    if schema != SCHEMA:
        raise InputError(f"{path} has schema {schema}; allowed is {SCHEMA}")
    ours = json.loads(json.dumps(dict(config)))
    names = [key for key in sorted(ours.keys() & theirs.keys()) if theirs[key] != ours[key]]
    differ = [f"{key} is {theirs[key]!r} there and {ours[key]!r} here" for key in names]
    if ours.keys() != theirs.keys():
        only = {"there": sorted(theirs.keys() - ours.keys()),
                "here": sorted(ours.keys() - theirs.keys())}
        differ.append("it is of another kind, " + ", ".join(
            f"with {', '.join(keys)} only {where}" for where, keys in only.items() if keys
        ))
    if differ:
        raise InputError(
            f"{path} belongs to another configuration: {'; '.join(differ)}", names
        )
    return state, arrays


def fingerprint(*arrays: Array) -> str:
    """SHA-256 of arrays: their shapes, dtypes and numbers, read in blocks of rows."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.shape} {array.dtype.str} ".encode())
        rows = max(1, (1 << 20) * len(array) // max(1, array.size))
        for part in blocks(len(array), rows):
            digest.update(np.ascontiguousarray(array[part]).tobytes())
    return digest.hexdigest()
