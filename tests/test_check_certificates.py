"""The checker of exact certificates: each kind by hand, on both sides of every border."""

from dataclasses import replace
from fractions import Fraction
from math import factorial

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.problems import TwoLayerNetwork
from dante_ref.proofs import certificates, exact
from dante_ref.proofs.check_certificates import KINDS, SLOPES, phi, slope, slqc_fails, wrong
from dante_ref.proofs.families import Instance, TwoLayerFamily
from dante_ref.theorems import CLAIMS

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)


def said(certificate, **changes):
    certificate = certificate | changes
    return KINDS[certificate["kind"]](certificate)


def of_claim(name):
    return CLAIMS[name].certificate()


def test_phi_and_its_subgradient():
    """g(0) = b, as the paper has it."""
    assert [phi(Fraction(z), HALF, Fraction(3)) for z in (-2, 0, 2)] == [-1, 0, 6]
    assert [slope(Fraction(z), HALF, Fraction(3)) for z in (-2, 0, 2)] == [HALF, 3, 3]


# ---- SLQC --------------------------------------------------------------------------------------


@pytest.mark.parametrize("squared_norm, ahead, eps, radius, expected", [
    (0, 0, 1, 9, ""), (0, 0, 2, 9, ""), (0, 0, -1, 9, ""),  # err(w) - err(w*) = 1 > eps >= 0
    (0, 0, Fraction(99, 100), 0, "stationary, points away"), (0, 1, 0, 0, "stationary"),
    (0, 0, 0, 9, "stationary, points away"),
    (1, 0, 0, 0, "points away"), (1, -1, 0, 0, "points away"), (1, Fraction(1, 99), 0, 0, ""),
    (4, 2, 0, 1, ""), (9, 6, 0, 2, ""),  # <G, w - w*> = r ||G||
    (4, 2, 0, Fraction(101, 100), "ball too large"),
    (9, 6, 0, Fraction(201, 100), "ball too large"),
    (4, -5, 0, 1, "points away, ball too large"), (4, 2, 0, -2, ""), (4, -2, 0, 0, "points away"),
    (9, 1, 0, -1, ""),
])
def test_where_slqc_fails(squared_norm, ahead, eps, radius, expected):
    found = slqc_fails(1, squared_norm, ahead, eps, radius)
    assert list(found) == ["stationary", "points away", "ball too large"]
    assert ", ".join(name for name, fails in found.items() if fails) == expected


# ---- two layers --------------------------------------------------------------------------------


def test_error_and_subgradient_are_those_of_section_3_2():
    """All three numbers of random networks, as `exact` has them."""
    family = TwoLayerFamily(3, 2, 3, 2, outer_free=True)
    stack = family.decode(family.draw(np.random.default_rng(0), 12))
    for i in range(12):
        drawn = stack[i].problem
        smaller = {n: 0.9 * getattr(drawn, n) for n in ("X", "W1_star", "W2_star")}
        instance = Instance(replace(drawn, **smaller), 0.9 * stack[i].point)
        certificate = certificates.two_layers(instance, "nothing")
        assert said(certificate)["stationary"] is False
        for name in ("gap", "squared_norm", "progress"):
            forged = str(Fraction(certificate[name]) + Fraction(1, 10**30))
            right = certificate[name]
            assert said(certificate, **{name: forged}) == f"{name} is {right}, not {forged}"


TOO_LONG, LITERAL = "an input or a matrix is too long", "theorem-4-literal"


@pytest.mark.parametrize("changes, expected", [
    ({"X": [["1001/1000"]]}, TOO_LONG), ({"X": [["1"], ["-2"]]}, TOO_LONG),
    ({"W1": [["-1001/1000"]]}, TOO_LONG), ({"W1_star": [["1001/1000"]]}, TOO_LONG),
    ({"W2_star": [["1001/1000"]]}, TOO_LONG), ({"W2_max": "999/1000"}, TOO_LONG),
    ({"W1_max": "999/1000"}, TOO_LONG), ({"W1_max": "2", "W1": [["-5/2"]]}, TOO_LONG),
    ({"W2_max": "2", "W2_star": [["5/2"]]}, TOO_LONG),
    ({"W1_max": "2", "W1": [["2"]]}, "gap is 280, not 40"),  # 19² - 9²
])
def test_what_two_layers_must_satisfy(changes, expected):
    assert said(of_claim(LITERAL), **changes) == expected


@pytest.mark.parametrize("changes", [
    {"a1": "0", "a2": "0"}, {"a1": "2", "a2": "2"}, {"a1": "-1", "a2": "-1"}, {"a1": "1/2"},
    {"a2": "1/2"}, {"b1": "2"}, {"b2": "2"},
])
def test_the_slopes_of_two_layers_are_one_activations(changes):
    certificate = of_claim(LITERAL)
    assert said(certificate, slopes=certificate["slopes"] | changes) == SLOPES


def one_unit(w, w_star, eps="0"):
    """One unit, a = 1/2, b = 2, W1 = 1/2, W2 = 1/3: G points along w - w*, held at W2 = 100."""
    number, phi = exact.rational, GeneralizedReLU(HALF, Fraction(2))
    network = TwoLayerNetwork(number([["1"]]), number([[w_star]]), number([["1/3"]]), phi, phi,
                              HALF, Fraction(1, 3), number([["100"]]))
    return certificates.two_layers(
        Instance(network, number([[w]])), "ball too large", eps=Fraction(eps)
    )


def test_the_ball_is_as_wide_as_theorem_4_prints_it():
    """eps/kappa = a eps/(4 b^5 W2^2 W1) - W1 is 1, and so is w - w*, at eps = 64/3."""
    assert not said(one_unit("1/2", "-1/2", "64/3"))["ball too large"]
    eps = Fraction(64, 3) + Fraction(1, 10**6)
    assert said(one_unit("1/2", "-1/2", eps))["ball too large"]


def test_what_the_checker_comes_to_is_told():
    """By hand: φ(z) = 2z above 0 and z/2 below it, z = w x = 1/2, u = W2 φ(z), W2 = 100."""
    found = {}
    KINDS["two layers"](one_unit("1/2", "-1/2"), found.update)
    y, predicted, held = Fraction(-1, 24), Fraction(200), Fraction(-25, 2)
    G = 2 * (predicted - y) * 2 * 100 * 2
    numbers = {name: [Fraction(v) for v in flat([found[name]])] for name in found}
    assert numbers == {
        "z": [HALF], "u": [100], "u_star": [-QUARTER / 3], "y": [y], "predicted": [predicted],
        "gap": [(predicted - y) ** 2 - (held - y) ** 2], "G": [G], "squared_norm": [G**2],
        "progress": [G],
    }


TOLD = {
    "two layers": "u_star y z u predicted G gap squared_norm progress",
    "noisy GLM": "z G gap progress squared_norm radius", "last iterate": "w F",
    "samples in turn": "y last error eps", "softmax": "rises ahead", "alternation": "outputs error",
    "trace identity": "", "steps": "",
}


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.certificate], ids=lambda c: c.id)
def test_whatever_the_checker_tells_is_exact(claim):
    found, certificate = {}, claim.certificate()
    KINDS[certificate["kind"]](certificate, found.update)
    assert found or certificate["kind"] in ("trace identity", "steps")
    assert found.keys() == set(TOLD[certificate["kind"]].split())
    for number in flat([*found.values()]):
        assert isinstance(number, (int, Fraction)), found


def flat(value):
    """What nested lists and tuples hold."""
    if isinstance(value, (list, tuple)):
        return [v for each in value for v in flat(each)]
    return [value]


COLUMNS = {
    "kind": "two layers", "X": [["1"]], "W2": [["1"], ["1/10"]], "W2_star": [["1"], ["1/10"]],
    "W1_max": "1", "W2_max": "2", "slopes": {"a1": "1", "b1": "1", "a2": "1", "b2": "1"},
}
"""Linear, d = 1: G = 2 e (1, 1/10) with e = w . (1, 1/10) - y."""


@pytest.mark.parametrize("W1, W1_star, gap, squared_norm, progress, expected", [
    ([["1/5", "0"]], [["0", "1"]], "1/100", "101/2500", "1/50", True),
    ([["0", "1"]], [["1/5", "0"]], "1/100", "101/2500", "1/50", True),  # both signs are -1
    ([["1/5", "0"]], [["0", "1/5"]], "81/2500", "8181/62500", "81/1250", False),  # 0 is ahead
    ([["1/5", "0"]], [["0", "0"]], "1/25", "101/625", "2/25", False),
])
def test_columns_that_lead_away(W1, W1_star, gap, squared_norm, progress, expected):
    numbers = {"W1": W1, "W1_star": W1_star, "gap": gap, "squared_norm": squared_norm,
               "progress": progress}

    def leads_away(**changes):
        return said(COLUMNS, **numbers | changes)["columns lead away"]

    assert leads_away() is expected and not leads_away(eps=gap)
    assert leads_away(eps=str(Fraction(gap) * Fraction(99, 100))) is expected
    # d = 2: directions aren't signs.
    assert not leads_away(X=[["1", "0"]], W1=[*W1, ["0", "0"]], W1_star=[*W1_star, ["0", "0"]])


@pytest.mark.parametrize("W1, W1_star", [([["1/5", "0", "1"]], [["0", "1", "0"]]),
                                         ([["1/5", "0", "0"]], [["0", "1", "1"]])])
def test_a_column_without_a_gradient_has_no_direction(W1, W1_star):
    """The third unit's has no outer weight: it is 1 away, either way, which doesn't count."""
    third = {"W2": [["1"], ["1/10"], ["0"]], "W2_star": [["1"], ["1/10"], ["0"]], "W1_max": "2"}
    numbers = {"gap": "1/100", "squared_norm": "101/2500", "progress": "1/50"}
    assert said(COLUMNS | third, W1=W1, W1_star=W1_star, **numbers)["columns lead away"]


def test_rows_of_two_lengths_are_no_matrix():
    """Cut to the shorter row they would be the columns' example with a second input of 0."""
    numbers = {"gap": "1/100", "squared_norm": "101/2500", "progress": "1/50", "X": [["1", "0"]]}
    W1, W1_star = [["1/5", "0"], ["0", "0"]], [["0", "1"], ["0", "0"]]
    assert isinstance(said(COLUMNS, **numbers, W1=W1, W1_star=W1_star), dict)
    for matrix in (W1, W1_star):
        matrix[0].append("0")
    with pytest.raises(ValueError, match="zip"):
        said(COLUMNS, **numbers, W1=W1, W1_star=W1_star)


def test_what_else_a_claim_may_ask_of_two_layers():
    """W2 = W2*, one output, and outputs at which a third layer of slope 1 is the identity."""
    spirit, literal, five = map(of_claim, ("theorem-4-spirit", LITERAL, "theorem-5-empty-ball"))
    assert said(spirit)["W2 = W2*"] and not said(literal)["W2 = W2*"]
    assert said(spirit)["one output"] and not said(five)["one output"]

    def is_identity(certificate, **changes):
        return said(certificate | {"top": "1"}, **changes)["the third layer is the identity"]

    assert is_identity(of_claim("three-layers")) and is_identity(spirit)
    assert not is_identity(spirit, top="2") and not is_identity(spirit, top=None)
    assert not is_identity(literal)  # its outputs are negative
    assert not is_identity(one_unit("1/4", "1/2"))  # b = 2
    numbers = {"W1": [["1/5", "0"]], "squared_norm": "101/625", "gap": "1/25", "progress": "2/25"}
    assert not is_identity(COLUMNS, W1_star=[["0", "0"]], **numbers)  # y = 0


# ---- Theorem 2 ---------------------------------------------------------------------------------

NOISY = {
    "kind": "noisy GLM", "X": [["1", "0"], ["1", "0"]], "w_star": ["1/4", "0"],
    "w": ["-1/4", "0"], "labels": ["1", "1"], "slopes": {"a": "1/4", "b": "1/2"}, "W": "1/4",
    "eps": "126/1000", "p": "1/8", "above": "1", "allowed": "1/65",
}
"""err(w) - err(w*) = (17/16)² - (7/8)² = 93/256; w* is 1/2 away, the radius eps a/(2 b³ W) = 4 eps.
Both labels are 1 with probability 1/64."""

ONES, LONG = "the labels don't hold just enough ones", "an input, w or w* is too long"
CHANCE = "a label isn't 1 with probability p"


@pytest.mark.parametrize("changes, expected", [
    ({"allowed": "1/64"}, "it fails with probability 1/64 only"),
    ({"allowed": "0"}, "it fails with probability 1/64 only"),
    ({"labels": ["1", "0"], "above": "0", "allowed": "15/64"},
     "it fails with probability 15/64 only"),
    ({"above": "2"}, ONES), ({"above": "99/100"}, ONES),
    ({"labels": ["2", "0"]}, ONES), ({"labels": ["3/2", "1/2"]}, ONES),
    ({"slopes": {"a": "0", "b": "1/2"}}, SLOPES), ({"slopes": {"a": "1", "b": "1/2"}}, SLOPES),
    ({"X": [["1", "1/99"], ["1", "0"]]}, LONG), ({"w": ["-1/4", "1/99"]}, LONG),
    ({"w_star": ["1/4", "1/99"]}, LONG), ({"W": "1/5"}, LONG),
    ({"p": "1/7"}, CHANCE), ({"X": [["1", "0"], ["1/2", "0"]]}, CHANCE),
    ({"W": "9", "w_star": ["-1/2", "0"], "p": "-1/8"}, CHANCE),
    ({"W": "9", "w_star": ["3", "0"], "p": "3/2"}, CHANCE),
    ({"w_star": ["0", "0"], "p": "0"}, "it fails with probability 0 only"),
])
def test_what_noisy_labels_must_satisfy(changes, expected):
    assert said(NOISY, **changes) == expected


EXP = sum(Fraction(9, 4)**k / factorial(k) for k in range(20))
"""Of exp(9/4), from below: the terms that are taken."""
TINY = Fraction(1, 10**30)
FEWER = {"labels": ["1", "0"], "above": "0", "allowed": "14/64"}  # then the error is 45/256


@pytest.mark.parametrize("changes, shows", [
    ({}, True), ({"eps": "1/8"}, False), ({"eps": "93/256"}, False), ({"eps": "92/256"}, True),
    ({"above": "199/100"}, True), ({"slopes": {"a": "1/2", "b": "1/2"}}, True), (FEWER, True),
    (FEWER | {"eps": "45/256"}, False), (FEWER | {"eps": "44/256"}, True),
    ({"W": "2", "w": ["-2", "0"], "w_star": ["2", "0"], "p": "1", "eps": "9/4"}, False),
])
def test_a_ball_too_large_for_noisy_labels(changes, shows):
    assert said(NOISY, **changes)["ball too large"] is shows


@pytest.mark.parametrize("eps, shows", [("935/10000", False), ("945/10000", True)])
def test_the_ball_is_measured_against_the_direction_of_g(eps, shows):
    """Two samples, one on either side of the kink: G = (-21, 4)/400, w - w* = (-3/2, 1/2).

    <G, w - w*>/||G|| = 33.5/sqrt(457) is the radius a eps/(2 b³ W) = 50 eps/3 at eps = 0.0940.
    """
    turned = {"X": [["1", "0"], ["0", "1"]], "w": ["-1", "1"], "w_star": ["1/2", "1/2"], "W": "3/2",
              "slopes": {"a": "1/20", "b": "1/10"}, "p": "1/20", "labels": ["1", "0"],
              "above": "0", "allowed": "1/20"}
    assert said(NOISY, **turned, eps=eps)["ball too large"] is shows


@pytest.mark.parametrize("changes, enough", [
    ({"allowed": "1000/9487"}, True), ({"allowed": "1000/9488"}, False),
    ({"allowed": "1000/9487", "eps": "1124/1000"}, False),
    ({"allowed": str(1 / EXP)}, False), ({"allowed": str(1 / EXP + TINY)}, True),
])
def test_enough_samples_for_theorem_2(changes, enough):
    """m (a eps/(b W)²)²/288 = (4 eps/3)² here: 9/4 at eps = 9/8, and exp(9/4) = 9.4877."""
    assert said(NOISY | FEWER, **{"eps": "9/8"} | changes)["enough samples"] is enough


@pytest.mark.parametrize("a, eps, expected", [
    ("1/2", "1/16", True), ("1/4", "1/16", False), ("1/2", "1/15", False),
])
def test_where_any_m_fails(a, eps, expected):
    found = said(NOISY, slopes={"a": a, "b": "1/2"}, eps=eps)
    assert found["a = b, eps = 4b²W²"] is expected


# ---- the others --------------------------------------------------------------------------------

TRACE = {"kind": "trace identity", "z": "0", "left": "1/2", "right": "0"}
LAST = {"kind": "last iterate", "h": ["0", "17/20", "-3", "3"], "M": "11", "start": "3/2",
        "eps": "1", "kappa": "1", "T": [3, 5]}
"""w goes 3/2, 1/2, 3/2, 1/2, ...; f(3/2) = 6687/320, so F(3/2) = 3 at M = 6367/1909."""
NO_MORE, NOT_AT_1 = "F is no more than 3 eps", "it isn't at eps = kappa = 1 < M"
NOT_IN_1 = "f isn't in (0, 1] for 0 < |w| <= 1"
NO_GROWTH = "f isn't shown to grow from |w| = 1 on, so to be SLQC"
SOFTMAX = {"kind": "softmax", "W": ["4/5", "1/10"], "W_star": ["1/10", "-1"],
           "slopes": {"a": "1/2", "b": "1"}}
"""rises = 7/10 - 6/10, ahead = 7/10 - 11/10."""
AHEAD = "the optimum is ahead, or there is no error"
STEPS = {"kind": "steps", "squares": ["1", "2"]}
NO_STEPS = "they ask for no more, or a square is negative"
ALONE = {"kind": "alternation", "x": ["1", "-1"], "y": ["1", "-1/4"], "a": "1/2", "b": "1",
         "w1_star": "1", "w2_star": "1", "w1": "-1", "w2": "-5/4"}
"""Its outputs are 5/8 (1, -1), the best multiple of (1, -1) for y."""
PLANTED = "it isn't planted, or has no error"


@pytest.mark.parametrize("certificate, changes, expected", [
    (TRACE, {}, None), (TRACE, {"z": "1"}, "not at 0, or not 1/2 and 0"),
    (TRACE, {"left": "1/3"}, "not at 0, or not 1/2 and 0"),
    (TRACE, {"right": "1"}, "not at 0, or not 1/2 and 0"),
    (LAST, {}, None), (LAST, {"T": [2, 5]}, "T is too small"), (LAST, {"T": [3, 4]}, NO_MORE),
    (LAST, {"T": [4, 5]}, NO_MORE), (LAST, {"M": "6367/1909"}, NO_MORE),
    (LAST, {"M": "6368/1909"}, None), (LAST, {"start": "2", "T": [4]}, NO_MORE),
    (LAST, {"start": "5/2", "T": [6]}, "T is too small"),  # 25/4
    (LAST, {"start": "2", "T": [3]}, "T is too small"), (LAST, {"start": "-3/2"}, None),
    (LAST, {"eps": "2"}, NOT_AT_1), (LAST, {"kappa": "2"}, NOT_AT_1), (LAST, {"M": "1"}, NOT_AT_1),
    (LAST, {"h": ["1/10", "17/20", "-3", "3"]}, NOT_IN_1),
    (LAST, {"h": ["0", "1", "-3", "3"]}, NO_MORE),  # f(1) = 1
    (LAST, {"h": ["0", "101/100", "-3", "3"]}, NOT_IN_1),
    (LAST, {"h": ["0", "3/4", "-3", "3"]}, NOT_IN_1),  # f = 0 at w² = 1/2
    (LAST, {"h": ["0", "1", "-1", "1/3"]}, NO_GROWTH),  # h' = (1 - w²)²
    (LAST, {"h": ["0", "7/20", "-1/20"]}, NO_GROWTH), (LAST, {"h": ["0", "1"]}, NO_MORE),
    (LAST, {"h": ["0", "0", "1"]}, NOT_IN_1),  # f/w² = 0 at w = 0
    (LAST, {"h": ["0", "1", "-1/2", "1/6"]}, NO_MORE),  # h'(1 + u) = (1 + u²)/2 grows
    (SOFTMAX, {}, None), (SOFTMAX, {"W": ["1/10", "4/5"], "W_star": ["-1", "1/10"]}, None),
    (SOFTMAX, {"W_star": ["1/10", "-6/5"]}, AHEAD), (SOFTMAX, {"W_star": ["1/10", "-3/5"]}, AHEAD),
    (SOFTMAX, {"W_star": ["1/10", "1/10"]}, AHEAD),
    (SOFTMAX, {"W": ["-2/5", "-1"], "W_star": ["3/10", "-1/10"]}, None),
    (SOFTMAX, {"slopes": {"a": "0", "b": "1"}}, SLOPES),
    (SOFTMAX, {"slopes": {"a": "2", "b": "1"}}, SLOPES),
    (SOFTMAX, {"slopes": {"a": "1", "b": "1"}}, AHEAD),
    (STEPS, {}, None), (STEPS, {"squares": ["0", "1"]}, None),
    (STEPS, {"squares": ["1", "1"]}, NO_STEPS), (STEPS, {"squares": ["-1", "2"]}, NO_STEPS),
    (STEPS, {"squares": ["3"]}, NO_STEPS),
    (ALONE, {}, None), (ALONE, {"a": "0"}, SLOPES), (ALONE, {"a": "2"}, SLOPES),
    (ALONE, {"a": "1"}, PLANTED), (ALONE, {"x": ["2", "-2"], "y": ["2", "-1/2"]}, None),
    (ALONE, {"w1_star": "1/2"}, PLANTED), (ALONE, {"w2_star": "1/2"}, PLANTED),
    (ALONE, {"w1": "1", "w2": "1"}, PLANTED), (ALONE, {"y": ["1", "-1/5"]}, PLANTED),
    (ALONE, {"w2": "-1"}, "one of the weights can be bettered alone"),
    (ALONE, {"w1": "-2"}, "one of the weights can be bettered alone"),
    (ALONE, {"w1": "1", "w2": "1/2"}, "one of the weights can be bettered alone"),
])
def test_the_other_kinds_by_hand(certificate, changes, expected):
    assert said(certificate, **changes) == expected


TURNS = "a slope, a label or an input is not as it must be"


@pytest.mark.parametrize("changes, expected", [
    ({}, None), ({"T": "15"}, "T isn't the least number of steps"),
    ({"T": "17"}, "T isn't the least number of steps"), ({"a": "0"}, TURNS), ({"a": "2"}, TURNS),
    ({"X": [["1", "1", "0"]]}, TURNS), ({"w_star": ["-7/20", "-3/10", "1/20"]}, TURNS),
    ({"w": ["7/20", "3/10", "-1/20"]}, "T isn't the least number of steps"),  # T = 0 steps do
    ({"w": ["7/20", "3/10", "-1/20"], "T": "0"}, "err is at most 3 eps"),
    ({"a": "1/4"}, "err is at most 3 eps"), ({"a": "13/50"}, None),
    ({"a": "1/2", "b": "2"}, "err is at most 3 eps"), ({"a": "13/25", "b": "2"}, None),
    ({"eta": "1/5", "T": "17"}, "err is at most 3 eps"),  # and one <w, x> is below 0
])
def test_steps_along_one_input_each(changes, expected):
    """No <w, x> at the end is negative: err = 4.6135 b² eta², 3 eps at a/b = 0.2569."""
    assert said(of_claim("theorem-6-printed-minibatches"), **changes) == expected


def test_steps_in_turn_by_hand():
    """One input, a = b = 1, eta = 2/5: from 0 in T = 7 steps, 0.4, 0.8, 1.2, 0.8, ... about w* = 1.

    T is the least whole number from 1/eta² = 25/4 on; err = (1/5)² after any step from the second
    on, and 3 eps = 3 (2 eta)²/4 = 12/25: the last iterate does well, and nothing is shown.
    """
    certificate = {"kind": "samples in turn", "X": [["1"]], "w_star": ["1"], "w": ["0"], "a": "1",
                   "b": "1", "eta": "2/5", "T": "7"}
    assert said(certificate) == "err is at most 3 eps"
    at_0 = {"w_star": ["0"], "w": ["1"]}  # a label of 0 is one
    assert said(certificate, **at_0) == "err is at most 3 eps"
    for T in ("6", "8"):
        assert said(certificate, T=T) == "T isn't the least number of steps"
    assert said(certificate, T="4", eta="1/2") == "err is at most 3 eps"  # 1/eta² = T exactly
    assert said(certificate, T="5", eta="1/2") == "T isn't the least number of steps"


LONGER = [
    (LITERAL, "X", lambda X: [[*row, "0"] for row in X]),
    (LITERAL, "W1", lambda W: [*W, ["0"] * len(W[0])]),
    (LITERAL, "W1_star", lambda W: [*W, ["0"] * len(W[0])]),
    (LITERAL, "W2", lambda W: [*W, ["0"] * len(W[0])]),
    (LITERAL, "W2_star", lambda W: [*W, ["0"] * len(W[0])]),
    ("theorem-4-spirit", "W1", lambda W: [[*W[0], "0"], *W[1:]]),  # ragged, or wider
    ("theorem-5-empty-ball", "W2", lambda W: [[*W[0], "0"], *W[1:]]),
    ("theorem-2", "labels", lambda y: [*y, "0"]),
    ("theorem-2", "w", lambda w: [*w, "0"]), ("theorem-2", "w_star", lambda w: [*w, "0"]),
    ("theorem-6-printed-minibatches", "w", lambda w: [*w, "0"]),
    ("theorem-6-printed-minibatches", "w_star", lambda w: [*w, "0"]),
]


@pytest.mark.parametrize("name, key, longer", LONGER, ids=[f"{n} {k}" for n, k, _ in LONGER])
def test_numbers_too_many_are_no_certificate(name, key, longer):
    """Cut to the shorter one in silence, they would be read as another instance."""
    certificate = of_claim(name)
    with pytest.raises(ValueError):
        said(certificate, **{key: longer(certificate[key])})


def test_what_another_claim_s_certificate_shows_is_not_what_is_asked():
    """The same instance, said to show something else, is refused before it is looked at."""
    certificate = of_claim("theorem-4-spirit")
    asked = ("the certificate is another claim's; here it is: "
             "two layers, W2 = W2*, one output, points away")
    assert wrong("theorem-4-spirit", certificate) is None
    assert wrong("theorem-4-spirit", {k: v for k, v in certificate.items() if k != "shows"}) is None
    for changes in ({"shows": "stationary"}, {"kind": "softmax"}):
        assert wrong("theorem-4-spirit", certificate | changes) == asked
    assert wrong("theorem-4-empty-ball", certificate | {"shows": None}) == (
        "it doesn't show 'stationary'")
