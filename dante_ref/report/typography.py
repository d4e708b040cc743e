"""Formulas for a page without network: plain text set as HTML, and mathtext set as an image.

The ledger's formulas are plain text ('2/m sum g D_i <x_i, w - w*>', 'kappa = 2 b^3 W/a').
`formula` sets them with Greek letters, subscripts, superscripts, norms and angle brackets, in
HTML that needs no script and no font of its own; `prose` does the same for a sentence, where
'sum' is a word. W1, w2, g1, phi2 and their like get their layer as a subscript.
"""

import html
import re
from io import BytesIO

import matplotlib
from matplotlib.figure import Figure

from . import style

GREEK = {
    "kappa": "κ", "eps": "ε", "phi": "φ", "gamma": "γ", "delta": "δ", "lambda": "λ", "xi": "ξ",
    "eta": "η", "mu": "μ", "sigma": "σ",
}
SIGNS = ((">=", "≥"), ("<=", "≤"), ("->", "→"), ("!=", "≠"), ("||", "‖"), (" - ", " − "))
SMALL_WORD = r"(?<![A-Za-z])(d?){}(?![A-Za-z])"  # dphi is a differential, alphabet is no alpha


def prose(text: str) -> str:
    """A sentence with formulas in it, as HTML."""
    for sign, better in SIGNS:
        text = text.replace(sign, better)
    for word, letter in GREEK.items():
        text = re.sub(SMALL_WORD.format(word), rf"\g<1>{letter}", text)
    text = re.sub(r"(?<![A-Za-z])grad(?=[ _(])\s?", "∇", text)
    text = re.sub(r"(?<![A-Za-z])sqrt\(", "√(", text)
    text = re.sub(r"(?<![A-Za-z])sum(?=_)", "Σ", text)
    for _ in range(2):  # innermost brackets first: <phi<w, x>, y>
        text = re.sub(r"<((?! )[^<>]*(?:,|\.\.)[^<>]*(?<! ))>", r"⟨\1⟩", text)
    text = html.escape(text, quote=True)
    text = re.sub(r"_star(?![A-Za-z])", "*", text)
    text = re.sub(r"(?<![A-Za-z])([WVwgφ])([12])(?!\d)", r"\1<sub>\2</sub>", text)
    text = re.sub(r"(?<![A-Za-z]{4})_(\w+)", r"<sub>\1</sub>", text)  # not in a name of code
    return re.sub(r"\^(?:\{([^}]*)\}|(-?\w+))", r"<sup>\1\2</sup>", text)


def formula(text: str) -> str:
    """A formula alone, as HTML: as `prose`, where moreover sum is Σ and o element by element."""
    text = re.sub(r"(?<![A-Za-z])sum(?= )", "Σ", text)
    return prose(re.sub(r"(?<=[\w*]) o (?=\w)", " ∘ ", text))


def image(mathtext: str, alt: str) -> str:
    """A display formula in matplotlib's mathtext, as an <img> that holds its own SVG."""
    with matplotlib.rc_context(style.FORMULA):
        figure = Figure(figsize=(0.01, 0.01))
        figure.text(0, 0, mathtext, fontsize=14, color=style.INK)
        out = BytesIO()
        figure.savefig(
            out, format="svg", bbox_inches="tight", pad_inches=0.03, transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return (
        f'<img class="formula" alt="{html.escape(alt, quote=True)}" '
        f'src="{style.data_uri("svg+xml", out.getvalue())}">'
    )
