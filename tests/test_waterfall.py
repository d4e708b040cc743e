"""Waterfalls: bars are the chain's values, and a failing step is seen to fail."""

import numpy as np
import pytest

from dante_ref.proofs.derivation import (
    AT_LEAST,
    AT_MOST,
    EQUAL,
    START,
    Chain,
    Evaluated,
    Line,
    derivation,
)
from dante_ref.proofs.families import GLMFamily
from dante_ref.proofs.formula import Symbol, formula
from dante_ref.proofs.proof import Gap, Proof
from dante_ref.report import waterfall
from dante_ref.report.page import environment
from dante_ref.theorems import CLAIMS


def macro(name, *arguments):
    """What a macro of claim.html makes of its arguments."""
    module = environment().get_template("claim.html").module
    return getattr(module, name)(*arguments)


def line(text, value, relation=START, because="", step=""):
    """A line of a chain with numbers of our own."""
    return Evaluated(relation, Symbol(text, text), because, step, value=np.asarray(value))


def chain(title, *lines):
    return Chain(title, lines)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.proof and c.families])
def test_the_bars_are_the_values_of_the_chain(name):
    claim = CLAIMS[name]
    instance, eps = waterfall.typical(claim.proof, claim.families[-1], seed=5)
    for one in claim.proof.at(instance, eps):
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
    looks = [[p[-1] for p in bar.pieces] for bar in bars]
    assert looks == [["value"], ["slack", "value"], ["fails", "value"], *2 * [["slack", "value"]]]
    assert [row.count("fails") for row in map(str, looks)] == [0, 0, 1, 0, 0]
    shown = [macro("bar", bar) for bar in bars]
    assert ['class="fails"' in picture for picture in shown] == [False, False, True, False, False]
    assert "fails by 0.5" in shown[2] and "slack 1.5" in shown[4]


def test_the_length_of_a_bar_is_its_value():
    """On the axis from -1 to 4, 3 is 3/5 of the drawing's width, starting at 0."""
    ((x, width, *_),) = waterfall.Bar(3.0, None, True, (-1.0, 4.0)).pieces
    room = waterfall.WIDTH - 2 * waterfall.MARGIN
    assert width == pytest.approx(room * 3 / 5, abs=0.01)
    assert x == pytest.approx(waterfall.MARGIN + room / 5, abs=0.01)


def test_of_lines_over_samples_the_entry_with_the_least_slack_is_drawn():
    example = chain(
        "example", line("A", np.array([1.0, 1.0, 1.0])),
        line("B", np.array([0.5, 1.5, 0.9]), AT_LEAST),
    )
    assert [bar.value for bar in waterfall.bars(example)] == [1.0, 1.5]
    nowhere = chain("nowhere", line("A", np.nan), line("B", 1.0, AT_LEAST))
    assert waterfall.bars(nowhere) is None
    assert "not drawn" in macro("bar", None)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.proof and c.proof.gaps])
def test_the_random_instance_shows_a_gap_if_the_sample_has_one(name):
    claim = CLAIMS[name]
    if not claim.families:
        pytest.skip("no random instances")
    instance, eps = waterfall.typical(claim.proof, claim.families[-1], seed=0)
    fails = {s.name for c in claim.proof.at(instance, eps) for s in c.broken()}
    if name == "theorem-3":
        assert fails == {"Step 6"}
    assert fails <= set(claim.proof.gaps)


def test_a_gap_that_seldom_fails_is_shown_failing():
    """The step fails where w_1 > 0.9 alone: of 201 random points only a few are so."""
    rare = derivation("x", formula(0.9), Line(AT_LEAST, Symbol("w_1", "w₁"), "", "rare"))
    proof = Proof(
        "mine", (rare,), lambda instances, eps: {"w_1": instances.point[..., 0]},
        {"rare": Gap("it needn't", lambda: None)},
    )
    instance, eps = waterfall.typical(proof, GLMFamily(m=4, d=3), seed=0)
    assert instance.point[0] > 0.9
    assert eps == float(instance.slqc().gap)
