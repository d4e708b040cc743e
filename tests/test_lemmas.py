"""Every lemma has a proof that checks, and holds on numbers; a lemma made stronger fails."""

import numpy as np
import pytest

import dante_ref.theorems  # its pages have lemmas of their own
from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs.algebra import same, sign
from dante_ref.proofs.formula import NONNEGATIVE, POSITIVE, Symbol
from dante_ref.proofs.known import Ground, identity, quoted
from dante_ref.proofs.lemmas import (
    LEMMAS,
    Lemma,
    chord,
    lemma,
    letter,
    lipschitz,
    modulus,
    squared_slope,
)
from dante_ref.proofs.obligations import Status, check
from dante_ref.theorems.theorem_6_printed import descent

assert dante_ref.theorems.CLAIMS


@pytest.mark.parametrize("name", LEMMAS)
def test_every_case_of_a_lemma_is_met(name):
    findings = [check(obligation) for obligation in LEMMAS[name].obligations()]
    assert findings, "a lemma without a proof"
    for finding in findings:
        assert finding.outcome is Status.PROVED, f"{finding.obligation.name}: {finding.detail}"


def test_few_lemmas_rest_on_words():
    words = {
        name for name, lemma in LEMMAS.items()
        if any(check(o).ground in (Ground.QUOTED, Ground.BY_HAND) for o in lemma.obligations())
    }
    assert len(words) <= len(LEMMAS) / 3, words


def phi_and_points(n=2000):
    rng = np.random.default_rng(1)
    a = rng.uniform(0.05, 1.0, n)
    b = a + rng.exponential(1.0, n)
    z, star = rng.normal(size=(2, n))
    phi = GeneralizedReLU(a, b)
    return a, b, z, star, phi.phi(z), phi.phi(star), phi.g(z)


SYMBOLS = {name: Symbol(name, name) for name in ("D", "Dz", "a", "b", "g", "x")}


def test_the_lemmas_on_phi_hold_on_numbers_and_no_smaller_constant_does():
    a, b, z, star, value, value_star, g = phi_and_points()
    at = {"D": value - value_star, "Dz": z - star, "a": a, "b": b, "g": g, "x": z}
    s = SYMBOLS
    for fact in (
        chord(s["D"], s["Dz"], s["a"], s["b"]), lipschitz(s["D"], s["Dz"], s["b"]),
        squared_slope(s["g"], s["D"], s["Dz"], s["a"], s["b"]), modulus(s["x"]),
    ):
        assert np.all(fact.at(at) >= -1e-12)
    assert np.any(lipschitz(s["D"], s["Dz"], 0.99 * s["b"]).at(at) < 0)


def test_the_descent_lemma_holds_for_labels_that_are_not_negative_and_for_no_others():
    _, b, z, star, value, value_star, g = phi_and_points()
    names = ("after", "before", "y", "g", "move", "b")
    fact = descent(*(Symbol(name, name) for name in names))
    at = {"after": value_star, "before": value, "g": g, "move": star - z, "b": b}
    for y in (0.0, 0.3, 2.0):
        assert np.all(fact.at(at, y=y) >= -1e-12)
    assert np.any(fact.at(at, y=-0.3) < 0)


def test_a_lemma_that_claims_too_much_fails():
    def slack(D, Dz, L):
        return L * D * Dz - 2 * D**2

    stronger = Lemma("too much", "2D² ≤ L D Dz", slack)
    for case, _, known in LEMMAS["lipschitz"].cases:
        stronger.leaves(case, slack_of(stronger), known)
    assert [check(o).outcome for o in stronger.obligations()] == [Status.FAILED]


def slack_of(made):
    p, s, x = (Symbol(name, name, sign=NONNEGATIVE) for name in ("p", "s", "x"))
    return made.slack(s * x, x, s + p)


def test_what_a_lemma_owes_and_what_it_is_for_its_arguments(monkeypatch):
    """(x − y)² ≥ 0: each case is owed once, by its name; a case that is false is found."""
    monkeypatch.setattr("dante_ref.proofs.lemmas.LEMMAS", listed := {})
    x, y, r = letter("x", ""), letter("y", ""), letter("r")
    assert sign(x) == "" and sign(r) == NONNEGATIVE and sign(letter("R", POSITIVE)) == POSITIVE
    assert [str(x), x.name] == ["x", "x"] and not same(x, y)
    square = lemma("square", "a square is nonnegative", lambda x, y: (x - y) ** 2)
    square.case("any", x, y)
    square.case("by Euclid", x, y, known=quoted("Euclid"))
    square.leaves("x = y + r", r**2)
    square.leaves("what isn't shown by this", r, identity(r**2))
    square.case("x = r, y = 0, with nothing seen", r, 2 * x, known=identity(r * x))
    owed = square.obligations()
    assert [o.name for o in owed[:3]] == [
        "lemma square, any", "lemma square, by Euclid", "lemma square, x = y + r"]
    slacks = [slack for _, slack, _ in square.cases]
    assert all(same(o.left - o.right, slack) for o, slack in zip(owed, slacks, strict=True))
    assert {o.relation for o in owed} == {"≥"}
    found = [check(o) for o in owed]
    assert [f.outcome for f in found] == [Status.PROVED] * 3 + [Status.FAILED] * 2
    assert [f.ground for f in found[:3]] == [Ground.IDENTITY, Ground.QUOTED, Ground.IDENTITY]

    fact = square(x + y, 2)
    assert same(fact, (x + y - 2) ** 2) and sign(fact) == NONNEGATIVE and fact.of == "square"
    assert (fact.name, str(fact)) == ("square: (x + y − 2)²", "((x + y − 2)²)")
    assert fact.meaning == "a square is nonnegative" and fact != square(x + y, 3)

    again = lemma("again", "as the square is", lambda z: z**2, like=square)
    assert listed == {"square": square, "again": again} and again.cases == square.cases
    again.leaves("one more", r)
    assert len(square.cases) == 5, "a lemma's cases are its own"
    assert lemma("unproved", "", lambda z: z).obligations() == []
