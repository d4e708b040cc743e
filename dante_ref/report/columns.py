"""Text as a terminal shows it: words in lines, cells in columns."""

import textwrap
from collections.abc import Container, Sequence

WIDTH = 96


def wrapped(words: str, indent: int, hang: int = 2) -> str:
    """Words from a column on; what doesn't fit in a line of WIDTH, `hang` columns farther."""
    return textwrap.fill(
        words, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + hang)
    )


def in_columns(rows: Sequence[Sequence[str]], right: Container[int] = ()) -> str:
    """A line for each row; the columns numbered in `right` are aligned there, the others left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            f"{cell:>{width}}" if i in right else f"{cell:<{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
