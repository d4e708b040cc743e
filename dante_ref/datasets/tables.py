"""Numbers in a user's file, .npy, .npz or .csv, and the lines of the data sets' text tables.

Text is UTF-8, with or without a byte order mark, with any line ends; cells may be quoted. What
can't be read is named by its line in the file, its column, what was found and the way out.
"""

import csv
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import InputError

Record = tuple[int, list[str]]
"""A line's number in its file, counted from 1, and its cells."""

SPREADSHEETS = (".xlsx", ".xls", ".ods")
SIGNATURES = {b"PK\x03\x04": "an .xlsx workbook or another zip archive", b"\xd0\xcf\x11\xe0":
              "an .xls workbook", b"\x1f\x8b": "gzipped"}
NO_NAMES = {
    "", "-", "--", ".", "?", "*", "n/a", "n.a.", "na", "<na>", "nat", "none", "null", "missing",
    "true", "false", "#n/a", "#div/0!", "#name?", "#null!", "#num!", "#ref!", "#value!",
}
"""What stands for a number that is missing, or for 0 and 1: no line of these alone is a header."""

MINUS = str.maketrans("−–—", "---")
THOUSANDS = str.maketrans("", "", ",'’\xa0\u202f")

MOST_CELL = 1 << 30  # csv's own limit would refuse a long line of numbers


def text(content: bytes) -> str:
    """The text in these bytes; ValueError says where it isn't UTF-8."""
    for signature, what in SIGNATURES.items():
        if content.startswith(signature):
            raise ValueError(f"it is {what}; save it as plain CSV")
    try:
        found = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"line {line}: byte {content[error.start]:#04x} is no UTF-8, so it may be Latin-1 or "
            "another encoding; save the file as UTF-8"
        ) from None
    if "\x00" in found:
        line = found.count("\n", 0, found.index("\x00")) + 1
        raise ValueError(f"line {line} holds a zero byte, so it is no text (or UTF-16); save the "
                         "file as UTF-8")
    return found


def records(content: bytes, delimiter: str | None = ",") -> list[Record]:
    """The lines that aren't empty; `delimiter` None is any white space. ValueError: no table.

    A line of delimiters alone isn't empty: its numbers are missing.
    """
    lines = re.sub("\r\n?", "\n", text(content)).removesuffix("\n").split("\n")
    if delimiter is None:
        return [(i, [cell.strip('"') for cell in line.split()])
                for i, line in enumerate(lines, 1) if line.strip()]
    limit = csv.field_size_limit(MOST_CELL)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        return [(reader.line_num, row) for row in reader if len(row) > 1 or "".join(row).strip()]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None
    finally:
        csv.field_size_limit(limit)


def numbers(rows: Sequence[Record]) -> Array:
    """The cells as float64 (rows, columns); ValueError names the first that is no number."""
    width = len(rows[0][1])
    for line, row in rows:
        if len(row) != width:
            raise ValueError(f"line {line} has {len(row)} cells, line {rows[0][0]} has {width}")
    try:
        if not any("_" in cell for _, row in rows for cell in row):  # Python's 1_000 is no number
            found = np.array([row for _, row in rows], dtype=np.float64)
            if np.isfinite(found).all():
                return found
    except ValueError:
        pass
    for line, row in rows:
        for column, cell in enumerate(row, 1):
            if not (is_number(cell) and math.isfinite(float(cell))):
                raise ValueError(f"line {line}, column {column}: {way_out(cell)}")
    raise ValueError("it holds numbers that NumPy doesn't read")


def is_number(cell: str) -> bool:
    """Whether a cell is one."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def way_out(cell: str) -> str:
    """What is wrong with a cell that is no number, and what to do."""
    found = f"{cell[:40]!r} is no number"
    if not cell.strip():
        return "the cell is empty; fill it or leave its row or column out"
    if is_number(cell):
        return f"{cell[:40]!r} is NaN or infinite; allowed are finite numbers"
    if ";" in cell or "\t" in cell:
        mark = "semicolons" if ";" in cell else "tabs"
        return f"{found}; cells seem to be separated by {mark}: save with commas between cells"
    if all(map(is_number, cell.split())):
        return f"{found}; cells seem to be separated by blanks: save with commas between cells"
    if is_number(cell.translate(MINUS)):
        return f"{found}; its minus sign has to be '-'"
    if is_number(cell.replace(",", ".", 1)):
        return f"{found}; its decimal comma has to be a point"
    if is_number(cell.translate(THOUSANDS)):
        return f"{found}; leave the marks of thousands out"
    return f"{found}; leave text columns out, or put numbers in their place"


def csv_numbers(content: bytes) -> Array:
    """A .csv's numbers (rows, columns). A first line of names, without a number, is a header."""
    rows = records(content)
    if not rows:
        raise ValueError("it is empty")
    first, *rest = rows
    names = {cell.strip().lower() for cell in first[1]} - NO_NAMES
    if names and not any(map(_is_data, first[1])):
        if not rest:
            raise ValueError("it has a header and no rows")
        if len(first[1]) != len(rest[0][1]):
            raise ValueError(f"line {rest[0][0]} has {len(rest[0][1])} cells, the header in line "
                             f"{first[0]} has {len(first[1])}")
        found = numbers(rest)
        if not first[1][0].strip() and _counts(found[:, 0]):
            raise ValueError(f"line {first[0]}, column 1 has no name, and the column counts the "
                             "rows; leave it out (in pandas: index=False)")
        return found
    return numbers(rows)


def _counts(column: Array) -> bool:
    """Whether it is 0, 1, 2, ... or 1, 2, 3, ..."""
    return len(column) > 1 and any(
        np.array_equal(column, np.arange(first, first + len(column))) for first in (0, 1)
    )


def _is_data(cell: str) -> bool:
    """Whether a cell, or a part between other separators, is a number or begins with a digit but
    for signs: −1, $5, 1'000, 5 kg, 2020-01-31. The name of a column begins with a letter."""
    return any(
        is_number(part) or next((c for c in part if c.isalnum() or c == "_"), "").isdigit()
        for part in re.split("[;\t]", cell)
    )


def read_samples(path: Path, key: str | None = None) -> Array:
    """The samples (m, d) in a file, one a row: .npy, .npz (its array `key`) or .csv.

    A .csv has commas between numbers; a first line without a single number is taken for a header.
    Raises InputError for what isn't such a file or holds NaN; OSError where it can't be read.
    """
    path = Path(path)
    readers: dict[str, Callable[[Path, str | None], Array]] = {
        ".npy": _read_npy, ".npz": _read_npz,
        ".csv": lambda path, key: csv_numbers(path.read_bytes()),
    }
    if path.suffix.lower() not in readers:
        hint = "; save the sheet as .csv" if path.suffix.lower() in SPREADSHEETS else ""
        raise InputError(f"data file is {path}; allowed are {', '.join(readers)}{hint}")
    if key is not None and path.suffix.lower() != ".npz":
        raise InputError(f"key is {key!r}, but {path} is no .npz file; only those have keys")
    try:
        array = readers[path.suffix.lower()](path, key)
    except (OSError, InputError):
        raise
    except Exception as error:  # a damaged file can fail in any way
        what = "" if path.suffix.lower() == ".csv" else f"{type(error).__name__}: "
        raise InputError(f"{path} can't be read as {path.suffix} ({what}{error})") from None
    return checks.real_array(f"the array in {path}", array, ndim=2)


def _read_npy(path: Path, key: str | None) -> Array:
    with open(path, "rb") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _read_npz(path: Path, key: str | None) -> Array:
    file = np.load(path, allow_pickle=False)
    if not isinstance(file, np.lib.npyio.NpzFile) or not file.files:
        raise ValueError("it is no zip archive of arrays")
    with file:
        if key is None and len(file.files) == 1:
            key = file.files[0]
        if key not in file.files:
            raise InputError(
                f"key is {key!r}; allowed are the arrays in {path}: {', '.join(file.files)}"
            )
        found: Array = file[key]
        return found
