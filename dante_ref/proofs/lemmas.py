"""The lemmas that the proofs share: each an inequality that holds for all numbers, with its proof.

A lemma applied to formulas is a fact, a symbol that is ≥ 0, for use as a factor of a certificate:

    lipschitz(D, Dz, b)              b D Dz − D² ≥ 0, for D = φ(z) − φ(z*), Dz = z − z*
    identity(2 * mean(g / b * lipschitz(D, Dz, b)))

Its proof is a list of obligations over letters of its own. A monotone φ with slopes in [γ, L] is
read by its chord: D = s Dz with γ ≤ s ≤ L (for the generalized ReLU that is the lemma `chord`,
proved in the four cases of signs). To say p ≥ q, the letter p is written q + (p − q) with p − q a
letter of its own that is ≥ 0; then a polynomial without negative coefficients is nonnegative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .algebra import Fact, assumed
from .derivation import AT_LEAST
from .formula import (
    NONNEGATIVE,
    POSITIVE,
    Formula,
    Operand,
    Symbol,
    exp,
    formula,
    function,
    largest,
    mean,
    sqrt,
)
from .known import Known, by_hand, identity, quoted
from .obligations import Obligation

Slack = Callable[..., Formula]
Cases = Iterator[tuple[str, Formula, Known]]
"""What is left to prove in each case: the slack there, and how it is known."""

LEMMAS: dict[str, Lemma] = {}
"""Every lemma by its name."""


@dataclass(frozen=True)
class Lemma:
    """slack(*arguments) ≥ 0, and why.

    cases  what is left to prove in each case: the slack there, and how that is known
    """

    name: str
    statement: str
    slack: Slack
    cases: Callable[[], Cases]

    def __call__(self, *arguments: Operand) -> Fact:
        """The lemma for these arguments, as a fact."""
        means = self.slack(*map(formula, arguments))
        return Fact(f"{self.name}: {means}", f"({means})", self.statement, means=means,
                    sign=NONNEGATIVE, of=self.name)

    def obligations(self) -> list[Obligation]:
        """What its own proof owes."""
        return [
            Obligation(f"lemma {self.name}, {case}", slack, AT_LEAST, formula(0), known)
            for case, slack, known in self.cases()
        ]


def lemma(statement: str, cases: Callable[[Lemma], Cases]) -> Callable[[Slack], Lemma]:
    """The lemma that a function of its arguments is the slack of."""

    def make(slack: Slack) -> Lemma:
        made = Lemma(slack.__name__, statement, slack, lambda: cases(made))
        LEMMAS[made.name] = made
        return made

    return make


def letter(name: str, sign: str = NONNEGATIVE) -> Symbol:
    """A letter for a number ≥ 0 (or of another sign)."""
    return Symbol(name, name, sign=sign)


a, gamma = letter("a", POSITIVE), letter("γ", POSITIVE)
p, q, s, t, u, v = (letter(name) for name in "pqstuv")
x, y, A, = (letter(name, "") for name in ("x", "y", "A"))
P, Q = letter("P", POSITIVE), letter("Q", POSITIVE)


def expanded(slack: Formula) -> tuple[Formula, Known]:
    """A slack that has no negative coefficient, expanded."""
    return slack, identity(slack)


# A monotone activation


def phi_at(z: tuple[int, Formula], a: Formula, b: Formula) -> Formula:
    """φ(z) of the generalized ReLU, z = side * size, size ≥ 0."""
    side, size = z
    return b * size if side > 0 else -(a * size)


PAIRS = {
    "z* ≥ 0, z < 0": ((-1, p), (1, q)),
    "z ≥ 0, z* < 0": ((1, p), (-1, q)),
    "z ≥ z* ≥ 0": ((1, q + p), (1, q)),
    "z* ≥ z ≥ 0": ((1, q), (1, q + p)),
    "z ≤ z* < 0": ((-1, q + p), (-1, q)),
    "z* ≤ z < 0": ((-1, q), (-1, q + p)),
}
"""z and z* in every order, each as its side of 0 and its size."""


def _by_signs(made: Lemma) -> Cases:
    b = a + v
    for case, (z, star) in PAIRS.items():
        Dz = z[0] * z[1] - star[0] * star[1]
        yield case, *expanded(made.slack(phi_at(z, a, b) - phi_at(star, a, b), Dz, a, b))


@lemma("the chord of the generalized ReLU has a slope in [a, b]", _by_signs)
def chord(D: Formula, Dz: Formula, a: Formula, b: Formula) -> Formula:
    """(D − a Dz)(b Dz − D) ≥ 0."""
    return (D - a * Dz) * (b * Dz - D)


def _by_chord(made: Lemma) -> Cases:
    slack = made.slack((gamma + s) * x, x, gamma + s + t)
    yield "D = s Dz, γ ≤ s ≤ L", *expanded(slack)


@lemma("φ is monotone and L-Lipschitz: D² ≤ L D Dz", _by_chord)
def lipschitz(D: Formula, Dz: Formula, L: Formula) -> Formula:
    """L D Dz − D² ≥ 0, for D = φ(z) − φ(z*) and Dz = z − z*."""
    return L * D * Dz - D**2


def _by_chord_alone(made: Lemma) -> Cases:
    yield "D = s Dz, s ≥ 0", *expanded(made.slack(s * x, x))


@lemma("φ is monotone: D and Dz have one sign", _by_chord_alone)
def one_sign(D: Formula, Dz: Formula) -> Formula:
    """D Dz − |D| |Dz| ≥ 0, for D = φ(z) − φ(z*) and Dz = z − z*."""
    return D * Dz - abs(D) * abs(Dz)


def _by_length(made: Lemma) -> Cases:
    slack = made.slack((gamma + s) * x, x, gamma + s + t)
    yield "D = s Dz, γ ≤ s ≤ L", slack, identity(t * abs(x))


@lemma("φ is L-Lipschitz: |D| ≤ L |Dz|", _by_length)
def lipschitz_length(D: Formula, Dz: Formula, L: Formula) -> Formula:
    """L |Dz| − |D| ≥ 0."""
    return L * abs(Dz) - abs(D)


def _by_slopes(made: Lemma) -> Cases:
    yield "γ ≤ g ≤ L", *expanded(made.slack(gamma + s, gamma, gamma + s + t))


@lemma("(g − γ)(L − g) ≥ 0, as γ ≤ g ≤ L", _by_slopes)
def between(g: Formula, gamma: Formula, L: Formula) -> Formula:
    """(g − γ)(L − g) ≥ 0."""
    return (g - gamma) * (L - g)


def _by_both(made: Lemma) -> Cases:
    slack = made.slack(gamma + u, (gamma + s) * x, x, gamma, gamma + u + t)
    yield "γ ≤ g ≤ L, D = s Dz, γ ≤ s", *expanded(slack)


@lemma("(g Dz)² ≤ (L/γ) g D Dz, as g ≤ L and |Dz| ≤ |D|/γ", _by_both)
def squared_slope(g: Formula, D: Formula, Dz: Formula, gamma: Formula, L: Formula) -> Formula:
    """(L/γ) g D Dz − (g Dz)² ≥ 0."""
    return L / gamma * g * D * Dz - (g * Dz) ** 2


# Numbers, vectors and sums


def _modulus(made: Lemma) -> Cases:
    for case, value in (("x ≥ 0", p), ("x < 0", -p)):
        yield case, *expanded(made.slack(value))


@lemma("x ≤ |x|", _modulus)
def modulus(x: Formula) -> Formula:
    """|x| − x ≥ 0."""
    return abs(x) - x


def _cauchy_schwarz(made: Lemma) -> Cases:
    # (sum u v)² ≤ (sum u²)(sum v²) by induction: A² ≤ PQ gives (A + xy)² ≤ (P + x²)(Q + y²)
    before = Fact("A² ≤ PQ", "(PQ − A²)", means=P * Q - A**2, sign=NONNEGATIVE)
    slack = (P + x**2) * (Q + y**2) - (A + x * y) ** 2
    yield "one more coordinate", slack, identity(
        before + ((P * y - A * x) ** 2 + x**2 * before) / P
    )


@lemma("Cauchy-Schwarz: |⟨u, v⟩| ≤ ‖u‖ ‖v‖", _cauchy_schwarz)
def cauchy_schwarz(inner: Formula, left: Formula, right: Formula) -> Formula:
    """‖u‖ ‖v‖ − |⟨u, v⟩| ≥ 0: of the inner product and the two norms."""
    return left * right - abs(inner)


def _largest(made: Lemma) -> Cases:
    term = Symbol("x", "xⱼ", over="j")
    yield "any j", made.slack(term), quoted("the definition of the largest")


@lemma("xⱼ ≤ maxⱼ xⱼ", _largest)
def at_most_largest(term: Formula) -> Formula:
    """maxⱼ xⱼ − xⱼ ≥ 0."""
    return largest(term) - term


def _at_the_largest(made: Lemma) -> Cases:
    # at the j where |⟨uⱼ, v⟩| is largest: ‖uⱼ‖ = q, and the largest norm is q + s
    yield "at the j of the largest product", (q + s) * p - abs(A), identity(
        cauchy_schwarz(A, p, q) + s * p
    )


@lemma("Cauchy-Schwarz for the largest: maxⱼ |⟨uⱼ, v⟩| ≤ ‖v‖ maxⱼ ‖uⱼ‖", _at_the_largest)
def largest_product(inner: Formula, norm: Formula, norms: Formula) -> Formula:
    """‖v‖ maxⱼ ‖uⱼ‖ − maxⱼ |⟨uⱼ, v⟩| ≥ 0: of the inner products, ‖v‖ and the ‖uⱼ‖."""
    return norm * largest(norms) - largest(abs(inner))


@lemma("Cauchy-Schwarz for means: mean x ≤ √mean x²", _cauchy_schwarz)
def root_mean_square(term: Formula) -> Formula:
    """√(mean x²) − mean x ≥ 0: Cauchy-Schwarz with v = 1 (Jensen for the square)."""
    return sqrt(mean(term**2)) - mean(term)


def _triangle(made: Lemma) -> Cases:
    # ‖u + v‖² = ‖u‖² + 2⟨u, v⟩ + ‖v‖² ≤ (‖u‖ + ‖v‖)²
    inner = letter("⟨u, v⟩", "")
    yield "two vectors, squared", (p + q) ** 2 - (p**2 + 2 * inner + q**2), identity(
        2 * cauchy_schwarz(inner, p, q) + 2 * modulus(inner)
    )


@lemma("the triangle inequality: ‖mean vᵢ‖ ≤ mean ‖vᵢ‖", _triangle)
def triangle(norm: Formula, norms: Formula) -> Formula:
    """mean ‖vᵢ‖ − ‖mean vᵢ‖ ≥ 0: of the norm of a mean, and the norms."""
    return mean(norms) - norm


@lemma("the triangle inequality: ‖u + v‖ ≤ ‖u‖ + ‖v‖", _triangle)
def triangle_of_two(norm: Formula, left: Formula, right: Formula) -> Formula:
    """‖u‖ + ‖v‖ − ‖u + v‖ ≥ 0: of the norm of the sum, and the two norms."""
    return left + right - norm


def _short(made: Lemma) -> Cases:
    term, norm_x = (Symbol(name, text, over="i", sign=NONNEGATIVE) for name, text in
                    (("t", "tᵢ"), ("norm_x", "‖xᵢ‖")))
    norm = letter("‖mean tᵢ xᵢ‖")
    yield "through mean tᵢ ‖xᵢ‖ and mean tᵢ", made.slack(norm, term), identity(
        root_mean_square(term) + mean(term * assumed("‖xᵢ‖ ≤ 1", 1, norm_x))
        + triangle(norm, term * norm_x)
    )


@lemma("‖mean tᵢ xᵢ‖ ≤ √(mean tᵢ²), as ‖xᵢ‖ ≤ 1", _short)
def short_inputs(norm: Formula, term: Formula) -> Formula:
    """√(mean tᵢ²) − ‖mean tᵢ xᵢ‖ ≥ 0 for tᵢ ≥ 0: of the norm, and of tᵢ."""
    return sqrt(mean(term**2)) - norm


# A part of a unit vector, and the rest of it


def _rest(made: Lemma) -> Cases:
    # the share squared that is left is r² and something that is >= 0
    yield "r > 0", sqrt(P**2 + s) - P, identity(s / (sqrt(P**2 + s) + P))
    yield "r = 0", sqrt(s), identity(sqrt(s))


@lemma("‖x‖ ≤ 1, and ‖x‖² = c² + ‖x⊥‖²: ‖x⊥‖ ≤ √(1 − c²)", _rest)
def across_short(cosine: Formula, rest: Formula) -> Formula:
    """√(1 − c²) − ‖x⊥‖ ≥ 0: of the part c of x along a unit vector, and its rest."""
    return sqrt(1 - cosine**2) - rest


@lemma("φ is L-Lipschitz: √(1 − (D/(Ls))²) ≥ √(1 − (Dz/s)²)", _rest)
def across_score(D: Formula, Dz: Formula, L: Formula, s: Formula) -> Formula:
    """√(1 − (D/(Ls))²) − √(1 − (Dz/s)²) ≥ 0, as D² ≤ L² Dz²."""
    return sqrt(1 - (D / (L * s)) ** 2) - sqrt(1 - (Dz / s) ** 2)


@lemma("Cauchy-Schwarz for means: (mean uv)² ≤ mean u² mean v²", _cauchy_schwarz)
def mean_product(u: Formula, v: Formula) -> Formula:
    """mean u² mean v² − (mean uv)² ≥ 0."""
    return mean(u**2) * mean(v**2) - mean(u * v) ** 2


# Hyperbolic functions, by e^z = P


def _cosh(made: Lemma) -> Cases:
    yield "e^z = P", (P + 1 / P) / 2 - 1, identity((P - 1) ** 2 / (2 * P))


@lemma("cosh z ≥ 1", _cosh)
def cosh_large(z: Formula) -> Formula:
    """cosh z − 1 ≥ 0."""
    return function("cosh", z) - 1


def _tanh(made: Lemma) -> Cases:
    yield "e^z = P", 1 - (P - 1 / P) / (P + 1 / P), identity(2 / (P**2 + 1))


@lemma("tanh z ≤ 1", _tanh)
def tanh_small(z: Formula) -> Formula:
    """1 − tanh z ≥ 0."""
    return 1 - function("tanh", z)


def _exponential(made: Lemma) -> Cases:
    e = 1 + s  # e^z, z >= 0
    yield "e^z = 1 + s", e**2 - (e + 1 / e) / 8, identity(
        (6 + 22 * s + 23 * s**2 + 8 * s**3) / (8 * e)
    )


@lemma("cosh(z)/4 ≤ e^(2z) for z ≥ 0", _exponential)
def exponential_large(z: Formula) -> Formula:
    """e^(2z) − cosh(z)/4 ≥ 0, z ≥ 0."""
    return exp(2 * z) - function("cosh", z) / 4


def _tanh_cubic(made: Lemma) -> Cases:
    yield "h ≥ 0", made.slack(letter("D_B"), letter("h")), by_hand(
        "σ(h) − 1/2 = tanh(h/2)/2, and tanh x ≥ x − x³/3 for x ≥ 0: both are 0 at 0, and "
        "tanh' = 1 − tanh² ≥ 1 − x² as 0 ≤ tanh x ≤ x"
    )


@lemma("σ(h) − 1/2 ≥ (h/4)(1 − h²/12) for h ≥ 0", _tanh_cubic)
def sigmoid_cubic(D_B: Formula, h: Formula) -> Formula:
    """D_B − (h/4)(1 − h²/12) ≥ 0, D_B = σ(h) − 1/2."""
    return D_B - h / 4 * (1 - h**2 / 12)
