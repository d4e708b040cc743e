"""The course as a static site: a page a notebook and an index; no script, nothing fetched.

Formulas become MathML, which browsers set by themselves.
"""

import html
import re
from pathlib import Path
from typing import Any

from ..exceptions import InputError
from .build import committed, sources

try:
    from latex2mathml.converter import convert
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter
except ImportError:
    raise InputError("notebooks need an extra: pip install 'dante_ref[notebooks]'") from None

MATHS = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.S)
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)

STYLE = """
body { max-width: 50rem; margin: 0 auto; padding: 1rem; font: 1rem/1.55 Georgia, serif;
       color: #1a1a1a; background: #fff; }
nav { display: flex; justify-content: space-between; border-bottom: 1px solid #d9d9d9;
      padding-bottom: .5rem; font-size: .9rem; }
h1, h2, h3 { line-height: 1.2; } a { color: #00466e; } .anchor-link { display: none; }
pre, code { font: .82rem/1.45 monospace; } code { background: #f2f2f2; padding: 0 .2em; }
.highlight { border-left: 3px solid #00466e; background: #f6f6f6; padding: .1rem .8rem;
             overflow-x: auto; }
.jp-OutputArea-output pre, .output_area pre { border-left: 3px solid #d9d9d9; margin: .5rem 0;
             padding: .2rem .8rem; overflow-x: auto; }
.jp-InputPrompt, .jp-OutputPrompt, .prompt { display: none; }
img { max-width: 100%; } table { border-collapse: collapse; }
td, th { border-bottom: 1px solid #d9d9d9; padding: .2rem .7rem; text-align: left; }
details { border: 1px solid #d9d9d9; padding: .3rem .8rem; margin: .5rem 0; }
blockquote { border-left: 3px solid #c44900; margin-left: 0; padding-left: 1rem; }
math { font-family: "STIX Two Math", "STIX Math", "Latin Modern Math", "Cambria Math",
       "DejaVu Math TeX Gyre", math; } /* roots and braces grow only in a font for mathematics */
math[display=block] { margin: .8rem 0; font-size: 1.1em; }
"""


def with_mathml(markdown: str) -> str:
    """Markdown with $...$ and $$...$$ turned into MathML; code is left alone."""
    parts = CODE.split(markdown)
    return "".join(part if i % 2 else MATHS.sub(_mathml, part) for i, part in enumerate(parts))


def _mathml(match: re.Match) -> str:
    block, inline = match.groups()
    tex = (block or inline).replace("'", r"^{\prime}")  # else the prime is set over its letter
    return convert(tex, display="block" if block else "inline").replace("\n", "")


def title(notebook: Any) -> str:
    """The notebook's first heading."""
    return re.search(r"^# (.+)$", notebook.cells[0].source, re.M).group(1)


def question(notebook: Any) -> str:
    """The question that the notebook begins with: its first block quote."""
    found = re.search(r"^> (.+(?:\n> .+)*)", notebook.cells[0].source, re.M)
    return found.group(1).replace("\n> ", " ") if found else ""


def _page(heading: str, body: str) -> str:
    highlight = HtmlFormatter(style="bw").get_style_defs(".highlight")
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(heading)}</title><style>{STYLE}{highlight}</style></head>\n"
        f"<body>{body}</body></html>\n"
    )


def write_site(folder: Path, out: Path) -> Path:
    """Every notebook of the folder, with its committed outputs, as pages in out; its index."""
    files = sources(folder)
    notebooks = [committed(source) for source in files]
    titles = [title(notebook) for notebook in notebooks]
    out.mkdir(parents=True, exist_ok=True)
    exporter = HTMLExporter(template_name="basic")
    for i, (source, notebook) in enumerate(zip(files, notebooks, strict=True)):
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = re.sub(r"\(([\w-]+)\.ipynb\)", r"(\1.html)", with_mathml(cell.source))
        body, _ = exporter.from_notebook_node(notebook)
        around = [
            f'<a href="{files[j].stem}.html">{arrow.format(html.escape(titles[j]))}</a>'
            if 0 <= j < len(files) else "<span></span>"
            for j, arrow in ((i - 1, "← {}"), (i + 1, "{} →"))
        ]
        nav = f'<nav>{around[0]}<a href="index.html">contents</a>{around[1]}</nav>'
        (out / f"{source.stem}.html").write_text(_page(titles[i], nav + body), encoding="utf-8")
    entries = "".join(
        f'<dt><a href="{source.stem}.html">{html.escape(name)}</a></dt>'
        f"<dd>{html.escape(question(notebook))}</dd>"
        for source, name, notebook in zip(files, titles, notebooks, strict=True)
    )
    index = out / "index.html"
    index.write_text(
        _page("DANTE, its theorems and their repair: a short course",
              f"<h1>DANTE, its theorems and their repair</h1><p>A short course in {len(files)} "
              f"notebooks. Each begins with a question.</p><dl>{entries}</dl>"),
        encoding="utf-8",
    )
    return index
