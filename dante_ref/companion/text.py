"""An item or a claim in a terminal: what it says, its symbols and code, and an instance in full."""

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..exceptions import InputError
from ..proofs.claim import Claim, SLQCClaim, Verdict
from ..proofs.exact import rational
from ..proofs.families import Instance
from ..proofs.proof import with_error
from ..proofs.prove import rests_on
from ..report import chains, waterfall, wording
from ..report.wording import plain
from ..theorems import THEOREMS, theorem_1
from . import sources
from .items import Item, item_of
from .legend import beside, symbols

WIDTH = chains.WIDTH
DRAWS = 201


def informative(claim: Claim[Any], seed: int | None) -> Instance[Any]:
    """An instance to show the claim on: the counterexample of a refuted claim, else a random one.

    A random one has an error to speak of, and shows the proof's gaps where one of DRAWS does.
    seed None: the counterexample, or seed 0.
    """
    families = claim.proof_families or claim.families
    if (seed is None and claim.verdict is Verdict.REFUTED) or not families:
        return claim.worst()
    if claim.proof is not None:
        return waterfall.typical(claim.proof, families[-1], seed or 0, DRAWS)[0]
    for family in reversed(families):
        try:
            found, _ = with_error(family, DRAWS, seed or 0)
        except (AttributeError, TypeError):  # instances without an error to be small
            continue
        gaps = np.asarray(found.slqc().gap)
        return found[int(np.argsort(gaps)[(9 * len(gaps)) // 10])]
    return claim.worst()


def of_claim(claim: Claim[Any], instance: Instance[Any], eps: float | None) -> str:
    """The claim on an instance; eps: at which its proof is evaluated, None for f(x) − f(z)."""
    parts = [_head(claim), _places(claim), _legend(symbols(item_of(claim), claim)),
             _instance(claim, instance)]
    if claim.proof is not None:
        parts.append(_proof(claim, instance, eps))
    if claim.verdict is Verdict.REFUTED and claim.certificate is not None:
        parts.append(_exact(claim))
    return "\n\n".join(filter(None, parts))


def of_item(item: Item) -> str:
    """An item of the paper: what it states, its symbols, and its code."""
    lines = [f"{item.title}  ({item.where})"]
    for said in item.says:
        lines.append(f"    {said.strip()}" if said.startswith("  ") else _wrap(said, 2))
    parts = ["\n".join(lines)]
    if item.claims:
        parts.append("claims:\n" + "\n".join(
            f"  {claim.id}: {claim.verdict}" for claim in item.claims
        ))
    parts.append(_legend(symbols(item, *item.claims)))
    printed = beside(item)
    if printed:
        rows = []
        for row in printed:
            rows.append(f"  {row.printed.line or '(not printed)'}")
            if row.line is not None:
                rows.append(f"      {row.line}: {row.code}")
            if row.printed.note:
                rows.append(_wrap(row.printed.note, 6))
        parts.append("printed, and the code that does it:\n" + "\n".join(rows))
    parts.append("code:\n" + "\n".join(f"  {name}: {sources.place(name)}" for name in item.code))
    first = sources.resolve(item.code[0])
    if not inspect.ismodule(first):
        parts.append(textwrap.dedent(inspect.getsource(first)).rstrip())
    return "\n\n".join(filter(None, parts))


def _wrap(words: str, indent: int) -> str:
    return textwrap.fill(
        words, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2)
    )


def _head(claim: Claim[Any]) -> str:
    rests = rests_on(claim)
    return "\n".join([
        f"{claim.id}  ({claim.source})", f"  {claim.statement}",
        *([_wrap(f"assumes: {'; '.join(map(str, claim.hypotheses))}", 2)]
          if claim.hypotheses else []),
        f"  verdict: {claim.verdict}", _wrap(f"proof:   {claim.proof or 'none given'}", 2),
        *([_wrap(f"rests:   {rests}", 2)] if rests.findings else []),
    ])


def _places(claim: Claim[Any]) -> str:
    module = next(
        (m for m in THEOREMS if any(c.id == claim.id for c in m.CLAIMS)), None
    )
    item = item_of(claim)
    lines = []
    if module is not None:
        written = inspect.getsource(module).splitlines()
        at = next((n for n, line in enumerate(written, 1) if f'id="{claim.id}"' in line), 1)
        lines.append(f"  {sources.module_file(module)}:{at}  the claim")
    lines += [f"  {sources.place(name)}  {name}" for name in item.code if ":" in name]
    return "code:\n" + "\n".join(lines)


def _legend(rows: list[tuple[str, str, str]]) -> str:
    """The symbols with meaning and shape."""
    wide = max((len(symbol) for symbol, *_ in rows), default=0)
    return "" if not rows else "symbols:\n" + "\n".join(
        f"  {symbol:<{wide}}  {meaning} [{shape}]" for symbol, shape, meaning in rows
    )


def _instance(claim: Claim[Any], instance: Instance[Any]) -> str:
    """Every number of the instance, and what decides the claim there."""
    lines = []
    for name, value in instance.arrays().items():
        array = np.asarray(value, dtype=float) + 0.0
        text = wording.six_digits(float(array)) if array.ndim == 0 else np.array2string(
            array, precision=6, threshold=10**9, max_line_width=80, separator=", ",
        )
        shown = wording.symbol(name)
        lines.append(f"  {shown} = " + text.replace("\n", "\n" + " " * (len(shown) + 5)))
    decision = ", ".join(
        f"{wording.symbol(name)} = {chains.in_column(value)}" if not np.isnan(value)
        else f"{wording.symbol(name)}: nothing is claimed"
        for name, value in claim.decision(instance).items()
    )
    refutes = "" if isinstance(claim, SLQCClaim) else " (below 1 it refutes the claim)"
    return "the instance:\n" + "\n".join(lines) + f"\nwhat decides: {decision}{refutes}"


def _proof(claim: Claim[Any], instance: Instance[Any], eps: float | None) -> str:
    assert claim.proof is not None
    gap = float(instance.slqc().gap)
    if eps is not None and (eps <= 0 or eps > gap * (1 + 1e-12)):
        raise InputError(f"eps is {eps:g}; allowed is 0 < eps <= f(x) - f(z) = {gap:g}")
    at = gap if eps is None else eps
    if at <= 0:
        return "the proof speaks of no ε here, as f(x) − f(z) is 0"
    parts = [f"the proof at ε = {chains.in_column(at)}:"]
    for chain in claim.proof.chains(instance, at):
        places = sources.line_places(chain.title, chain.lines)
        place = f"  ({places[0].file}:{places[0].first})" if places[0] else ""
        parts.append(f"{chain.title}{place}\n{chains.text(chain, claim.proof.gaps)}")
    failing = [
        "\n".join([
            f"  {found.name}: {found.why}", f"      {found.step.left.formula}",
            f"    {found.step.relation} {found.step.right.formula}",
            _wrap(wording.failure(found), 4),
        ]) for found in claim.proof.failures()
    ]
    if failing:
        parts.append("\n".join(["displays that fail as they are printed:", *failing]))
    return "\n\n".join(parts)


# Exact arithmetic, step by step


def _exact(claim: Claim[Any]) -> str:
    assert claim.certificate is not None
    certificate = claim.certificate()
    steps = STEPS[certificate["kind"]](certificate)
    return "in exact arithmetic:\n" + "\n".join(f"  {line}" for line in steps)


def _two_layers(c: Mapping[str, Any]) -> Iterator[str]:
    X, W1, W1_star, W2, W2_star = (
        rational(c[name]) for name in ("X", "W1", "W1_star", "W2", "W2_star")
    )
    phi1, phi2 = (GeneralizedReLU(*(Fraction(c["slopes"][f"{s}{layer}"]) for s in "ab"))
                  for layer in (1, 2))
    yield f"a = {plain(phi1.a)}, b = {plain(phi1.b)}; samples are rows"
    z = u = X @ W1
    for star, A, B in (("*", W1_star, W2_star), ("", W1, W2)):
        z = X @ A
        hidden = phi1.phi(z)
        u = hidden @ B
        out = phi2.phi(u)
        yield f"⟨W₁{star}, x⟩ = {plain(z)}, φ₁ of it = {plain(hidden)}"
        yield f"u{star} = ⟨W₂{star}, φ₁⟩ = {plain(u)}, φ₂(u{star}) = {plain(out)}" + (
            " = y" if star else "")
        if star:
            y = out
    D = out - y
    yield f"D = φ₂(u) − y = {plain(D)}"
    yield f"err(W₁) − err(W₁*) = {plain(Fraction(c['gap']))}"
    outer = phi2.g(u) * D * 2 / len(X)
    G = X.T @ (phi1.g(z) * (outer @ W2.T))
    yield f"2/m g₂ D = {plain(outer)}, g₁ = {plain(phi1.g(z))}"
    yield f"G = Xᵀ(g₁ ∘ (2/m g₂ D W₂ᵀ)) = {plain(G)}"
    ahead = (G * (W1 - W1_star)).sum()
    yield f"⟨G, W₁ − W₁*⟩ = {plain(ahead)}, ‖G‖² = {plain((G * G).sum())}"
    yield {
        "stationary": "G = 0 with an error: clause 2 fails for every ball",
        "points away": "⟨G, W₁ − W₁*⟩ ≤ 0: W₁* itself isn't ahead, for every κ",
        "columns lead away": "with each column divided by its length, the sign of ⟨G, W₁ − W₁*⟩ "
        "turns",
        "ball too large": f"at ε = {c.get('eps')} the ball's radius, squared and times ‖G‖², is "
        "more than ⟨G, W₁ − W₁*⟩²",
    }[c["shows"]]


def _noisy_glm(c: Mapping[str, Any]) -> Iterator[str]:
    X, w, w_star, y = (rational(c[name]) for name in ("X", "w", "w_star", "labels"))
    phi = GeneralizedReLU(*(Fraction(c["slopes"][name]) for name in "ab"))
    m, ones = len(X), int(sum(y))
    z, p = X @ w, Fraction(c["p"])
    D = phi.phi(z) - y
    G = X.T @ (phi.g(z) * D) * 2 / m
    gap = ((D**2).sum() - ((phi.phi(X @ w_star) - y) ** 2).sum()) / m
    ahead = (G * (w - w_star)).sum()
    kappa = theorem_1.KAPPA.at(a=phi.a, b=phi.b, W=Fraction(c["W"]))
    yield f"m = {m} samples, {ones} labels are 1: each is 1 with probability p = {plain(p)}"
    yield f"err(w) − err(w*) = {plain(gap)} > ε = {c['eps']}"
    yield f"G = {plain(G)}, ⟨G, w − w*⟩ = {plain(ahead)}, ‖G‖² = {plain((G * G).sum())}"
    behind = (Fraction(c["eps"]) / kappa) ** 2 * (G * G).sum()
    yield f"κ = 2b³W/a = {plain(kappa)}; (ε/κ)²‖G‖² = {plain(behind)}"
    yield f"⟨G, w − w*⟩² = {plain(ahead**2)}, which is less: SLQC fails"
    yield f"so it does with any more ones: probability P[Bin({m}, {plain(p)}) > {c['above']}]"
    yield f"which is more than {c['allowed']}, whatever m is said to be enough"


def _trace(c: Mapping[str, Any]) -> Iterator[str]:
    yield f"x = 1, w₂ = 1, W₁ = {c['z']}: φ₁(0) = 1/(1 + e⁰) = {c['left']}"
    yield f"Tr(g₁w₂xᵀW₁) = g₁(0) · 0 = {c['right']}, which is not {c['left']}"


def _last(c: Mapping[str, Any]) -> Iterator[str]:
    h, M = rational(c["h"]), Fraction(c["M"])
    slope = [n * k for n, k in enumerate(h)][1:]
    w = Fraction(c["start"])
    yield f"F = Mf/(M − 1 + f), f(w) = h(w²), h = {plain(h)} (from v⁰ on), M = {plain(M)}"
    for t in range(1, max(c["T"]) + 1):
        v = w**2
        f = sum(k * v**n for n, k in enumerate(h))
        rise = 2 * w * sum(k * v**n for n, k in enumerate(slope))
        value = M * f / (M - 1 + f)
        yield f"w_{t} = {plain(w)}: F = {plain(value)}, F′ has the sign of {plain(rise)}"
        w -= Fraction(c["eps"]) / Fraction(c["kappa"]) * ((rise > 0) - (rise < 0))
    yield f"3ε = {3 * Fraction(c['eps'])} is promised of w_T for T ≥ (κ w₁/ε)²"


def _in_turn(c: Mapping[str, Any]) -> Iterator[str]:
    X, w, star = (rational(c[name]) for name in ("X", "w", "w_star"))
    a, b, eta, T = (Fraction(c[name]) for name in ("a", "b", "eta", "T"))
    phi = GeneralizedReLU(a, b)
    y = phi.phi(X @ star)
    eps = (a + b) ** 2 * b * eta**2 / (4 * a)
    yield f"‖w₁ − w*‖² = {plain(((w - star) ** 2).sum())} ≤ {T}η², η = {plain(eta)}"
    yield f"ε = (a + b)²bη²/(4a) = {plain(eps)}, each label > 0: {plain(y)}"
    for t in range(int(T)):
        i = t % len(X)
        off = phi.phi(X @ w)[i] - y[i]
        w = w - eta * X[i] * ((off > 0) - (off < 0))
    error = ((phi.phi(X @ w) - y) ** 2).sum() / len(X)
    yield f"w_{int(T) + 1} = {plain(w)}"
    yield f"err there is {plain(error)} > 3ε: {float(error / eps):.3f}ε"


def _softmax(c: Mapping[str, Any]) -> Iterator[str]:
    phi = GeneralizedReLU(*(Fraction(c["slopes"][name]) for name in "ab"))
    W, star = rational(c["W"]), rational(c["W_star"])
    s, s_star = phi.phi(W), phi.phi(star)
    yield f"scores φ(W) = {plain(s)}, φ(W*) = {plain(s_star)}"
    yield f"s₁ − s₂ = {plain(s[0] - s[1])} against {plain(s_star[0] - s_star[1])}: p₁ > p₁*"
    ahead = phi.g(W) * (W - star)
    yield f"⟨G, W − W*⟩ = (p₁ − p₁*) ({plain(ahead[0])} − {plain(ahead[1])}) < 0"


def _steps(c: Mapping[str, Any]) -> Iterator[str]:
    squares = rational(c["squares"])
    yield f"squared distances of the columns: {plain(squares)}"
    yield f"ε/d′ each asks for {len(squares)} · {plain(max(squares))} times what 1/ε asks for,"
    yield f"the layer for their sum, {plain(sum(squares))}: fewer"


def _alternation(c: Mapping[str, Any]) -> Iterator[str]:
    x, y = rational(c["x"]), rational(c["y"])
    a, b, w1, w2 = (Fraction(c[name]) for name in ("a", "b", "w1", "w2"))
    yield f"x = {plain(x)}, y = {plain(y)}, a = {plain(a)}, b = {plain(b)}"
    phi = GeneralizedReLU(a, b)
    out = phi.phi(w2 * phi.phi(w1 * x))
    yield f"W₁ = {plain(w1)}, w₂ = {plain(w2)}: outputs {plain(out)}"
    yield f"err = {plain(((out - y) ** 2).sum() / len(y))}, and neither weight alone betters it"


STEPS: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "two layers": _two_layers, "noisy GLM": _noisy_glm, "trace identity": _trace,
    "last iterate": _last, "samples in turn": _in_turn, "softmax": _softmax, "steps": _steps,
    "alternation": _alternation,
}
