"""ledger.html and ledger.md: complete, self-contained, and their numbers those of the chains."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from markupsafe import escape
from matplotlib.path import Path as Polygon

from dante_ref.activations import GeneralizedReLU
from dante_ref.problems import IdealisedGLM
from dante_ref.proofs import ledger
from dante_ref.proofs.claim import Claim, SLQCClaim, Verdict
from dante_ref.proofs.derivation import AT_LEAST, AT_MOST, EQUAL, START, Chain, Evaluated
from dante_ref.proofs.evidence import Rate
from dante_ref.proofs.families import GLMFamily, Instance
from dante_ref.proofs.formula import Symbol
from dante_ref.proofs.proof import Gap, Proof
from dante_ref.report import (
    chain_table,
    chart,
    instance_picture,
    kappa_map,
    markdown,
    page,
    waterfall,
    wording,
)
from dante_ref.report.render import environment
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
def entries():
    return list(ledger.run(list(CLAIMS.values()), ledger.Search(500, 3, 1)))


def macro(name, *arguments):
    """What a macro of claim.html makes of its arguments."""
    module = environment().get_template("claim.html").make_module(page.parts())
    return getattr(module, name)(*arguments)


@pytest.fixture(scope="module")
def source(entries):
    return page.document(entries, 1)


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
        if len(cells) == 7
    }
    for entry in entries:
        cells = rows[entry.claim.id]
        assert markdown.cell(entry.verdict) in cells[2]
        assert int(cells[4].replace(",", "")) == entry.evidence.instances
        assert int(cells[5].replace(",", "")) == entry.evidence.violations
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
        assert len(counts) == 1 and counts <= {7, 9}, block[:200]


# Waterfall


def line(text, value, relation=START, because="", step=""):
    """A line of a chain with numbers of our own."""
    return Evaluated(relation, Symbol(text, text), because, step, value=np.asarray(value))


def chain(title, *lines):
    return Chain(title, lines)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.proof and c.families])
def test_the_bars_are_the_values_of_the_chain(name):
    claim = CLAIMS[name]
    instance, eps = waterfall.typical(claim.proof, claim.families[-1], seed=5)
    for one in claim.proof.chains(instance, eps):
        bars = waterfall.bars(one)
        values = [np.asarray(line.value, float) for line in one.lines]
        if all(v.ndim == 0 for v in values):
            assert [bar.value for bar in bars] == [float(v) for v in values]
            assert [bar.holds for bar in bars[1:]] == [bool(s.holds()) for s in one.steps]
            for bar, step in zip(bars[1:], one.steps, strict=True):
                assert abs(bar.slack) == abs(float(step.slack))
        elif bars is not None:
            for bar, value in zip(bars, values, strict=True):
                assert bar.value in value


def test_a_failing_step_is_hatched_and_a_slack_is_not():
    example = chain(
        "example", line("A", 3.0), line("B", 2.0, AT_LEAST), line("C", 2.5, AT_LEAST),
        line("D", 2.5, EQUAL), line("E", 4.0, AT_MOST),
    )
    bars = waterfall.bars(example)
    assert [bar.slack for bar in bars] == [None, 1.0, -0.5, 0.0, 1.5]
    looks = [[p[-1] for p in waterfall.pieces(bar, waterfall.span(bars))] for bar in bars]
    assert looks == [["value"], ["slack", "value"], ["fails", "value"], *2 * [["slack", "value"]]]
    assert [row.count("fails") for row in map(str, looks)] == [0, 0, 1, 0, 0]
    shown = [macro("bar", chain_table.Cell(bar, waterfall.span(bars))) for bar in bars]
    assert ['class="fails"' in picture for picture in shown] == [False, False, True, False, False]
    assert "fails by 0.5" in shown[2] and "slack 1.5" in shown[4]


def test_the_length_of_a_bar_is_its_value():
    """On the axis from -1 to 4, 3 is 3/5 of the drawing's width, starting at 0."""
    ((x, width, *_),) = waterfall.pieces(waterfall.Bar(3.0, None, True), (-1.0, 4.0))
    room = waterfall.WIDTH - 2 * waterfall.MARGIN
    assert width == pytest.approx(room * 3 / 5, abs=0.01)
    assert x == pytest.approx(waterfall.MARGIN + room / 5, abs=0.01)


def test_of_lines_over_samples_the_entry_with_the_least_slack_is_drawn():
    example = chain(
        "example", line("A", np.array([1.0, 1.0, 1.0])),
        line("B", np.array([0.5, 1.5, 0.9]), AT_LEAST),
    )
    assert [bar.value for bar in waterfall.bars(example)] == [1.0, 1.5]
    ragged = chain("ragged", line("A", np.ones(3)), line("B", np.ones(2), EQUAL))
    assert waterfall.bars(ragged) is None
    assert "not drawn" in macro("bar", None)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.proof and c.proof.gaps])
def test_the_random_instance_shows_a_gap_if_the_sample_has_one(name):
    claim = CLAIMS[name]
    if not claim.families:
        pytest.skip("no random instances")
    instance, eps = waterfall.typical(claim.proof, claim.families[-1], seed=0)
    fails = {s.name for c in claim.proof.chains(instance, eps) for s in c.broken()}
    if name == "theorem-3":
        assert fails == {"Step 6"}
    assert fails <= set(claim.proof.gaps)


def test_a_gap_that_seldom_fails_is_shown_failing():
    """The step fails where w_1 > 0.9 alone: of 201 random points only a few are so."""
    def chains(instances, eps):
        w_1 = instances.point[..., 0]
        return (chain("x", line("0.9", 0.9 + 0 * w_1), line("w_1", w_1, AT_LEAST, "", "rare")),)

    proof = Proof("mine", chains, {"rare": Gap("it needn't", lambda: None)})
    instance, eps = waterfall.typical(proof, GLMFamily(m=4, d=3), seed=0)
    assert instance.point[0] > 0.9
    assert eps == float(instance.slqc().gap)


def test_every_step_in_the_table_carries_its_own_summary(entries):
    for entry in (e for e in entries if e.claim.proof and e.claim.families):
        numbered = [replace(step, failures=i) for i, step in enumerate(entry.steps, start=1)]
        tables = chain_table.proof_tables(replace(entry, steps=numbered), seed=0)
        text = "".join(macro("chain", table) for table in tables)
        assert [int(n) for n in re.findall(r"fails on (\d+)", text)] == [
            step.failures for step in numbered
        ]


# Maps and pictures


def test_the_map_keeps_what_was_found_below_a_proved_kappa_and_above_a_halved_one():
    """At a = b = 1, x = 1, w = -w* = W: kappa_emp(eps) = eps/(2 (w* - w)) comes close to sqrt(eps).

    There err = (w - w*)^2, G = 2 (w - w*), so kappa_emp(eps) = eps/|w - w*| < sqrt(eps), the
    supremum as |w - w*| falls to sqrt(eps).
    """
    place = kappa_map.Places(GLMFamily(m=1, d=1), np.ones(1), np.ones(1), np.array([0.25]))
    (random,), (climbed,) = place.needed(seed=0)
    assert random <= climbed <= 0.5 * (1 + 1e-12)
    assert climbed > 0.49
    assert place.kappa(CLAIMS["theorem-1-sharp"]) == pytest.approx(np.full((1, 3), 0.5))
    assert place.kappa(CLAIMS["theorem-1"]).tolist() == [[2.0, 2.0, 2.0]]
    assert place.largest_error(0) == pytest.approx([4.0], rel=1e-3)


def test_places_of_the_map_are_climbed_together_as_each_alone():
    """At a = b = 1 more is needed as sqrt(eps), whatever W; each place has its own instances."""
    eps = np.array([0.04, 0.25])
    places = kappa_map.Places(GLMFamily(m=1, d=1), np.ones(2), np.array([1.0, 2.0]), eps)
    _, climbed = places.needed(seed=0)
    np.testing.assert_allclose(climbed, np.sqrt(eps), rtol=0.02)
    assert np.all(climbed <= np.sqrt(eps) * (1 + 1e-12))
    assert places.largest_error(0) == pytest.approx([4.0, 16.0], rel=1e-3)
    np.testing.assert_allclose(places.kappa(CLAIMS["theorem-1"])[:, 1], [2.0, 4.0])


def test_each_panel_of_the_map_varies_what_it_says():
    """b = 1: Theorem 1 asks for 2 W/a, the sharp form for ((1 + a)/2) sqrt(eps/a)."""
    claims = [CLAIMS["theorem-1"], CLAIMS["theorem-1-sharp"]]
    base, _ = kappa_map.middle(claims, 0)
    (eps,), a, W = base.eps, 0.1, 1.0
    assert (*base.a, *base.W) == (a, W)
    panels = kappa_map.draw(claims, 0).panels
    assert [panel.x_name for panel in panels] == ["b/a", "W", "ε"]
    expected = [
        (lambda x: 2 * W * x, lambda x: (1 + 1 / x) / 2 * np.sqrt(eps * x)),
        (lambda x: 2 * x / a, lambda x: (1 + a) / 2 * np.sqrt(eps / a) + 0 * x),
        (lambda x: 2 * W / a + 0 * x, lambda x: (1 + a) / 2 * np.sqrt(x / a)),
    ]
    for panel, (paper, sharp) in zip(panels, expected, strict=True):
        lines = [item for item in panel.items if isinstance(item, chart.Curve)]
        for line, kappa in zip(lines, (paper, sharp), strict=True):
            np.testing.assert_allclose(line.y, kappa(line.x), rtol=1e-12)
        marks = [item for item in panel.items if isinstance(item, chart.Marks)]
        assert len(marks) == 2
        for found in marks:
            assert len(found.x) and np.all(~(found.y > sharp(found.x) * (1 + 1e-9)))
            if panel.x_name == "b/a":  # more is needed as the slopes part
                assert found.y[-1] > 1.5 * found.y[0]


def test_claims_are_mapped_together_only_if_their_instances_are_of_one_kind():
    mapped = [c for c in CLAIMS.values() if isinstance(c, SLQCClaim) and c.families]
    for claim in mapped:
        assert kappa_map.kind(claim.families[-1])[0] is type(claim.families[-1])
    assert page.maps_of([c for c in CLAIMS.values() if type(c) is Claim], 0) == []


@pytest.mark.parametrize(
    "w, w_star", [([0.5, 0.5], [0.2, -0.4]), ([1.0, 0.0], [0.0, 0.0]), ([0.3, 0.0], [0.3, 0.0])]
)
def test_the_plane_of_a_picture_holds_the_optimum_and_the_subgradient(w, w_star):
    X = np.array([[1.0, 0.0], [0.6, 0.8]])
    glm = IdealisedGLM(X, np.array(w_star), GeneralizedReLU(0.5, 1.0), 1.0)
    instance = Instance(glm, np.array(w))
    G = glm.subgradient(instance.point)
    axes = [e for e in instance_picture.axes_of_plane(glm.w_star - instance.point, G)
            if e is not None]
    for vector in (glm.w_star - instance.point, G):
        rest = vector - sum((np.vdot(e, vector) * e for e in axes), np.zeros(2))
        assert np.linalg.norm(rest) < 1e-12
    instance_picture.draw(instance, 0.1)


def test_the_hatched_half_is_where_the_subgradient_points_and_the_ball_is_at_the_optimum():
    """A point y = w + s e1 + t e2 of the plane is hatched iff <G, y - w> > 0."""
    glm = IdealisedGLM(
        np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([0.2, -0.4]), GeneralizedReLU(0.5, 1.0), 1.0
    )
    instance = Instance(glm, np.array([0.5, 0.5]))
    G = glm.subgradient(instance.point)
    e1, e2 = instance_picture.axes_of_plane(glm.w_star - instance.point, G)
    items = instance_picture.draw(instance, 0.1).panels[0].items
    (half,) = [item for item in items if isinstance(item, chart.Area) and item.look == "half"]
    (ball,) = [item for item in items if isinstance(item, chart.Disc)]
    corners = Polygon(np.stack([half.x, half.y], axis=1))
    for s, t in np.random.default_rng(0).uniform(-1, 1, (50, 2)):
        assert corners.contains_point((s, t)) == (G @ (s * e1 + t * e2) > 0)
    assert ball.radius == 0.1
    center = instance.point + ball.x * e1 + ball.y * e2
    np.testing.assert_allclose(center, glm.w_star, atol=1e-12)
    (arrow,) = [item for item in items if isinstance(item, chart.Curve) and item.look == "step"]
    assert (arrow.x[0], arrow.y[0]) == (0, 0)
    tip = arrow.x[1] * e1 + arrow.y[1] * e2
    assert tip @ G == pytest.approx(-np.linalg.norm(tip) * np.linalg.norm(G))


def test_on_a_line_the_ball_is_the_interval_around_the_optimum():
    """Theorem 1's worst: w = -1, w* = 1, eps = 4, kappa = 2: the ball [-1, 3] touches w."""
    claim = CLAIMS["theorem-1"]
    known = claim.constructed()
    radius = page.ball_radius(ledger.Entry(claim, known, known, [], 0.0))
    assert radius == 2.0
    items = instance_picture.draw(claim.worst(), radius).panels[0].items
    (ball,) = [item for item in items if isinstance(item, chart.Area)]
    assert (min(ball.x), max(ball.x)) == (0.0, 4.0)  # measured from w


def test_a_ratio_near_one_is_written_by_its_distance():
    assert wording.ratio(1 - 3e-6) == "1 - 3e-06" and wording.ratio(1.0) == "1"
    assert wording.ratio(0.5) == "0.5" and wording.ratio(np.inf) == "inf"


def test_claims_are_grouped_by_theorem(entries):
    groups = {t: [e.claim.id for e in group] for t, group in wording.by_theorem(entries).items()}
    assert groups["Theorem 1"][:2] == ["theorem-1", "theorem-1-sharp"]
    assert groups["Section 5.3"] == ["section-5.3"]
    assert "sigmoid-hazan" in groups["Sigmoid and tanh"]
    assert [i for ids in groups.values() for i in ids] == [e.claim.id for e in entries]
