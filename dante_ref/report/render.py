"""Pages from templates: HTML is written by Jinja2 alone, which escapes every text.

The templates and the style sheet are package data, in `templates/`.
"""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from . import chart, waterfall, wording


@cache
def environment() -> Environment:
    """The templates, with the functions that they call. A name that isn't given is an error."""
    found = Environment(
        loader=PackageLoader("dante_ref.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    found.globals.update(
        drawn=chart.drawn, swatch=chart.swatch, panel_width=chart.WIDTH,
        panel_height=chart.HEIGHT,
        panel_box=(chart.LEFT, chart.TOP, chart.RIGHT, chart.BOTTOM), waterfall=waterfall,
        wording=wording,
        style=source("style.css"),
    )
    return found


def source(name: str) -> str:
    """A file of `templates/` as it stands."""
    loader = PackageLoader("dante_ref.report")
    return loader.get_source(Environment(), name)[0]


def render(template: str, **context: Any) -> str:
    """The page that a template makes of the context."""
    return environment().get_template(template).render(**context) + "\n"
