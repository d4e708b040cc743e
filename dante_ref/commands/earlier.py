"""Nothing that was computed before is overwritten unasked: --overwrite."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from ..exceptions import InputError


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """The option --overwrite."""
    parser.add_argument(
        "--overwrite", action="store_true",
        help="begin anew where the folder holds an earlier run, whose files are removed",
    )


def make_room(
    folder: Path, names: Iterable[str], *, overwrite: bool, option: str = "--out",
    what: str = "an earlier run", other: str = "",
) -> None:
    """Refuse a folder that holds one of these files; with `overwrite`, remove them.

    option  names the folder, what the files, other what else is allowed.
    """
    earlier = [name for name in names if (folder / name).exists()]
    if earlier and not overwrite:
        raise InputError(
            f"{option} {folder} holds {what} ({', '.join(earlier)}); allowed are {other}"
            "--overwrite, to begin anew, and another folder"
        )
    for name in earlier:
        (folder / name).unlink()
