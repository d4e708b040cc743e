"""The lemmas that the proofs share: each an inequality that holds for all numbers, with its proof.

A lemma applied to formulas is a fact, a symbol that is ≥ 0, for use as a factor of a certificate:

    lipschitz(D, Dz, b)              b D Dz − D² ≥ 0, for D = φ(z) − φ(z*), Dz = z − z*
    identity(2 * mean(g / b * lipschitz(D, Dz, b)))

It is written as the function of its arguments that is ≥ 0, its slack. Its proof stands below: what
is left to show in each case, over letters of its own. A monotone φ with slopes in [γ, L] is
read by its chord: D = s Dz with γ ≤ s ≤ L (for the generalized ReLU that is the lemma `chord`,
proved in the four cases of signs). To say p ≥ q, the letter p is written q + (p − q) with p − q a
letter of its own that is ≥ 0; then a polynomial without negative coefficients is nonnegative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

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

LEMMAS: dict[str, Lemma] = {}
"""Every lemma by its name."""


@dataclass(frozen=True)
class Lemma:
    """slack(*arguments) ≥ 0, and why.

    cases  what is left to prove in each case: its name, the slack there, and how that is known
    """

    name: str
    statement: str
    slack: Slack
    cases: list[tuple[str, Formula, Known]] = field(default_factory=list)

    def __call__(self, *arguments: Operand) -> Fact:
        """The lemma for these arguments, as a fact."""
        means = self.slack(*map(formula, arguments))
        return Fact(f"{self.name}: {means}", f"({means})", self.statement, means=means,
                    sign=NONNEGATIVE, of=self.name)

    def case(self, name: str, *letters: Formula, known: Known | None = None) -> None:
        """A case of its proof, where the arguments are these; seen when expanded, without known."""
        self.leaves(name, self.slack(*letters), known)

    def leaves(self, name: str, slack: Formula, known: Known | None = None) -> None:
        """A case of its proof that leaves another slack to show."""
        self.cases.append((name, slack, known or identity(slack)))

    def obligations(self) -> list[Obligation]:
        """What its own proof owes."""
        return [
            Obligation(f"lemma {self.name}, {case}", slack, AT_LEAST, formula(0), known)
            for case, slack, known in self.cases
        ]


def lemma(name: str, statement: str, slack: Slack, like: Lemma | None = None) -> Lemma:
    """The lemma slack ≥ 0, in the list of all of them; `like`: proved as this one is."""
    LEMMAS[name] = Lemma(name, statement, slack, list(like.cases) if like else [])
    return LEMMAS[name]


def letter(name: str, sign: str = NONNEGATIVE) -> Symbol:
    """A letter for a number ≥ 0 (or of another sign)."""
    return Symbol(name, name, sign=sign)


a, gamma = letter("a", POSITIVE), letter("γ", POSITIVE)
p, q, s, t, u, v = (letter(name) for name in "pqstuv")
x, y, A, = (letter(name, "") for name in ("x", "y", "A"))
P, Q = letter("P", POSITIVE), letter("Q", POSITIVE)


# A monotone activation: D = φ(z) − φ(z*) and Dz = z − z*


@dataclass(frozen=True)
class Pair:
    """Scores z and z*, each as its side of 0 and its size ≥ 0, and the generalized ReLU there."""

    name: str
    side: int
    size: Formula
    side_star: int
    size_star: Formula
    a: ClassVar[Formula] = a
    b: ClassVar[Formula] = a + v

    @property
    def g(self) -> Formula:
        """The slope at z."""
        return self.b if self.side > 0 else self.a

    @property
    def g_star(self) -> Formula:
        """The slope at z*."""
        return self.b if self.side_star > 0 else self.a

    @property
    def z(self) -> tuple[Formula, Formula]:
        """z and z*."""
        return self.side * self.size, self.side_star * self.size_star

    @property
    def phi(self) -> tuple[Formula, Formula]:
        """φ(z) and φ(z*)."""
        z, z_star = self.z
        return self.g * z, self.g_star * z_star


PAIRS = (
    Pair("z* ≥ 0, z < 0", -1, p, 1, q), Pair("z ≥ 0, z* < 0", 1, p, -1, q),
    Pair("z ≥ z* ≥ 0", 1, q + p, 1, q), Pair("z* ≥ z ≥ 0", 1, q, 1, q + p),
    Pair("z ≤ z* < 0", -1, q + p, -1, q), Pair("z* ≤ z < 0", -1, q, -1, q + p),
)
"""z and z* in every order."""

chord = lemma(
    "chord", "the chord of the generalized ReLU has a slope in [a, b]",
    lambda D, Dz, a, b: (D - a * Dz) * (b * Dz - D),
)
for pair in PAIRS:
    (z, z_star), (phi, phi_star) = pair.z, pair.phi
    chord.case(pair.name, phi - phi_star, z - z_star, pair.a, pair.b)

lipschitz = lemma(
    "lipschitz", "φ is monotone and L-Lipschitz: D² ≤ L D Dz",
    lambda D, Dz, L: L * D * Dz - D**2,
)
lipschitz.case("D = s Dz, γ ≤ s ≤ L", (gamma + s) * x, x, gamma + s + t)

one_sign = lemma(
    "one_sign", "φ is monotone: D and Dz have one sign",
    lambda D, Dz: D * Dz - abs(D) * abs(Dz),
)
one_sign.case("D = s Dz, s ≥ 0", s * x, x)

lipschitz_length = lemma(
    "lipschitz_length", "φ is L-Lipschitz: |D| ≤ L |Dz|", lambda D, Dz, L: L * abs(Dz) - abs(D)
)
lipschitz_length.case(
    "D = s Dz, γ ≤ s ≤ L", (gamma + s) * x, x, gamma + s + t, known=identity(t * abs(x))
)

between = lemma(
    "between", "(g − γ)(L − g) ≥ 0, as γ ≤ g ≤ L", lambda g, gamma, L: (g - gamma) * (L - g)
)
between.case("γ ≤ g ≤ L", gamma + s, gamma, gamma + s + t)

squared_slope = lemma(
    "squared_slope", "(g Dz)² ≤ (L/γ) g D Dz, as g ≤ L and |Dz| ≤ |D|/γ",
    lambda g, D, Dz, gamma, L: L / gamma * g * D * Dz - (g * Dz) ** 2,
)
squared_slope.case(
    "γ ≤ g ≤ L, D = s Dz, γ ≤ s", gamma + u, (gamma + s) * x, x, gamma, gamma + u + t
)


# Numbers, vectors and sums; of a vector the arguments are its norm, of two their inner product too

modulus = lemma("modulus", "x ≤ |x|", lambda x: abs(x) - x)
modulus.case("x ≥ 0", p)
modulus.case("x < 0", -p)

cauchy_schwarz = lemma(
    "cauchy_schwarz", "Cauchy-Schwarz: |⟨u, v⟩| ≤ ‖u‖ ‖v‖",
    lambda inner, left, right: left * right - abs(inner),
)
# (sum u v)² ≤ (sum u²)(sum v²) by induction: A² ≤ PQ gives (A + xy)² ≤ (P + x²)(Q + y²)
before = Fact("A² ≤ PQ", "(PQ − A²)", means=P * Q - A**2, sign=NONNEGATIVE)
cauchy_schwarz.leaves(
    "one more coordinate", (P + x**2) * (Q + y**2) - (A + x * y) ** 2,
    identity(before + ((P * y - A * x) ** 2 + x**2 * before) / P),
)

at_most_largest = lemma("at_most_largest", "xⱼ ≤ maxⱼ xⱼ", lambda term: largest(term) - term)
at_most_largest.case(
    "any j", Symbol("x", "xⱼ", over="j"), known=quoted("the definition of the largest")
)

largest_product = lemma(
    "largest_product", "Cauchy-Schwarz for the largest: maxⱼ |⟨uⱼ, v⟩| ≤ ‖v‖ maxⱼ ‖uⱼ‖",
    lambda inner, norm, norms: norm * largest(norms) - largest(abs(inner)),
)
# at the j where |⟨uⱼ, v⟩| is largest: ‖uⱼ‖ = q, and the largest norm is q + s
largest_product.leaves(
    "at the j of the largest product", (q + s) * p - abs(A),
    identity(cauchy_schwarz(A, p, q) + s * p),
)

# with v = 1 (Jensen for the square)
root_mean_square = lemma(
    "root_mean_square", "Cauchy-Schwarz for means: mean x ≤ √mean x²",
    lambda term: sqrt(mean(term**2)) - mean(term), like=cauchy_schwarz,
)

triangle = lemma(
    "triangle", "the triangle inequality: ‖mean vᵢ‖ ≤ mean ‖vᵢ‖",
    lambda norm, norms: mean(norms) - norm,
)
# ‖u + v‖² = ‖u‖² + 2⟨u, v⟩ + ‖v‖² ≤ (‖u‖ + ‖v‖)²
inner = letter("⟨u, v⟩", "")
triangle.leaves(
    "two vectors, squared", (p + q) ** 2 - (p**2 + 2 * inner + q**2),
    identity(2 * cauchy_schwarz(inner, p, q) + 2 * modulus(inner)),
)

triangle_of_two = lemma(
    "triangle_of_two", "the triangle inequality: ‖u + v‖ ≤ ‖u‖ + ‖v‖",
    lambda norm, left, right: left + right - norm, like=triangle,
)

short_inputs = lemma(
    "short_inputs", "‖mean tᵢ xᵢ‖ ≤ √(mean tᵢ²), as ‖xᵢ‖ ≤ 1",
    lambda norm, term: sqrt(mean(term**2)) - norm,  # tᵢ ≥ 0
)
t_i, norm_x = (Symbol(name, text, over="i", sign=NONNEGATIVE) for name, text in
               (("t", "tᵢ"), ("norm_x", "‖xᵢ‖")))
whole = letter("‖mean tᵢ xᵢ‖")
short_inputs.case("through mean tᵢ ‖xᵢ‖ and mean tᵢ", whole, t_i, known=identity(
    root_mean_square(t_i) + mean(t_i * assumed("‖xᵢ‖ ≤ 1", 1, norm_x))
    + triangle(whole, t_i * norm_x)
))


# The part c of x along a unit vector, and x⊥, the rest of it

across_short = lemma(
    "across_short", "‖x‖ ≤ 1, and ‖x‖² = c² + ‖x⊥‖²: ‖x⊥‖ ≤ √(1 − c²)",
    lambda cosine, rest: sqrt(1 - cosine**2) - rest,
)
# the share squared that is left is r² and something that is >= 0
across_short.leaves("r > 0", sqrt(P**2 + s) - P, identity(s / (sqrt(P**2 + s) + P)))
across_short.leaves("r = 0", sqrt(s))

across_score = lemma(
    "across_score", "φ is L-Lipschitz: √(1 − (D/(Ls))²) ≥ √(1 − (Dz/s)²)",
    lambda D, Dz, L, s: sqrt(1 - (D / (L * s)) ** 2) - sqrt(1 - (Dz / s) ** 2), like=across_short,
)

mean_product = lemma(
    "mean_product", "Cauchy-Schwarz for means: (mean uv)² ≤ mean u² mean v²",
    lambda u, v: mean(u**2) * mean(v**2) - mean(u * v) ** 2, like=cauchy_schwarz,
)


# Hyperbolic functions, by e^z = P

cosh_large = lemma("cosh_large", "cosh z ≥ 1", lambda z: function("cosh", z) - 1)
cosh_large.leaves("e^z = P", (P + 1 / P) / 2 - 1, identity((P - 1) ** 2 / (2 * P)))

tanh_small = lemma("tanh_small", "tanh z ≤ 1", lambda z: 1 - function("tanh", z))
tanh_small.leaves("e^z = P", 1 - (P - 1 / P) / (P + 1 / P), identity(2 / (P**2 + 1)))

exponential_large = lemma(
    "exponential_large", "cosh(z)/4 ≤ e^(2z) for z ≥ 0",
    lambda z: exp(2 * z) - function("cosh", z) / 4,
)
e = 1 + s  # e^z, z >= 0
exponential_large.leaves(
    "e^z = 1 + s", e**2 - (e + 1 / e) / 8,
    identity((6 + 22 * s + 23 * s**2 + 8 * s**3) / (8 * e)),
)

sigmoid_cubic = lemma(
    "sigmoid_cubic", "σ(h) − 1/2 ≥ (h/4)(1 − h²/12) for h ≥ 0",
    lambda D_B, h: D_B - h / 4 * (1 - h**2 / 12),  # D_B = σ(h) − 1/2
)
sigmoid_cubic.case("h ≥ 0", letter("D_B"), letter("h"), known=by_hand(
    "σ(h) − 1/2 = tanh(h/2)/2, and tanh x ≥ x − x³/3 for x ≥ 0: both are 0 at 0, and "
    "tanh' = 1 − tanh² ≥ 1 − x² as 0 ≤ tanh x ≤ x"
))
