"""The notebooks as files: each a plain source `NN-name.py`, and beside it the .ipynb with outputs.

The source (jupytext's percent format) is what is edited and what diffs show. `execute` runs it in a
clean kernel. Needs the extra `notebooks`.
"""

import os
from pathlib import Path
from typing import Any

from .. import store
from ..exceptions import InputError
from .display import STATIC

try:
    import jupytext
    import nbclient
    import nbformat
except ImportError:
    raise InputError("notebooks need an extra: pip install 'dante_ref[notebooks]'") from None

INLINE = "module://matplotlib_inline.backend_inline"
"""The kernel's backend whatever MPLBACKEND says: with another one no picture is in the notebook."""

SECONDS = 300  # for a cell, at most

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sources(folder: Path) -> list[Path]:
    """The course's sources in their order; InputError where there are none."""
    found = sorted(folder.glob("[0-9][0-9]-*.py"))
    if not found:
        raise InputError(f"{folder} holds no notebooks NN-name.py; name the folder that does")
    return found


def from_source(source: Path) -> Any:
    """The notebook of a source, without outputs. Cells are numbered, so that a diff is small."""
    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({})
    return notebook


def execute(source: Path) -> Any:
    """The notebook of a source with its outputs, from a clean kernel.

    Raises nbclient's CellExecutionError for an error or a failing assertion in a cell.
    """
    notebook = from_source(source)
    client = nbclient.NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(source.parent)}},
    )
    client.execute(env={
        **os.environ, STATIC: "1", "MPLBACKEND": INLINE, "PYTHONWARNINGS": "error::RuntimeWarning",
    })
    notebook.metadata = nbformat.from_dict(KERNEL)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs, neighbouring pieces of one stream as one.

    What is printed reaches the notebook in pieces, cut where the kernel happens to send them.
    (nbclient's `coalesce_streams` does this too, in a time that grows with a line's length squared:
    100 s for a line of 400,000 characters.)
    """
    found: list[Any] = []
    for output in outputs:
        same = output.output_type == "stream" and found and (
            found[-1].output_type == "stream" and found[-1].name == output.name
        )
        if same:
            found[-1].text += output.text
        else:
            found.append(output)
    return found


def write(notebook: Any, source: Path) -> Path:
    """Write the .ipynb beside its source."""
    return store.write_text(source.with_suffix(".ipynb"), nbformat.writes(notebook) + "\n")


def committed(source: Path) -> Any:
    """The .ipynb beside its source; InputError where there is none."""
    path = source.with_suffix(".ipynb")
    if not path.exists():
        raise InputError(f"{path} is missing; `dante-ref notebooks --execute` writes it")
    return nbformat.read(path, as_version=4)
