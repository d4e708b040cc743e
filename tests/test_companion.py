"""The companion's items: their code is there, their claims are all shown, their lines are found."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from dante_ref.companion import drawing, frames, sources
from dante_ref.companion.api import documented
from dante_ref.companion.items import ITEMS, Kind, item_of
from dante_ref.companion.legend import printed_lines, symbols
from dante_ref.companion.names import find
from dante_ref.exceptions import InputError
from dante_ref.theorems import CLAIMS, theorem_1

ROOT = Path(__file__).resolve().parents[1]
every = pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)


def test_every_numbered_item_of_the_paper_is_there():
    numbered = {
        Kind.DEFINITION: "definition", Kind.THEOREM: "theorem", Kind.ALGORITHM: "algorithm",
    }
    counts = {"definition": 4, "theorem": 6, "algorithm": 3, "figure": 5, "table": 5}
    for word, last in counts.items():
        for number in range(1, last + 1):
            assert f"{word}-{number}" in ITEMS
    assert {"equations", "section-5.3"} <= set(ITEMS)
    for item in ITEMS.values():
        assert item.kind not in numbered or item.says


@every
def test_an_items_code_tests_and_notebook_exist(item):
    assert item.code
    for name in item.code:
        place = sources.place(name)
        lines = (ROOT / place.file).read_text(encoding="utf-8").splitlines()
        found = sources.resolve(name)
        text = "\n".join(lines[place.first - 1: place.last])
        if inspect.isfunction(found) and hasattr(found, "formula"):  # its line on the page
            assert text == "kappa = on_problem(KAPPA)"
            assert found.formula is theorem_1.KAPPA
        else:
            assert text.rstrip() == inspect.getsource(found).rstrip()
    for test in item.tests:
        assert (ROOT / "tests" / test).is_file(), test
    assert not item.notebook or (ROOT / "notebooks" / f"{item.notebook}.py").is_file()
    assert set(item.rests_on) <= set(ITEMS)


@every
def test_every_printed_line_of_an_algorithm_has_its_line_of_code(item):
    rows = printed_lines(item)
    assert len(rows) == len(item.printed)
    text = inspect.getsource(sources.resolve(item.code[0].split(":")[0])).splitlines()
    numbers = [row.line for row in rows]
    assert None not in numbers and numbers == sorted(numbers)
    for row in rows:
        assert text[row.line - 1].strip() == row.code


def test_every_claim_belongs_to_an_item_of_its_own_subject():
    for claim in CLAIMS.values():
        assert item_of(claim).subject is claim.theorem


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.proof])
def test_the_legend_has_the_symbols_of_every_proof(name):
    claim = CLAIMS[name]
    legend = {symbol for symbol, *_ in symbols(item_of(claim), claim)}
    instance = claim.worst()
    for chain in claim.proof.at(instance, float(instance.slqc().gap)):
        for line in chain.lines:
            for symbol in line.formula.symbols():
                assert symbol.text in legend or not symbol.meaning


def test_every_line_of_a_proof_is_found_in_the_source_and_says_what_it_shows():
    found = lines = 0
    for claim in CLAIMS.values():
        if claim.proof is None:
            continue
        for display in claim.proof.displays:
            places = sources.line_places(display)
            lines += len(places)
            for line, place in zip(display.lines, places, strict=True):
                if place is None:
                    continue
                found += 1
                text = (ROOT / place.file).read_text(encoding="utf-8").splitlines()
                code = "\n".join(text[place.first - 1: place.last])
                if place.title and re.fullmatch(r"[\w .,'≥≤=-]+", line.because):
                    assert line.because in code.replace('"\n', "") or '"' in code
    assert found == lines


def test_a_module_whose_extra_is_missing_is_listed_too(monkeypatch):
    def absent(name):
        raise InputError(f"{name} needs an extra")

    monkeypatch.setattr(sources, "import_module", absent)
    assert sources.listing("course.build")


def test_the_listing_of_a_module_is_its_text():
    for module in ("slqc", "theorems.theorem_1", "companion.items"):
        text = inspect.getsource(sources.resolve(module)).splitlines()
        shown = ["".join(piece for _, piece in line) for line in sources.listing(module)]
        assert shown == text


def test_what_is_not_there_is_refused():
    with pytest.raises(InputError, match="the package has no"):
        sources.place("slqc:nothing")


def test_a_formulas_function_stands_on_its_theorems_page():
    """Not where the function was made."""
    place = sources.place("theorems.theorem_4_repaired:radius")
    line = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.first - 1]
    assert line.startswith("radius = checked(RADIUS, ") and place.title == "radius"
    found = {entry.name: entry for entry in documented("theorems")}
    assert found["theorems.theorem_4_repaired.radius"].place == place
    assert found["theorems.theorem_1.kappa_paper"].signature == "(a, b, W)"
    assert "2b³W/a" in found["theorems.theorem_1.kappa_paper"].doc
    with pytest.raises(InputError, match="allowed are"):
        find("banana")


def test_the_map_draws_every_item_once_and_every_edge_to_the_right():
    drawn = drawing.draw({"theorem-2": ("✗", "bad", "refuted")})
    assert sorted(node.file for node in drawn.boxes) == sorted(f"{name}.html" for name in ITEMS)
    assert len({(node.x, node.y) for node in drawn.boxes}) == len(ITEMS)
    assert len(drawn.edges) == sum(len(item.rests_on) for item in ITEMS.values())
    for path in drawn.edges:
        start, end = re.match(r"M([\d.]+) .* ([\d.]+) [\d.]+$", path).groups()
        assert float(start) < float(end)
    (node,) = [node for node in drawn.boxes if node.sign]
    assert node.title == "Theorem 2" and node.look == "bad"


def test_a_slider_has_a_chart_for_each_value():
    for make in (frames.inner_radius, frames.failing_angle, frames.step_length):
        slider = make()
        assert len(slider.values) == len(slider.charts) > slider.start
        assert len({chart.alt for chart in slider.charts}) == len(slider.charts)


def test_the_angle_fails_somewhere_and_not_everywhere():
    """At the counterexample itself, where W1 isn't turned, it is beyond 90 degrees."""
    slider = frames.failing_angle()
    curve = slider.charts[0].panels[1].items[1]
    angles = np.asarray(curve.y)
    assert 0 < np.mean(angles > 90) < 1
    assert angles[slider.start] > 90 and slider.values[slider.start] == "0°"


def test_a_step_of_length_eta_ends_at_an_error_that_grows_with_eta():
    ends = [chart.panels[0].items[0].y[-1] for chart in frames.step_length().charts]
    assert np.argmin(ends) not in (0, len(ends) - 1)
