"""The companion as a static site: pages that need no server, no network and nothing installed."""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from .. import store
from ..exceptions import InputError
from ..experiments import outcome
from ..experiments.outcome import Outcome
from ..experiments.statistics import Replication
from ..proofs.claim import Verdict
from ..proofs.ledger import Entry, Search
from ..report import experiments as numbers
from ..report import page as report
from ..report.chain_table import Table, proof_tables
from ..report.experiments_figures import intervals
from ..report.style import in_style, png
from . import drawing, frames, sources
from .api import Documented, documented, modules, public, rooms
from .items import ITEMS, Item, Kind, item_of
from .legend import printed_lines, symbols

SECTIONS = (
    ("Items", "index.html"), ("Section 5", "section-5.html"), ("Ledger", "ledger.html"),
    ("Experiments", "experiments.html"), ("Course", "course.html"), ("API", "api.html"),
)
PROOFS = tuple(f"section 5.{n}" for n in range(1, 7))
"""Where the paper prints its proofs."""

PROFILES = ("paper", "quick")
Context = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """A page: its file and title, the section it belongs to, its template, its neighbours.

    context: what the template shows, found when the page is written.
    """

    file: str
    title: str
    section: str
    template: str
    context: Callable[[], Context]
    before: "Page | None" = None
    after: "Page | None" = None


class Site:
    """All that the pages are made of; `write` writes them.

    index  what the search finds, (what, more of it, where), as far as pages are written
    backs  for each module the rows of proofs that its lines write: line -> page#row
    """

    def __init__(
        self, entries: Sequence[Entry], search: Search, notebooks: Path, results: Path
    ) -> None:
        self.entries, self.search = list(entries), search
        self.tables = {e.claim.id: proof_tables(e, search.seed) for e in self.entries}
        self.course = _course(notebooks)
        self.found = list(_found(results))
        self.index: list[tuple[str, str, str]] = []
        self.backs: dict[str, dict[int, str]] = {}
        for entry in self.entries:
            for table, place in self._rows(entry):
                for i, code in enumerate(sources.line_places(table.display)):
                    if code is not None:
                        self.backs.setdefault(code.module, {}).setdefault(code.first, f"{place}{i}")
        every = [None, *self._pages(), None]
        self.pages = [
            replace(page, before=before, after=after)
            for before, page, after in zip(every, every[1:], every[2:], strict=False) if page
        ]

    def _pages(self) -> Iterator[Page]:
        yield Page("index.html", "DANTE, annotated", "index.html", "index.html", self._index)
        for item in ITEMS.values():
            yield Page(f"{item.id}.html", item.title, "index.html", "item.html",
                       partial(self._item, item))
        yield Page("section-5.html", "Section 5, display by display", "section-5.html",
                   "displays.html", self._displays)
        yield Page("ledger.html", "The ledger", "ledger.html", "site_ledger.html",
                   partial(dict, entries=self.entries, search=self.search))
        yield Page("experiments.html", "Section 4’s experiments", "experiments.html",
                   "experiments.html", self._experiments)
        yield Page("course.html", "A short course", "course.html", "course.html",
                   partial(dict, notebooks=self.course))
        for notebook in self.course:
            yield Page(f"{notebook.name}.html", notebook.title, "course.html", "notebook.html",
                       partial(dict, body=notebook.body))
        yield Page("api.html", "API: what a user types first", "api.html", "api.html",
                   partial(self._api, "api.html", public, rooms()))
        for room in rooms():
            yield Page(f"api-{room}.html", f"API: {room}", "api.html", "api.html",
                       partial(self._api, f"api-{room}.html", partial(documented, room)))
        for module in modules():
            yield Page(f"code-{module}.html", f"dante_ref.{module}", "api.html", "listing.html",
                       partial(self._listing, module))

    def write(self, out: Path, told: Callable[[Iterable[Any]], Iterable[Any]] = iter) -> Path:
        """Every page, the style sheet and the script, into the folder; returns index.html."""
        out.mkdir(parents=True, exist_ok=True)
        store.write_text(out / "style.css", report.source("style.css"))
        for page in told(self.pages):
            store.write_text(out / page.file, self.text(page))
        script = report.source("search.js").replace(
            "/*INDEX*/[]", json.dumps(self.index, ensure_ascii=False, separators=(",", ":"))
        )
        store.write_text(out / "search.js", script)
        return out / "index.html"

    def text(self, page: Page) -> str:
        """The HTML of a page."""
        self.index.append((page.title, "", page.file))
        return report.render(
            page.template, page=page, sections=SECTIONS, seed=self.search.seed, numbers=numbers,
            proof_tables=lambda entry, seed: self.tables[entry.claim.id], picture=picture,
            page_of=lambda claim: f"{item_of(claim).id}.html", code_of=sources.line_places,
            **page.context(),
        )

    def group(self, item: Item) -> list[Entry]:
        """The ledger's entries of an item."""
        return [entry for entry in self.entries if item_of(entry.claim) is item]

    def verdict(self, item: Item) -> Verdict | None:
        """Of the printed statement: the first claim's."""
        group = self.group(item)
        return group[0].verdict if group else None

    def _index(self) -> Context:
        verdicts = {
            item.id: (*report.MARKS[verdict], str(verdict))
            for item in ITEMS.values() if (verdict := self.verdict(item)) is not None
        }
        kinds = [(kind, [i for i in ITEMS.values() if i.kind is kind]) for kind in Kind]
        return {"drawing": drawing.draw(verdicts), "kinds": kinds, "verdict_of": self.verdict}

    def _item(self, item: Item) -> Context:
        group, file = self.group(item), f"{item.id}.html"
        claims = [entry.claim for entry in group]
        self.index += [(claim.id, claim.statement, f"{file}#{claim.id}") for claim in claims]
        legend = symbols(item, *item.claims)
        self.index += [(symbol, meaning, file) for symbol, _, meaning in legend]
        places = [sources.place(name) for name in item.code]
        return {
            "item": item, "items": ITEMS, "group": group, "legend": legend, "places": places,
            "listings": [
                (place, sources.listing(place.module)[place.first - 1: place.last])
                for place in places if ":" not in place.title
            ],
            "printed": printed_lines(item),
            "uses": [other.id for other in ITEMS.values() if item.id in other.rests_on],
            "sliders": [make(self.search.seed) for make in frames.SLIDERS.get(item.id, ())],
            "outcomes": self._outcomes(item),
            "course": {notebook.name: notebook.title for notebook in self.course},
        }

    def _displays(self) -> Context:
        """The proofs that the paper prints, in the order of its section 5."""
        printed = [
            (section, entry) for section in PROOFS for entry in self.entries
            if entry.claim.proof and entry.claim.proof.source == section
        ]
        for section, entry in printed:
            self.index += [
                (f"{section}, {row.line.step}", str(row.line.formula), f"{place}{i}")
                for table, place in self._rows(entry)
                for i, row in enumerate(table.rows) if row.line.step
            ]
        return {"entries": [entry for _, entry in printed]}

    def _rows(self, entry: Entry) -> Iterator[tuple[Table, str]]:
        """Each table of a claim's proof, and where its rows are, but for their numbers."""
        for k, table in enumerate(self.tables[entry.claim.id]):
            yield table, f"{item_of(entry.claim).id}.html#{entry.claim.id}-{k}-"

    def _experiments(self) -> Context:
        tallies = [
            (item, profile, result, Counter(str(d.verdict) for _, d in result.decisions))
            for item in ITEMS.values() for profile, result in self._outcomes(item)
        ]
        return {"tallies": tallies, "verdict_names": [str(v) for v in Replication]}

    def _outcomes(self, item: Item) -> list[tuple[str, Outcome]]:
        """The outcomes of an item's experiments, each with its profile."""
        return [found for found in self.found if found[1].id in item.results.split()]

    def _listing(self, module: str) -> Context:
        return {
            "module": module, "lines": sources.listing(module), "backs": self.backs.get(module, {}),
            "items_here": [
                i for i in ITEMS.values() if any(n.split(":")[0] == module for n in i.code)
            ],
            "file": sources.module_file(module),
        }

    def _api(
        self, file: str, find: Callable[[], list[Documented]], rooms: Sequence[str] = ()
    ) -> Context:
        names = find()
        self.index += [(n.name, n.doc.split("\n")[0], f"{file}#{n.name}") for n in names]
        return {"names": names, "rooms": [(room, f"api-{room}.html") for room in rooms]}


def _course(folder: Path) -> list[Any]:
    """The notebooks as HTML; none where they or what renders them isn't here."""
    try:
        from ..course.html import rendered

        return rendered(folder)
    except InputError:
        return []


def _found(folder: Path) -> Iterator[tuple[str, Outcome]]:
    """The committed outcomes of section 4, each with its profile."""
    for profile in PROFILES:
        path = folder / profile / "results.json"
        if path.is_file():
            for result in outcome.read(path).experiments.values():
                yield profile, result


def picture(result: Outcome) -> str:
    """Means with their intervals as a PNG, for a page's `src`."""
    with in_style():
        return f"data:image/png;base64,{b64encode(png(intervals(result), 120)).decode()}"
