"""The companion as a static site: pages that need no server, no network and nothing installed."""

import inspect
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
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
from ..report import page as ledger_page
from ..report import render
from ..report.chain_table import Table, proof_tables
from ..report.experiments_figures import intervals
from ..report.style import in_style, png
from . import drawing, frames, sources
from .items import ITEMS, Item, Kind, item_of
from .legend import printed_lines, symbols

SECTIONS = (
    ("Items", "index.html"), ("Section 5", "section-5.html"), ("Ledger", "ledger.html"),
    ("Experiments", "experiments.html"), ("Course", "course.html"), ("API", "api.html"),
)
SIGNS = {"good": "✓", "empty": "∅", "bad": "✗"}
PROFILES = ("paper", "quick")


@dataclass(frozen=True)
class Page:
    """A page: its file, its title, the section it belongs to, its neighbours."""

    file: str
    title: str
    section: str
    before: "Page | None" = None
    after: "Page | None" = None


class Site:
    """All that the pages are made of; `write` writes them."""

    def __init__(
        self, entries: Sequence[Entry], search: Search, notebooks: Path, results: Path
    ) -> None:
        self.entries, self.search = list(entries), search
        self.tables = {e.claim.id: proof_tables(e, search.seed) for e in self.entries}
        self.course = _course(notebooks)
        self.found = list(_found(results))
        self.pages = _around(self._pages())
        self.index: list[tuple[str, str, str]] = []

    def _pages(self) -> Iterator[Page]:
        yield Page("index.html", "DANTE, annotated", "index.html")
        for item in ITEMS.values():
            yield Page(f"{item.id}.html", item.title, "index.html")
        yield Page("section-5.html", "Section 5, display by display", "section-5.html")
        yield Page("ledger.html", "The ledger", "ledger.html")
        yield Page("experiments.html", "Section 4’s experiments", "experiments.html")
        yield Page("course.html", "A short course", "course.html")
        for notebook in self.course:
            yield Page(f"{notebook.name}.html", notebook.title, "course.html")
        yield Page("api.html", "API: what a user types first", "api.html")
        for room in rooms():
            yield Page(f"api-{room}.html", f"API: {room}", "api.html")
        for module in modules():
            yield Page(f"code-{module}.html", f"dante_ref.{module}", "api.html")

    def write(self, out: Path, told: Callable[[Iterable[Any]], Iterable[Any]] = iter) -> Path:
        """Every page, the style sheet and the script, into the folder; returns index.html."""
        out.mkdir(parents=True, exist_ok=True)
        store.write_text(out / "style.css", render.source("style.css"))
        for page in told(list(self.pages.values())):
            store.write_text(out / page.file, self.text(page))
        script = render.source("search.js").replace(
            "/*INDEX*/[]", json.dumps(self.index, ensure_ascii=False, separators=(",", ":"))
        )
        store.write_text(out / "search.js", script)
        return out / "index.html"

    def text(self, page: Page) -> str:
        """The HTML of a page."""
        stem = page.file.removesuffix(".html")
        notebooks = {notebook.name: notebook for notebook in self.course}
        self.index.append((page.title, "", page.file))
        if stem in ITEMS:
            return self._item(page, ITEMS[stem])
        if stem in notebooks:
            return self._render("notebook.html", page, body=notebooks[stem].body)
        if stem.startswith("code-"):
            return self._listing(page, stem.removeprefix("code-"))
        if stem.startswith("api-"):
            return self._api(page, documented(stem.removeprefix("api-")))
        return {
            "index": self._index, "section-5": self._displays, "ledger": self._ledger,
            "experiments": self._experiments, "course": self._course_page, "api": self._api_page,
        }[stem](page)

    def _render(self, template: str, page: Page, **context: Any) -> str:
        calls = ledger_page.parts() | {
            "proof_tables": lambda entry, seed: self.tables[entry.claim.id],
            "code_of": code_of, "page_of": lambda claim: f"{item_of(claim).id}.html",
            "numbers": numbers, "picture": picture,
        }
        return render.render(
            template, page=page, sections=SECTIONS, made=f"Made by {ledger_page.made_by()}",
            seed=self.search.seed, **calls, **context,
        )

    def group(self, item: Item) -> list[Entry]:
        """The ledger's entries of an item."""
        return [entry for entry in self.entries if item_of(entry.claim) is item]

    def verdict(self, item: Item) -> Verdict | None:
        """Of the printed statement: the first claim's."""
        group = self.group(item)
        return group[0].verdict if group else None

    def _index(self, page: Page) -> str:
        verdicts = {}
        for item in ITEMS.values():
            verdict = self.verdict(item)
            if verdict is not None:
                look = ledger_page.MARKS[verdict][1]
                verdicts[item.id] = SIGNS[look], look, str(verdict)
        kinds = [(kind, [i for i in ITEMS.values() if i.kind is kind]) for kind in Kind]
        return self._render(
            "index.html", page, drawing=drawing.draw(verdicts), kinds=kinds,
            verdict_of=self.verdict,
        )

    def _item(self, page: Page, item: Item) -> str:
        group = self.group(item)
        for entry in group:
            claim = entry.claim
            self.index.append((claim.id, claim.statement, f"{page.file}#{claim.id}"))
        legend = symbols(item, *item.claims)
        self.index += [(symbol, meaning, page.file) for symbol, _, meaning in legend]
        places = [sources.place(name) for name in item.code]
        listings = [
            (place, sources.listing(place.module)[place.first - 1: place.last])
            for place in places if ":" not in place.title
        ]
        return self._render(
            "item.html", page, item=item, items=ITEMS, group=group, legend=legend, places=places,
            listings=listings, printed=printed_lines(item),
            uses=[other.id for other in ITEMS.values() if item.id in other.rests_on],
            sliders=[make(self.search.seed) for make in frames.SLIDERS.get(item.id, ())],
            outcomes=self._outcomes(item),
            course={notebook.name: notebook.title for notebook in self.course},
        )

    def _displays(self, page: Page) -> str:
        """The proofs that the paper prints, in the order of its section 5."""
        printed = [
            entry for entry in self.entries
            if entry.claim.proof and entry.claim.proof.source.startswith("section 5.")
        ]
        printed.sort(key=lambda entry: str(entry.claim.proof and entry.claim.proof.source))
        for entry in printed:
            claim = entry.claim
            self.index += [
                (f"{claim.proof and claim.proof.source}, {row.line.step}", str(row.line.formula),
                 f"{item_of(claim).id}.html#{claim.id}-{k}-{i}")
                for k, table in enumerate(self.tables[claim.id])
                for i, row in enumerate(table.rows) if row.line.step
            ]
        return self._render("displays.html", page, entries=printed)

    def _ledger(self, page: Page) -> str:
        return self._render("site_ledger.html", page, entries=self.entries, search=self.search)

    def _experiments(self, page: Page) -> str:
        tallies = [
            (item, profile, result, Counter(str(d.verdict) for _, d in result.decisions))
            for item in ITEMS.values() for profile, result in self._outcomes(item)
        ]
        return self._render(
            "experiments.html", page, tallies=tallies, verdict_names=[str(v) for v in Replication]
        )

    def _outcomes(self, item: Item) -> list[tuple[str, Outcome]]:
        """The outcomes of an item's experiments, each with its profile."""
        return [found for found in self.found if found[1].id in item.results.split()]

    def _course_page(self, page: Page) -> str:
        return self._render("course.html", page, notebooks=self.course)

    def _listing(self, page: Page, module: str) -> str:
        here = [i for i in ITEMS.values() if any(n.split(":")[0] == module for n in i.code)]
        return self._render(
            "listing.html", page, module=module, lines=sources.listing(module), items_here=here,
            file=sources.module_path(module).relative_to(sources.PACKAGE.parent).as_posix(),
            backs=self._backs().get(module, {}),
        )

    @cache  # noqa: B019 - one site a process
    def _backs(self) -> dict[str, dict[int, str]]:
        """For each module, the rows of proofs that its lines write: line -> page#row."""
        found: dict[str, dict[int, str]] = {}
        for entry in self.entries:
            for k, table in enumerate(self.tables[entry.claim.id]):
                for i, place in enumerate(code_of(table)):
                    if place is not None:
                        row = f"{item_of(entry.claim).id}.html#{entry.claim.id}-{k}-{i}"
                        found.setdefault(place.module, {}).setdefault(place.first, row)
        return found

    def _api(self, page: Page, names: list["Documented"], **context: Any) -> str:
        self.index += [(n.name, n.doc.split("\n")[0], f"{page.file}#{n.anchor}") for n in names]
        return self._render("api.html", page, names=names, **{"rooms": ()} | context)

    def _api_page(self, page: Page) -> str:
        public = {n: getattr(sources.package(), n) for n in sources.package().__all__}
        names = [
            document(f"dante_ref.{name}", value,
                     f"{value.__module__.removeprefix('dante_ref.')}:{value.__qualname__}")
            for name, value in public.items() if not name.startswith("_")
        ]
        return self._api(page, names, rooms=[(room, f"api-{room}.html") for room in rooms()])


def _around(pages: Iterator[Page]) -> dict[str, Page]:
    """The pages by file, each with its neighbours."""
    every = list(pages)
    padded = [None, *every, None]
    return {
        page.file: replace(page, before=before, after=after)
        for before, page, after in zip(padded, every, padded[2:], strict=False)
    }


def _course(folder: Path) -> list[Any]:
    """The notebooks as HTML; none where they or what renders them isn't here."""
    try:
        from ..course.html import rendered

        return rendered(folder)
    except InputError:
        return []


# What the pages say


def code_of(table: Table) -> tuple[sources.Place | None, ...]:
    """For each row of a proof's table the code that says it."""
    return sources.line_places(table.title, [row.line for row in table.rows])


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


# The API


@dataclass(frozen=True)
class Documented:
    """A public name: where it is, its signature, its docstring, and a class's methods."""

    name: str
    anchor: str
    signature: str
    doc: str
    place: sources.Place
    methods: tuple["Documented", ...] = ()


@cache
def modules() -> tuple[str, ...]:
    """Every module of the package by its name in it, but for the commands' entry."""
    return tuple(
        ".".join(path.relative_to(sources.PACKAGE).with_suffix("").parts)
        for path in sorted(sources.PACKAGE.rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py") and "share" not in path.parts
        and path.stat().st_size
    )


@cache
def rooms() -> tuple[str, ...]:
    """The rooms of the package: its modules and folders."""
    return tuple(dict.fromkeys(module.split(".")[0] for module in modules()))


def documented(room: str) -> list[Documented]:
    """The public names that a room's modules define."""
    found = []
    for name in modules():
        if name.split(".")[0] != room:
            continue
        try:
            module = sources.resolve(name)
        except InputError:  # it needs an extra that isn't installed
            continue
        written = [value for value, _ in sources.calls(module, sources.module_path(name))]
        found += [
            document(f"{name}.{member}", value, f"{name}:{member}")
            for member, value in vars(module).items()
            if not member.startswith("_") and (inspect.isclass(value) or inspect.isfunction(value))
            and (value.__module__ == module.__name__ or any(value is own for own in written))
        ]
    return found


def document(name: str, value: Any, where: str) -> Documented:
    """A class or function as the reference shows it; where: 'module:name', what defines it."""
    place = sources.place(where)
    methods = tuple(
        Documented(member, "", _signature(method), inspect.getdoc(method) or "", place)
        for member, method in vars(value).items()
        if not member.startswith("_") and inspect.isfunction(method)
    ) if inspect.isclass(value) else ()
    doc = inspect.getdoc(value) or ""
    return Documented(name, name, _signature(value), doc, place, methods)


def _signature(value: Any) -> str:
    try:
        return str(inspect.signature(value))
    except (ValueError, TypeError):
        return ""
