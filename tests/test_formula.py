"""Formulas: the text of a tree, its value against hand-written NumPy, exactly on Fractions."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

from dante_ref.exceptions import InputError
from dante_ref.proofs.exact import rational
from dante_ref.proofs.formula import (
    ROUNDING,
    Number,
    Symbol,
    exp,
    formula,
    function,
    largest,
    mean,
    sqrt,
    total,
)
from dante_ref.proofs.symbols import W1, W2, W, a, b, checked, eps

g = Symbol("g", "gᵢ", "the slope", "i")
D = Symbol("D", "Dᵢ", "the difference", "i")
t = Symbol("t", "⟨xᵢ, w* − v⟩", "", "i")
gij = Symbol("gij", "gᵢⱼ", "", "ij")
column = Symbol("column", "‖wⱼ‖", "", "j")
E = Symbol("E", "err(w)", "the error", means=mean(D**2))


@pytest.mark.parametrize("tree, text", [
    (2 * b**3 * W / a, "2b³W/a"),
    (4 * b**5 * W2**2 * W1**2 / a, "4b⁵W₂²W₁²/a"),
    (2 * mean(g * (D**2 / b + D * t)), "2/m Σᵢ gᵢ (Dᵢ²/b + Dᵢ ⟨xᵢ, w* − v⟩)"),
    (2 * mean(gij * column), "2/m Σᵢⱼ gᵢⱼ ‖wⱼ‖"),
    (2 / b * mean(g * D**2), "(2/b) mean gᵢ Dᵢ²"),
    (mean(largest(abs(gij)) * t), "mean (maxⱼ |gᵢⱼ|) ⟨xᵢ, w* − v⟩"),
    (total(mean(gij) * column, "j"), "Σⱼ (mean Σⱼ gᵢⱼ) ‖wⱼ‖"),
    ((a + b) / 2 * sqrt(b * eps / a), "((a + b)/2) √(bε/a)"),
    (a - (b - eps), "a − (b − ε)"),
    (a - b - eps, "a − b − ε"),
    (a - b * eps, "a − bε"),
    (-(a + b) * eps, "(−(a + b)) ε"),
    ((a / b) / W, "(a/b)/W"),
    (a / (b / W), "a/(b/W)"),
    ((a * b) ** 2, "(ab)²"),
    (eps**-1, "ε⁻¹"),
    (0.06 * sqrt(eps) * exp(W / 2) / sqrt(W), "0.06 √ε e^(W/2)/√W"),
    (Fraction(1, 2) * b, "(1/2) b"),
    (2 * b * (2 * b**2 * W) * (b + W), "2b · 2b²W (b + W)"),
    (function("max", a, b - a), "max(a, b − a)"),
    (E / b, "err(w)/b"),
    (mean(D) / b, "(mean Dᵢ)/b"),
    (sqrt(E) ** 2, "(√err(w))²"),
    (formula(-3), "−3"),
])
def test_the_text_has_the_brackets_that_it_needs_and_no_more(tree, text):
    assert str(tree) == text


def test_what_is_written_is_one_tree():
    assert 2 * b == formula(2) * b != b * 2
    assert len({a + b, b + a, a + b}) == 2, "hashable, equal by structure"
    assert a + (b + eps) == (a + b) + eps and (a * b) * (W * eps) == a * b * W * eps
    assert len((a + (b + eps)).terms) == 3 and len((a + b * eps).terms) == 2
    assert [s.name for s in (E / b).symbols()] == ["E", "D", "b"], "behind E what it stands for"


RNG = np.random.default_rng(0)
N, M, OUT = 5, 4, 3
VALUES = {
    "a": RNG.uniform(0.1, 1, N), "b": RNG.uniform(1, 2, N), "eps": RNG.random(N), "W": 1.5,
    "g": RNG.random((N, M)), "D": RNG.standard_normal((N, M)), "t": RNG.standard_normal((N, M)),
    "gij": RNG.random((N, M, OUT)), "column": RNG.random((N, OUT)),
}


def test_values_of_a_stack_against_numpy():
    v = VALUES
    np.testing.assert_allclose(
        (2 * mean(g * (D**2 / b + D * t))).at(v),
        2 * np.mean(v["g"] * (v["D"] ** 2 / v["b"][:, None] + v["D"] * v["t"]), axis=1),
        rtol=1e-14,
    )
    np.testing.assert_allclose(
        mean(gij**2 * column / b).at(v),
        np.mean(
            np.sum(v["gij"] ** 2 * v["column"][:, None, :] / v["b"][:, None, None], axis=2), axis=1
        ),
        rtol=1e-14,
    )
    np.testing.assert_allclose(
        mean(largest(abs(gij - column)) * D).at(v),
        np.mean(np.abs(v["gij"] - v["column"][:, None, :]).max(axis=2) * v["D"], axis=1),
        rtol=1e-14,
    )
    np.testing.assert_allclose(
        ((a + b) / 2 * sqrt(b * eps / a)).at(v),
        (v["a"] + v["b"]) / 2 * np.sqrt(v["b"] * v["eps"] / v["a"]), rtol=1e-14,
    )
    assert (gij * column + D).axes == "ij" and (gij * column + D).at(v).shape == (N, M, OUT)


def test_numbers_may_stand_on_either_side():
    at = {"a": Fraction(2), "b": Fraction(3)}
    for tree, text, value in (
        (1 - a, "1 − a", -1), (a - 1, "a − 1", 1), (1 + a, "1 + a", 3), (a + 1, "a + 1", 3),
        (3 * a, "3a", 6), (a * 3, "a · 3", 6), (3 / a, "3/a", Fraction(3, 2)),
        (a / 3, "a/3", Fraction(2, 3)), (-a, "−a", -2), (abs(a - b), "|a − b|", 1),
        (a**3, "a³", 8), (a**-2, "a⁻²", Fraction(1, 4)), (a**0, "a⁰", 1),
        (formula(Fraction(-2, 3)), "−2/3", Fraction(-2, 3)), (formula(Fraction(4, 2)), "2", 2),
        (formula(0) * a, "0a", 0), (a - formula(-1), "a − (−1)", 3),
        (a + formula(Fraction(-1, 2)), "a − 1/2", Fraction(3, 2)),
        (a * (a / b) / b, "(a a/b)/b", Fraction(4, 9)),
        ((a / b) * a / b, "(a/b) a/b", Fraction(4, 9)),
        (a * (a / b) * b / b, "a (a/b) b/b", Fraction(4, 3)),
    ):
        found = tree.at(at)
        assert (str(tree), found) == (text, value) and not isinstance(found, float)


def test_axes_are_aligned_by_their_names():
    """Whichever of the axes an operand lacks, in every operation, against NumPy's own."""
    rng = np.random.default_rng(1)
    at = {name: rng.uniform(1, 2, shape) for name, shape in
          {"p": (N, M, 2), "q": (N, OUT), "r": (N, M, OUT, 2), "s": (N,)}.items()}
    p, q, r, s = (Symbol(n, n, over=over) for n, over in zip("pqrs", ("ik", "j", "ijk", ""),
                                                              strict=True))
    P, Q, S = at["p"][:, :, None], at["q"][:, None, :, None], at["s"][:, None, None, None]
    for tree, value in (
        (p + q - s, P + Q - S), (p * q * s, P * Q * S), (p / q, P / Q), (q / p, Q / P),
        (r - p, at["r"] - P), (function("max", p, q), np.maximum(P, Q)),
        (function("min", q, p), np.minimum(P, Q)), (s / p + q, S / P + Q),
        (exp(p) + function("log", q), np.exp(P) + np.log(Q)),
        (function("cosh", p) * function("tanh", q), np.cosh(P) * np.tanh(Q)),
    ):
        assert tree.axes == "ijk"
        np.testing.assert_allclose(tree.at(at), np.broadcast_to(value, (N, M, OUT, 2)), rtol=1e-14)
    for axis, place in (("i", 1), ("j", 2), ("k", 3)):
        left = "ijk".replace(axis, "")
        assert total(r, axis).axes == largest(r, axis).axes == left
        np.testing.assert_allclose(total(r, axis).at(at), at["r"].sum(axis=place), rtol=1e-14)
        np.testing.assert_array_equal(largest(r, axis).at(at), at["r"].max(axis=place))
    np.testing.assert_allclose(mean(p).at(at), at["p"].mean(axis=1), rtol=1e-14)
    np.testing.assert_allclose(mean(r).at(at), at["r"].sum(axis=2).mean(axis=1), rtol=1e-14)
    assert (str(total(q)), str(largest(q)), str(mean(p))) == ("Σⱼ q", "maxⱼ q", "mean p")
    assert str(total(total(r), "k")) == "Σₖⱼ r" and str(3 * mean(r)) == "3/m Σᵢⱼ r"
    assert str(total(q + s)) == "Σⱼ (q + s)" and str(largest(p * 2, "k")) == "maxₖ p · 2"


def test_a_single_problem_is_an_entry_of_its_stack():
    tree = mean(gij**2 * column / b) - eps * mean(D * t)
    stack = tree.at(VALUES)
    for i in range(N):
        one = {name: v if np.ndim(v) == 0 else v[i] for name, v in VALUES.items()}
        assert tree.at(one) == pytest.approx(stack[i], rel=1e-13)


def test_fractions_stay_exact():
    values = {
        "a": Fraction(1, 3), "b": Fraction(2), "D": rational(["1/2", "-1/3", "2/7"]),
        "g": rational([2, "1/3", "1/3"]), "t": rational([0, 1, "3/5"]),
    }
    found = (2 * mean(g * (D**2 / b + D * t))).at(values)
    by_hand = Fraction(2, 3) * (
        2 * Fraction(1, 8) + Fraction(1, 3) * (Fraction(1, 18) - Fraction(1, 3))
        + Fraction(1, 3) * (Fraction(2, 49) + Fraction(6, 35))
    )
    assert isinstance(found, Fraction) and found == by_hand
    assert sqrt(a / (3 * b**3 * b)).at(a=Fraction(3), b=Fraction(2)) == Fraction(1, 4)
    assert (Number(0.06) * a).at(a=Fraction(1)) == Fraction(6, 100), "a decimal as it is written"


def test_an_abbreviation_follows_from_what_it_means_unless_its_value_is_given():
    assert E.at(D=np.array([1.0, 3.0])) == 5
    assert E.at(E=7.0) == 7
    assert (E - mean(D**2)).at(VALUES) == pytest.approx(np.zeros(N))


def test_a_root_takes_rounding_below_zero_for_zero_and_nothing_else():
    assert sqrt(a).at(a=np.float64(-1e-17)) == 0
    with np.errstate(invalid="ignore"):
        assert np.isnan(sqrt(a).at(a=np.float64(-1e-3)))
        assert np.isnan(sqrt(a).at(a=np.float64(-ROUNDING)))
    np.testing.assert_array_equal(sqrt(a).at(a=np.array([0, 1e-18, 4, -9e-10])), [0, 1e-9, 2, 0])
    with pytest.raises(ValueError, match="nonnegative"):
        sqrt(a).at(a=Fraction(-1, 10**12))  # a Fraction has no rounding


def test_what_has_no_value_or_no_axis_is_named():
    with pytest.raises(InputError, match="b has no value"):
        (a * b).at(a=1.0)
    with pytest.raises(InputError, match="b has no value; given are a, W"):
        (a * b).at(a=1.0, W=1.0)
    with pytest.raises(InputError, match="b is None; allowed are numbers and arrays"):
        a.at(a=1.0, b=None)
    with pytest.raises(InputError, match="W, b is None"):
        a.at(a=1.0, W=None, b=None)
    with pytest.raises(InputError, match="no axis"):
        mean(a)
    with pytest.raises(InputError, match="Dᵢ has no axis j; it has 'i'"):
        total(D)
    with pytest.raises(InputError, match="'sine' is no function; allowed are abs, sqrt, max, "):
        function("sine", a)


def test_another_coefficient_is_another_text_and_another_value():
    right, wrong = 2 * b**3 * W / a, 3 * b**3 * W / a
    at = {"a": 0.5, "b": 2.0, "W": 3.0}
    assert str(right) != str(wrong) and right.at(at) == 96 and wrong.at(at) == 144


def test_equal_trees_are_one_key_and_their_hashes_do_not_travel():
    """A hash of texts is another one in another process: what is pickled goes without it."""
    f, same = (mean(Symbol("D", "Dᵢ", "", "i") ** 2) for _ in range(2))
    assert f is not same and f == same and {f: "found"}[same] == "found"
    assert f != mean(Symbol("D", "Dᵢ", "", "i") ** 3) and f != "Dᵢ"
    there = pickle.loads(pickle.dumps(f))
    assert "_hash" in vars(f) and "_hash" not in vars(there)
    assert there == f and {there: 1}[f] == 1


def test_a_checked_formula_is_a_function_of_its_numbers():
    """By place and by name, with defaults, on arrays; and a bad one is refused by its name."""
    f = checked(eps * W / a - b, eps, a, b, W, W=2.0)
    assert f(3, 0.5, 1.0) == 11 and f(eps=3, a=0.5, b=1.0, W=1) == 5
    np.testing.assert_array_equal(f(np.array([0.0, 1.0]), 0.5, 1.0), [-1, 3])
    assert "εW/a − b of eps, a, b, W;" in f.__doc__
    assert "InputError unless eps >= 0, a > 0, b > 0, W > 0, a <= b." in f.__doc__
    delta = Symbol("delta", "δ")
    assert "unless delta > 0 and < 1, eps >= 0." in checked(delta * eps, delta, eps).__doc__
    with pytest.raises(InputError, match=r"a, b are 2\.0, 1\.0; allowed is 0 < a <= b"):
        f(3, 2.0, 1.0)
    with pytest.raises(InputError, match="eps is -1"):
        f(-1, 0.5, 1.0)
    with pytest.raises(TypeError, match="'b'"):
        f(3, 0.5)
