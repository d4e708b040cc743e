"""ledger.html and ledger.md: complete, self-contained, and their numbers those of the chains."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from markupsafe import escape

from dante_ref.proofs import ledger
from dante_ref.proofs.claim import Verdict
from dante_ref.proofs.evidence import Rate
from dante_ref.report import (
    chain_table,
    markdown,
    page,
    wording,
)
from dante_ref.report.page import environment
from dante_ref.theorems import CLAIMS

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """What the tests ask of a page; a tag that closes no open one is an error."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.attributes, self.ids, self.links = [], [], [], []
        self.pictures, self.text = [], []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        values = dict(attrs)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        if tag == "svg" and values.get("role") == "img":
            self.pictures.append((values, []))

    def handle_startendtag(self, tag, attrs):
        self.attributes += [(tag, name, value) for name, value in attrs]
        if "svg" in self.open and self.pictures:
            self.pictures[-1][1].append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> at {self.getpos()} closes none"

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def entries(verified):
    return ledger.read_json(verified / "ledger.json", CLAIMS).entries


def macro(name, *arguments):
    """What a macro of claim.html makes of its arguments."""
    module = environment().get_template("claim.html").module
    return getattr(module, name)(*arguments)


@pytest.fixture(scope="module")
def source(verified):
    """What `page.document` made of them."""
    return (verified / "ledger.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parsed(source):
    return Page(source)


def test_the_page_is_well_formed_and_every_id_is_unique(parsed):
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {link.removeprefix("#") for link in parsed.links} == set(CLAIMS) <= set(parsed.ids)


def test_the_page_refers_to_nothing_outside_itself(source, parsed):
    for tag, name, value in parsed.attributes:
        if name in ("src", "href", "srcset", "data", "poster", "action", "style"):
            inside = value.startswith("#") or name == "style"
            assert inside, (tag, name, value[:80])
    assert not re.search(r"https?://|@import|<script|<link|<iframe", source)
    assert set(re.findall(r"url\(([^)]*)\)", source)) == {"#fails", "#half"}


def test_every_claim_appears_with_its_verdicts(source, entries):
    for entry in entries:
        article = source[source.index(f'<article id="{entry.claim.id}">'):]
        article = article[: article.index("</article>")]
        assert macro("badge", entry.verdict) in article
        assert macro("proof_badge", entry.claim) in article
        assert f"{entry.evidence.instances:,} instances" in article
        for step in entry.steps:
            assert str(escape(step.right)) in article


def test_every_picture_has_words_and_is_not_blank(parsed):
    charts = [p for p in parsed.pictures if p[0]["class"] == "chart"]
    assert len(charts) >= len(CLAIMS) and len(charts) < len(parsed.pictures)
    for values, drawn in parsed.pictures:
        assert values["aria-label"]
        assert [attributes for tag, attributes in drawn if tag in ("path", "rect", "circle")]
    for _, drawn in charts:
        paths = [a["d"] for tag, a in drawn if tag == "path"]
        assert all(re.fullmatch(r"[MLHVhvlmaz\d. -]*", d) for d in paths)  # no nan, no inf
        assert len(paths) > 4


def test_a_claim_of_any_kind_needs_nothing_in_the_report(entries):
    """One without proof, formula, kappa or instance; an id with characters of HTML in the text."""
    bare = replace(
        CLAIMS["section-5.3"], id="my-own", statement="a < b & ⟨w, x⟩ ≥ 0", proof=None,
        source="<mine>",
    )
    known = replace(entries[-1].evidence, worst=None, smallest_margin=np.inf, violations=0)
    entry = ledger.Entry(bare, known, known, [], 0.0)
    text = page.document([entry], 0)
    Page(text)
    assert "a &lt; b &amp; ⟨w, x⟩ ≥ 0" in text and "&lt;mine&gt;" in text and "none given" in text
    assert "my-own" in markdown.document([entry], 0)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.exactly])
def test_a_counterexample_checked_in_rational_arithmetic_is_the_one_shown(entries, name):
    """Even where the search found a worse one."""
    (entry,) = [e for e in entries if e.claim.id == name]
    assert entry.constructed.violations
    shown, built = entry.worst.arrays(), entry.claim.worst().arrays()
    assert all(np.array_equal(shown[key], built[key]) for key in built)


def test_a_verdict_that_differs_is_said_so_on_page_and_in_markdown(entries):
    entry = next(e for e in entries if e.claim.id == "theorem-1")
    other = replace(entry, claim=replace(entry.claim, verdict=Verdict.REFUTED))
    assert "not as recorded" in page.document([other], 1)
    assert "THIS DIFFERS" in markdown.document([other], 1)
    assert "not as recorded" not in macro("verdicts", [entry])


# Markdown


def test_the_markdown_table_has_every_claim_with_its_verdict(entries):
    text = markdown.document(entries, 1)
    rows = {
        cells[0].strip(" `"): cells
        for cells in (
            re.split(r"(?<!\\)\|", row)[1:-1] for row in text.split("\n## ")[0].splitlines()
        )
        if len(cells) == 8
    }
    for entry in entries:
        cells = rows[entry.claim.id]
        assert markdown.cell(entry.verdict) in cells[2] and cells[4].strip() == entry.rests.short
        assert int(cells[5].replace(",", "")) == entry.evidence.instances
        assert int(cells[6].replace(",", "")) == entry.evidence.violations
        assert f"    {entry.claim.statement}\n" in text


def test_failure_rates_stand_in_both_reports(entries):
    rate = Rate("m = 10", 0.1, True, 2000, 7, 0.001, 0.009)
    unclaimed = replace(rate, trial="m = 5", claimed=False)
    entry = replace(entries[0], evidence=replace(entries[0].evidence, rates=(rate, unclaimed)))
    rows = re.findall(r"<tr><td>m = .*?</tr>", macro("article", entry, 1))
    assert len(rows) == 2
    for row in rows:
        assert "<td>2,000</td><td>7</td><td>[0.001, 0.009]</td>" in row
        assert ("no claim" in row) == ("m = 5" in row)
    assert "| m = 10 | 2,000 | 7 | [0.001, 0.009] | 0.1 |" in markdown.document([entry], 1)


def test_every_row_of_a_markdown_table_has_its_columns(entries):
    """A bar inside a formula would cut the row."""
    text = markdown.document(entries, 1)
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        counts = {len(re.split(r"(?<!\\)\|", row)) for row in block.splitlines()}
        assert len(counts) == 1 and counts <= {7, 9, 10}, block[:200]


# Waterfall


def test_every_step_in_the_table_carries_its_own_summary(entries):
    for entry in (e for e in entries if e.claim.proof and e.claim.families):
        numbered = [replace(step, failures=i) for i, step in enumerate(entry.steps, start=1)]
        tables = chain_table.proof_tables(replace(entry, steps=numbered), seed=0)
        text = "".join(macro("chain", table) for table in tables)
        assert [int(n) for n in re.findall(r"fails on (\d+)", text)] == [
            step.failures for step in numbered
        ]


# Maps and pictures


def test_a_ratio_near_one_is_written_by_its_distance():
    assert wording.ratio(1 - 3e-6) == "1 - 3e-06" and wording.ratio(1.0) == "1"
    assert wording.ratio(0.5) == "0.5" and wording.ratio(np.inf) == "inf"


def test_claims_are_grouped_by_theorem(entries):
    groups = {t: [e.claim.id for e in group] for t, group in wording.by_theorem(entries).items()}
    assert groups["Theorem 1"][:2] == ["theorem-1", "theorem-1-sharp"]
    assert groups["Section 5.3"] == ["section-5.3"]
    assert "sigmoid-hazan" in groups["Sigmoid and tanh"]
    assert [i for ids in groups.values() for i in ids] == [e.claim.id for e in entries]
