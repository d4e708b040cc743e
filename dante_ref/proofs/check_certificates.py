"""Check the counterexamples of ledger.json without trusting anything else: Python alone, fractions.

    python check_certificates.py ledger.json

For each refuted claim this recomputes, by the definitions of the paper and from the rational
numbers of its certificate, the error, the subgradient and the decision. Exit code 0 iff all hold.
CLAIMS says what a claim's certificate has to show, and under which hypotheses: another claim's
won't do. One of strict local quasi-convexity (SLQC) fails at w where err(w) - err(w*) > eps and
    stationary      the subgradient G is 0, though clause 2 asks ‖G‖ > 0
    points away     ⟨G, w − w*⟩ ≤ 0: w* itself, in every ball around it, isn't ahead
    ball too large  ⟨G, w − w*⟩ < radius ‖G‖: the ball around w* reaches behind the plane of G
"""

import json
import sys
from fractions import Fraction
from math import comb, factorial
from typing import Any

SLOPES = "the slopes are no generalized ReLU's: 0 < a <= b"

def rational(x: Any) -> Any:
    return [rational(y) for y in x] if isinstance(x, list) else Fraction(x)
def flat(M: Any) -> list[Fraction]:
    return [x for row in M for x in row]
def dot(u: Any, v: Any) -> Fraction:
    return sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))
def squared(u: Any, v: Any) -> Fraction:
    return sum(((a - b) ** 2 for a, b in zip(u, v, strict=True)), Fraction(0))
def phi(z: Fraction, a: Fraction, b: Fraction) -> Fraction:
    return b * z if z > 0 else a * z
def slope(z: Fraction, a: Fraction, b: Fraction) -> Fraction:
    return b if z >= 0 else a  # the paper's subgradient g

def forward(x: Any, W1: Any, W2: Any, a: Any, b: Any) -> Any:
    z = [dot(x, w) for w in zip(*W1, strict=True)]
    u = [dot([phi(t, a, b) for t in z], w) for w in zip(*W2, strict=True)]
    return z, u, [phi(t, a, b) for t in u]

def gradient(X: Any, Y: Any, W2: Any, z: Any, u: Any, P: Any, a: Any, b: Any) -> list[Fraction]:
    """In W1, row by row: the sum over samples and outputs of 2/m (prediction - y) g2 g1 w2 x."""
    outer = [[2 * (p - y) * slope(t, a, b) / len(X) for p, y, t in zip(*rows, strict=True)]
             for rows in zip(P, Y, u, strict=True)]
    back = [[slope(t, a, b) * dot(o, w) for t, w in zip(row, W2, strict=True)]
            for o, row in zip(outer, z, strict=True)]
    return [dot(x, k) for x in zip(*X, strict=True) for k in zip(*back, strict=True)]

def two_layers(c: Any, say: Any = dict) -> Any:
    X, W1, W1_star, W2, W2_star = (rational(c[k]) for k in ("X", "W1", "W1_star", "W2", "W2_star"))
    a, a2, b, b2 = (Fraction(c["slopes"][name]) for name in ("a1", "a2", "b1", "b2"))
    if not 0 < a == a2 <= b == b2:
        return SLOPES
    bound1, bound2 = Fraction(c["W1_max"]), Fraction(c["W2_max"])
    matrices = [(flat(W2_star), bound2), (flat(W1), bound1), (flat(W1_star), bound1)]
    if any(dot(v, v) > r**2 for v, r in [*((x, Fraction(1)) for x in X), *matrices]):
        return "an input or a matrix is too long"
    _, u_star, Y = zip(*(forward(x, W1_star, W2_star, a, b) for x in X), strict=True)
    z, u, predicted = zip(*(forward(x, W1, W2, a, b) for x in X), strict=True)
    at_star = [forward(x, W1_star, W2, a, b)[2] for x in X]
    gap = (squared(flat(predicted), flat(Y)) - squared(flat(at_star), flat(Y))) / len(X)
    G = gradient(X, Y, W2, z, u, predicted, a, b)
    ahead = dot(G, away := [p - q for p, q in zip(flat(W1), flat(W1_star), strict=True)])
    decide = {"gap": gap, "squared_norm": dot(G, G), "progress": ahead}
    say(u_star=u_star, y=Y, z=z, u=u, predicted=predicted, G=G, **decide)
    for name, value in decide.items():
        if value != Fraction(c[name]):
            return f"{name} is {value}, not {c[name]}"
    eps = Fraction(c.get("eps", 0))  # and eps/kappa as Theorems 4 and 5 print kappa
    radius = a * eps / (4 * b**5 * bound2**2 * bound1) - bound1
    signs = [(g > 0) - (g < 0) for g in G]  # d = 1: a column's direction is its sign
    return slqc_fails(gap, dot(G, G), ahead, eps, radius) | {
        "columns lead away": len(W1) == 1 and gap > eps and ahead > 0 > dot(signs, away),
        "W2 = W2*": W2_star == W2, "one output": len(W2[0]) == 1,
        "the third layer is the identity":
            c.get("top") == "1" and b == 1 and min(flat(predicted + Y)) > 0,
    }

def slqc_fails(gap: Any, squared_norm: Any, ahead: Any, eps: Any, radius: Any) -> dict[str, bool]:
    behind = radius > 0 and (ahead < 0 or ahead**2 < radius**2 * squared_norm)
    fails = {"stationary": squared_norm == 0, "points away": ahead <= 0, "ball too large": behind}
    return {name: gap > eps >= 0 and failed for name, failed in fails.items()}

def noisy_glm(c: Any, say: Any = dict) -> Any:
    """SLQC fails with these labels, so with any more ones, and P[Bin(m, p) > above] > allowed."""
    X, w, w_star, y = (rational(c[k]) for k in ("X", "w", "w_star", "labels"))
    a, b = (Fraction(c["slopes"][name]) for name in "ab")
    p, above, eps, allowed = (Fraction(c[name]) for name in ("p", "above", "eps", "allowed"))
    m, bound = len(X), Fraction(c["W"])
    if not 0 < a <= b:
        return SLOPES
    if any(dot(x, x) > 1 for x in X) or any(dot(v, v) > bound**2 for v in (w, w_star)):
        return "an input, w or w* is too long"
    if not 0 <= p <= 1 or any(phi(dot(w_star, x), a, b) != p for x in X):
        return "a label isn't 1 with probability p"
    if not {*y} <= {0, 1} or not sum(y) - 1 <= above < sum(y):
        return "the labels don't hold just enough ones"
    z = [dot(w, x) for x in X]
    outer = [2 * (phi(u, a, b) - t) * slope(u, a, b) / m for u, t in zip(z, y, strict=True)]
    G = [dot(outer, column) for column in zip(*X, strict=True)]
    ahead = dot(G, [u - v for u, v in zip(w, w_star, strict=True)])
    often = sum(comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(m + 1) if k > above)
    if not 0 < allowed < often:
        return f"it fails with probability {often} only"
    log = m * (a * eps / (b * bound) ** 2) ** 2 / 288  # the proof asks for more than log(1/allowed)
    radius = eps / (2 * b**3 * bound / a)  # Theorem 2's kappa
    gap = (squared([phi(u, a, b) for u in z], y) - squared([p] * m, y)) / m
    say(z=z, G=G, gap=gap, progress=ahead, squared_norm=dot(G, G), radius=radius)
    return slqc_fails(gap, dot(G, G), ahead, eps, radius) | {
        "enough samples": sum(log**k / factorial(k) for k in range(20)) > 1 / allowed,
        "a = b, eps = 4b²W²": a == b and eps == (2 * b * bound) ** 2,
    }

def trace_identity(c: Any, say: Any = dict) -> str | None:
    """x = w₂ = 1, W₁ = 0: ⟨w₂, σ⟨W₁, x⟩⟩ = 1/(1 + e⁰), rational, and Tr(g₁w₂xᵀW₁) = g(0) 0."""
    z, left, right = (Fraction(c[name]) for name in ("z", "left", "right"))
    return None if z == right == 0 and left == Fraction(1, 2) else "not at 0, or not 1/2 and 0"

def last_iterate(c: Any, say: Any = dict) -> str | None:
    """SNGD with η = ε/κ = 1 on F = Mf/(M − 1 + f), f(w) = h(w²), w* = 0, ε = 1."""
    h, M, w = rational(c["h"]), Fraction(c["M"]), Fraction(c["start"])
    if not Fraction(c["eps"]) == Fraction(c["kappa"]) == 1 < M:
        return "it isn't at eps = kappa = 1 < M"
    def at(coefficients: Any, v: Fraction) -> Any:
        return sum(k * v**n for n, k in enumerate(coefficients))
    def bernstein(p: Any) -> Any:  # on [0, 1] p lies between the least and the largest of these
        return [sum(comb(k, j) * q / comb(20, j) for j, q in enumerate(p)) for k in range(21)]
    slope = [n * k for n, k in enumerate(h)][1:]
    from_1 = [sum(comb(n, k) * q for n, q in enumerate(slope)) for k in range(len(slope))]
    if h[0] != 0 or min(bernstein(h[1:])) <= 0 or max(bernstein(h)) > 1:
        return "f isn't in (0, 1] for 0 < |w| <= 1"
    if min(from_1) < 0 or from_1[0] == 0:  # h'(1 + u), by powers of u
        return "f isn't shown to grow from |w| = 1 on, so to be SLQC"
    if min(c["T"]) < w**2:
        return "T is too small"
    points = [w]
    for _ in range(max(c["T"])):
        downhill = 2 * points[-1] * at(slope, points[-1] ** 2)  # the sign of F'
        points.append(points[-1] - ((downhill > 0) - (downhill < 0)))
    F = [M * f / (M - 1 + f) for f in (at(h, v**2) for v in points)]
    say(w=points, F=F)
    return None if all(F[T - 1] > 3 for T in c["T"]) else "F is no more than 3 eps"

def in_turn(c: Any, say: Any = dict) -> str | None:
    """Steps of η along one input each, to its label; then err > 3ε, ε = (a + b)²bη²/(4a)."""
    X, w, w_star = (rational(c[name]) for name in ("X", "w", "w_star"))
    a, b, eta, T = (Fraction(c[name]) for name in ("a", "b", "eta", "T"))
    y = [phi(dot(x, w_star), a, b) for x in X]
    if not 0 < a <= b or min(y) < 0 or any(dot(x, x) != 1 for x in X):
        return "a slope, a label or an input is not as it must be"
    if not T - 1 < squared(w, w_star) / eta**2 <= T:
        return "T isn't the least number of steps"
    for t in range(int(T)):
        off = phi(dot(x := X[t % len(X)], w), a, b) - y[t % len(X)]
        w = [u - eta * ((off > 0) - (off < 0)) * v for u, v in zip(w, x, strict=True)]
    error = squared([phi(dot(x, w), a, b) for x in X], y) / len(X)
    say(y=y, last=w, error=error, eps=(eps := (a + b) ** 2 * b * eta**2 / (4 * a)))
    return None if error > 3 * eps else "err is at most 3 eps"

def softmax(c: Any, say: Any = dict) -> str | None:
    """Two outputs, x = 1: p₁ − p₁* has the sign of `rises`, and ⟨G, W − W*⟩ is `ahead` times it."""
    a, b = (Fraction(c["slopes"][name]) for name in "ab")
    if not 0 < a <= b:
        return SLOPES
    (w, v), (w_star, v_star) = rational(c["W"]), rational(c["W_star"])
    rises = phi(w, a, b) - phi(v, a, b) - (phi(w_star, a, b) - phi(v_star, a, b))
    ahead = slope(w, a, b) * (w - w_star) - slope(v, a, b) * (v - v_star)
    say(rises=rises, ahead=ahead)
    return None if rises * ahead < 0 else "the optimum is ahead, or there is no error"

def steps(c: Any, say: Any = dict) -> str | None:
    """d' GLMs with eps/d' each ask for d' max of the squared distances, the layer for their sum."""
    squares = rational(c["squares"])
    more = min(squares) >= 0 and len(squares) * max(squares) > sum(squares)
    return None if more else "they ask for no more, or a square is negative"

def alternation(c: Any, say: Any = dict) -> str | None:
    """One hidden unit, one input: neither weight can be bettered alone, of either sign; err > 0."""
    x, y = rational(c["x"]), rational(c["y"])
    a, b, w1, w2 = (Fraction(c[name]) for name in ("a", "b", "w1", "w2"))
    if not 0 < a <= b:
        return SLOPES
    def outputs(u: Fraction, v: Fraction) -> list[Fraction]:
        return [phi(v * phi(u * value, a, b), a, b) for value in x]
    here, one = outputs(w1, w2), Fraction(1)
    error = squared(here, y)  # m times err
    say(outputs=here, error=error / len(y))
    if outputs(Fraction(c["w1_star"]), Fraction(c["w2_star"])) != y or error <= 0:
        return "it isn't planted, or has no error"
    for o in (outputs(w1, one), outputs(w1, -one), outputs(one, w2), outputs(-one, w2)):
        if dot(y, y) - max(Fraction(0), dot(o, y)) ** 2 / dot(o, o) < error:  # best multiple
            return "one of the weights can be bettered alone"
    return None

KINDS = {"two layers": two_layers, "noisy GLM": noisy_glm, "trace identity": trace_identity,
    "last iterate": last_iterate, "samples in turn": in_turn, "softmax": softmax, "steps": steps,
    "alternation": alternation}  # each says the numbers that it comes to, for `dante-ref show`
PLANTED = ("two layers", "W2 = W2*")
CLAIMS = {  # the kind of certificate, and what it must be and show beyond what every such one is
    "theorem-2": ("noisy GLM", "ball too large", "enough samples"),
    "theorem-2-any-m": ("noisy GLM", "ball too large", "a = b, eps = 4b²W²"),
    "theorem-4-literal": ("two layers", "one output", "ball too large"),
    "theorem-4-empty-ball": (*PLANTED, "one output", "stationary"),
    "theorem-4-spirit": (*PLANTED, "one output", "points away"),
    "theorem-4-any-minimiser": (*PLANTED, "one output", "stationary"),
    "theorem-5-literal": ("two layers", "ball too large"),
    "theorem-5-empty-ball": (*PLANTED, "stationary"),
    "theorem-6-last": ("last iterate",),
    "theorem-6-printed-minibatches": ("samples in turn",),
    "theorem-6-columns-even": ("steps",),
    "inner-layer-columns": (*PLANTED, "one output", "columns lead away"),
    "sigmoid-trace-identity": ("trace identity",),
    "softmax-after-relu": ("softmax",),
    "three-layers": (*PLANTED, "points away", "the third layer is the identity"),
    "alternation-minimum": ("alternation",),
}

def wrong(claim: str, c: Any) -> Any:
    """What keeps this certificate from refuting the claim of this id, or None."""
    if claim not in CLAIMS:
        return "no claim of this name is known to be refuted"
    kind, *needed = CLAIMS[claim]
    if c["kind"] != kind or c.get("shows") not in (None, *needed):
        return f"the certificate is another claim's; here it is: {', '.join(CLAIMS[claim])}"
    found = KINDS[kind](c)
    if isinstance(found, dict):
        found = next((f"it doesn't show '{name}'" for name in needed if not found[name]), None)
    return found

def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        claims = json.load(file)["claims"]
    bad = 0
    for claim in (claim for claim in claims if claim["verdict"] == "refuted"):
        try:
            fault = wrong(claim["id"], claim.get("exact") or {})
        except (KeyError, ValueError, TypeError, ZeroDivisionError, IndexError) as error:
            fault = f"the certificate can't be read: {type(error).__name__}: {error}"
        bad += fault is not None
        print(f"{claim['id']:<26} {'refuted, by exact numbers' if fault is None else fault}")
    print(f"{bad} DON'T HOLD" if bad else "all hold")
    return min(bad, 1)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "ledger.json"))
