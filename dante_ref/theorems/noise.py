"""The companion on Theorem 2 (section 5.2): a GLM with noisy labels, repaired.

Fix any w in R^d. With probability >= 1 - 2 delta after

    m >= (1/eps) max{16 (b/a)^2 log(1/delta), 8 b^3 (1 + sqrt(2 log(1/delta)))^2 / (a (a+b)^2)}

samples, err_m is (eps, kappa(eps), w*)-SLQC in w with kappa(eps) = (a+b) sqrt(2 b eps/a), which is
2 sqrt(2) times the noiseless kappa_sharp. Free of W, and 1/eps where the paper has W^4/eps^2. It
asks that, given the inputs, the xi_i are independent, have mean zero and lie each in an interval
of length 1, as the noise of labels in [0, 1] does.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from .. import balls, bounds
from ..activations import GeneralizedReLU
from ..problems import NoisyGLM
from ..proofs.chain import AT_LEAST, AT_MOST, Chain, Line, chain
from ..proofs.chance import ChanceClaim, Setting
from ..proofs.claim import Item, Verdict
from ..proofs.evidence import margin_of
from ..proofs.families import Instance
from ..proofs.proof import Proof
from .theorem_2 import FAMILIES, Terms, failures

# The statement and its proof


def kappa(eps: float | np.ndarray, glm: NoisyGLM) -> float | np.ndarray:
    """(a + b) sqrt(2 b eps/a) = 2 sqrt(2) kappa_sharp(eps)."""
    return bounds.kappa_theorem_2_repaired(eps, glm.activation.a, glm.activation.b)


def proof(
    glm: NoisyGLM, w: np.ndarray, eps: float | np.ndarray, delta: float = 0.05
) -> tuple[Chain, ...]:
    """The proof, given the inputs: G = G0 - N with G0 the idealised subgradient, N = 2 mean g xi x.

    E = mean D^2. If E <= eps/2, clause 1 holds unless a tail event of Hoeffding happens (`tails`,
    first chain). If E > eps/2, <G, w - w*> >= r ||G|| unless one of two other tail events happens:
    the last line of `progress` is >= 0 outside them. So SLQC holds with probability >= 1 - 2 delta.
    """
    t = Terms(glm, w)
    E = t.mean(t.D**2)
    eps = np.minimum(eps, 1.99 * E)  # the second case, E > eps/2; the first needs no gradient
    return _progress(t, eps, E), _per_sample(t), *_tails(t, eps, delta)


def _progress(t: Terms, eps, E) -> Chain:
    glm, mean = t.glm, t.mean
    r = bounds.radius(eps, kappa(eps, glm))
    P = mean(t.g * t.D * t.Dz)
    G = glm.subgradient(t.w)
    N = 2 * mean(np.swapaxes((t.g * t.xi)[..., None] * glm.X, -1, -2))
    norm_G0 = balls.norm(G + N)
    norm_N = balls.norm(N)
    noise = 2 * mean(t.g * t.xi * t.Dz)
    kantorovich = bounds.radius(E, bounds.kappa_sharp(E, t.a, t.b))
    return chain(
        "progress, E > eps/2",
        Line("<G, w - w*> - r ||G||",
             balls.inner(G, t.w - glm.w_star) - r * balls.norm(G)),
        Line("2P - 2 mean g xi Dz - r ||G0|| - r ||N||", 2 * P - noise - r * (norm_G0 + norm_N),
             AT_LEAST, "G = G0 - N, P = mean g D Dz, triangle inequality"),
        Line("2P - 2 mean g xi Dz - (1/2) (E/kappa_sharp(E)) ||G0|| - r ||N||",
             2 * P - noise - kantorovich / 2 * norm_G0 - r * norm_N, AT_LEAST,
             "r = (1/2) (eps/2)/kappa_sharp(eps/2) and E > eps/2"),
        Line("P - 2 mean g xi Dz - r ||N||", P - noise - r * norm_N, AT_LEAST,
             "2P = <G0, w - w*> >= (E/kappa_sharp(E)) ||G0||, Theorem 1's sharp form"),
    )


def _per_sample(t: Terms) -> Chain:
    a, b = t.spread(t.a), t.spread(t.b)
    return chain(
        "the noise along w - w*",
        Line("(g_i Dz_i)^2", (t.g * t.Dz) ** 2),
        Line("(b/a) g_i D_i Dz_i", b / a * t.g * t.D * t.Dz, AT_MOST,
             "g <= b and |Dz| <= |D|/a; so its mean square is at most (b/a) P"),
    )


def _tails(t: Terms, eps, delta) -> tuple[Chain, ...]:
    a, b = t.a, t.b
    m = bounds.m_theorem_2_repaired(a, b, eps, delta)
    log = np.log(1 / delta)
    E = np.linspace(0.01, 0.5, 8) * np.asarray(eps)[..., None]  # every E in the first case
    small, m_ = np.asarray(eps)[..., None], np.asarray(m)[..., None]
    P = a / b * eps / 2  # the least P in the second case, E > eps/2
    return (
        chain(
            "Hoeffding, E <= eps/2: P(gap > eps)",
            Line("exp(-m (eps - E)^2/(2E))", np.exp(-m_ * (small - E) ** 2 / (2 * E))),
            Line("exp(-m eps/4)", np.exp(-m_ * small / 4) + 0 * E, AT_MOST,
                 "-2 mean xi D > eps - E; xi_i D_i ranges over an interval of length |D_i|"),
            Line("delta", delta + 0 * E, AT_MOST, "m >= 16 (b/a)^2 log(1/delta)/eps"),
        ),
        chain(
            "Hoeffding, E > eps/2: 2 mean g xi Dz, outside an event of probability delta",
            Line("2 sqrt((b/a) P log(1/delta)/(2m))", 2 * np.sqrt(b / a * P * log / (2 * m))),
            Line("P/2", P / 2, AT_MOST, "P >= (a/b) E > (a/b) eps/2, m >= 16 (b/a)^2 log/eps"),
        ),
        chain(
            "McDiarmid, E > eps/2: r ||N||, outside an event of probability delta",
            Line("r (b/sqrt m)(1 + sqrt(2 log(1/delta)))",
                 bounds.radius(eps, bounds.kappa_theorem_2_repaired(eps, a, b))
                 * b / np.sqrt(m) * (1 + np.sqrt(2 * log))),
            Line("P/2", P / 2, AT_MOST,
                 "E ||N|| <= b/sqrt m as Var xi <= 1/4; bounded differences 2b/m; bound on m"),
        ),
    )


# How often it fails


def draws(
    eps: float, m: int, a: float = 1.0, b: float = 1.0, distance: float | None = None
):
    """Draws with the repaired kappa: d = 1, x = 1, phi<w*, x> = 1/2, w = w* - distance.

    The noise is the largest that labels in [0, 1] can have. The default distance puts E at the
    edge of the two cases of the proof, E = eps/2.
    """
    w_star = 1 / (2 * b)
    distance = np.sqrt(eps / 2) / b if distance is None else distance
    glm = NoisyGLM(
        np.ones((m, 1)), np.array([w_star]), GeneralizedReLU(a, b), w_star, np.zeros(m)
    )
    kappa_2 = float(bounds.kappa_theorem_2_repaired(eps, a, b))
    return partial(failures, glm, np.array([w_star - distance]), eps, kappa_2)


DELTA = 0.05


def _settings() -> tuple[Setting, ...]:
    """At the stated m, at a tenth and a hundredth of it; E at the edge of the cases, and beyond."""
    settings = []
    for a, eps in ((1.0, 0.2), (1.0, 0.02), (0.5, 0.1)):
        stated = int(np.ceil(bounds.m_theorem_2_repaired(a, 1.0, eps, DELTA)))
        for share in (1, 10, 100):
            m = max(1, stated // share)
            part = "as stated" if share == 1 else f"1/{share} of it"
            settings.append(
                Setting(
                    f"a = {a:g}, eps = {eps:g}, m = {m} ({part})", 2 * DELTA,
                    draws(eps, m, a, distance=np.sqrt(eps) / 3), claimed=share == 1,
                )
            )
    return tuple(settings)


def largest_noise() -> Instance:
    """One draw of the repaired theorem's setting at eps = 0.2, labels 0, 1, 0, 1, ..."""
    glm, w = draws(0.2, 240).args[:2]
    return Instance(replace(glm, labels=np.arange(240) % 2.0), w)


CLAIMS = (
    ChanceClaim(
        id="theorem-2-repaired",
        theorem=Item.THEOREM_2,
        source="Theorem 2, companion's repair",
        statement="for every w, with probability >= 1 - 2 delta after m >= (1/eps) max{16 (b/a)^2 "
        "log(1/delta), 8 b^3 (1 + sqrt(2 log(1/delta)))^2/(a (a+b)^2)} samples err_m(w) is "
        "(eps, (a+b) sqrt(2 b eps/a), w*)-SLQC in w",
        verdict=Verdict.HOLDS,
        margin=margin_of(kappa),
        families=FAMILIES,
        worst=largest_noise,
        settings=_settings(),
        proof=Proof("companion", lambda i, eps: proof(i.problem, i.point, eps)),
    ),
)
