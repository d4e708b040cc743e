"""What the outputs of a notebook say and show, and what differs between two runs of it."""

import base64
import io
from copy import deepcopy

import nbformat
import numpy as np
from matplotlib.image import imread

from dante_ref.course import build

LARGEST_OUTPUT = 300_000
"""Bytes of one output, at most."""


def outputs(cell):
    """A cell's outputs as (kind, text); of a picture, that there is one."""
    found = []
    for output in build.joined(deepcopy(cell.get("outputs", []))):
        if output.output_type == "stream":
            found.append((output.name, output.text))
        elif output.output_type == "error":
            found.append(("error", f"{output.ename}: {output.evalue}"))
        else:
            found += [
                (kind, "" if kind.startswith("image/") else str(content))
                for kind, content in sorted(output.data.items())
            ]
    return found


def pictures(cell):
    """A cell's PNGs as arrays (rows, columns, colours), numbers in [0, 1]."""
    return [
        imread(io.BytesIO(base64.b64decode(output.data["image/png"])), format="png")
        for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ]


def alike(one, other):
    """Whether two pictures show the same: at most 1 pixel in 500 differs by more than a quarter.

    A curve that moves changes more; another version's rendering of letters less.
    """
    if one.shape != other.shape:
        return False
    differs = np.abs(one - other).max(axis=-1) > 0.25
    return bool(np.mean(differs) <= 1 / 500)


def stale(old, new):
    """What differs between a committed notebook and a new run of its source, in words."""
    if [c.source for c in old.cells] != [c.source for c in new.cells]:
        yield "the cells differ from the source's"
        return
    for before, now in zip(old.cells, new.cells, strict=True):
        if outputs(before) != outputs(now):
            yield f"{now.id} says {outputs(now)}, committed is {outputs(before)}"
        elif not all(map(alike, pictures(before), pictures(now))):
            yield f"{now.id} draws another picture than the committed one"


def too_large(notebook):
    """The cells with an output of more than LARGEST_OUTPUT bytes."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            size = len(nbformat.v4.writes(nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_code_cell(outputs=[output])]
            )).encode())
            if size > LARGEST_OUTPUT:
                yield f"{cell.id} has an output of {size} bytes; allowed are {LARGEST_OUTPUT}"
