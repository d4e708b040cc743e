"""The course as HTML: a page a notebook; no script, nothing fetched.

Formulas become MathML, which browsers set by themselves.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import store
from ..exceptions import InputError
from ..report.page import render
from .build import committed, sources

try:
    from latex2mathml.converter import convert
    from nbconvert import HTMLExporter
except ImportError:
    raise InputError("notebooks need an extra: pip install 'dante_ref[notebooks]'") from None

MATHS = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.S)
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)


@dataclass(frozen=True)
class Rendered:
    """A notebook: its file's name without an ending, first heading, question, and its HTML."""

    name: str
    title: str
    question: str
    body: str


def with_mathml(markdown: str) -> str:
    """Markdown with $...$ and $$...$$ turned into MathML; code is left alone."""
    parts = CODE.split(markdown)
    return "".join(part if i % 2 else MATHS.sub(_mathml, part) for i, part in enumerate(parts))


def _mathml(match: re.Match[str]) -> str:
    block, inline = match.groups()
    tex = (block or inline).replace("'", r"^{\prime}")  # else the prime is set over its letter
    found: str = convert(tex, display="block" if block else "inline")
    return found.replace("\n", "")


def title(notebook: Any, name: str) -> str:
    """The notebook's first heading; without one, its name."""
    found = re.search(r"^# (.+)$", notebook.cells[0].source if notebook.cells else "", re.M)
    return found.group(1) if found else name


def question(notebook: Any) -> str:
    """The question that the notebook begins with: its first block quote."""
    found = re.search(r"^> (.+(?:\n> .+)*)", notebook.cells[0].source, re.M)
    return found.group(1).replace("\n> ", " ") if found else ""


def rendered(folder: Path) -> list[Rendered]:
    """Every notebook of the folder with its committed outputs, in their order."""
    exporter = HTMLExporter(template_name="basic")
    pages = []
    for source in sources(folder):
        notebook = committed(source)
        heading, asks = title(notebook, source.stem), question(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = re.sub(r"\(([\w-]+)\.ipynb\)", r"(\1.html)", with_mathml(cell.source))
            cell.metadata["alt"] = "what the cell above draws"  # nbconvert's name for it
        body, _ = exporter.from_notebook_node(notebook)
        pages.append(Rendered(source.stem, heading, asks, body))
    return pages


def write_site(folder: Path, out: Path) -> Path:
    """The course alone: every notebook of the folder as a page in out, and its index."""
    pages = rendered(folder)
    out.mkdir(parents=True, exist_ok=True)
    for i, page in enumerate(pages):
        around = [pages[j] if 0 <= j < len(pages) else None for j in (i - 1, i + 1)]
        text = render("course_site.html", page=page, pages=(), before=around[0], after=around[1])
        store.write_text(out / f"{page.name}.html", text)
    return store.write_text(
        out / "index.html",
        render("course_site.html", page=None, pages=pages, before=None, after=None),
    )
