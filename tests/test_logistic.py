"""Cross-entropy on one GLM: stable numbers, the exact constant, and the lemma about trapezoids."""

import mpmath
import numpy as np
import pytest
from scipy.special import expit

from dante_ref.theorems import kantorovich, logistic


@pytest.mark.parametrize(("s", "t"), [(0.1, 0.1 + 1e-9), (-3.0, 2.0), (25.0, 26.0), (-30.0, 1.0)])
def test_divergence_and_difference_keep_their_digits(s, t):
    with mpmath.workdps(50):
        p, q = (1 / (1 + mpmath.exp(-mpmath.mpf(v))) for v in (s, t))
        KL = p * mpmath.log(p / q) + (1 - p) * mpmath.log((1 - p) / (1 - q))
        apart = q - p
    s, t = np.float64(s), np.float64(t)
    assert float(logistic.divergence(s, t)) == pytest.approx(float(KL), 1e-6)
    assert float(logistic.difference(t, s)) == pytest.approx(float(apart), 1e-6)


def test_the_subgradient_is_the_slope_of_the_error():
    instance = logistic.small_instance(E=0.01)
    glm, w, h = instance.problem, np.array([0.3, -0.2, 0.5]), 1e-6
    slopes = [(glm.error(w + h * e) - glm.error(w - h * e)) / (2 * h) for e in np.eye(3)]
    assert glm.subgradient(w) == pytest.approx(slopes, rel=1e-6, abs=1e-9)


def test_kappa_is_the_sharp_one_over_two_root_two_and_is_attained():
    for a in (0.1, 0.5, 1.0):
        ratio = float(kantorovich.kappa_sharp(0.01, a, 1.0)) / float(
            logistic.KAPPA.at(eps=0.01, a=a, b=1.0)
        )
        assert ratio == pytest.approx(2 * np.sqrt(2))
    slqc = logistic.small_instance().slqc()
    glm = logistic.small_instance().problem
    assert 0.999 < float(slqc.worst_ratio(lambda eps: logistic.kappa(eps, glm))) <= 1 + 1e-9


def test_the_trapezoid_lemma_on_a_grid():
    # KL − KL' ≤ 2 |s| |d| for log-odds s ≤ 0 ≤ s*; and where s* ≥ |s| even KL ≤ KL'
    s, star = np.meshgrid(-np.linspace(0.01, 12, 200), np.linspace(0, 12, 200))
    KL, back = logistic.divergence(star, s), logistic.divergence(s, star)
    assert np.all(KL - back <= 2 * -s * (expit(star) - expit(s)) + 1e-12)
    assert np.all((back + 1e-12 >= KL)[star >= -s])


def test_without_the_chord_at_the_kink_the_sample_inequality_is_false():
    # with D instead of b Dz, as if φ had slope b there: S alone is not enough far below the kink
    a, b, z, star = 0.1, 1.0, -40.0, 0.0
    s, s_star = a * z, star
    d = float(logistic.difference(np.float64(s), np.float64(s_star)))
    KL = float(logistic.divergence(np.float64(s_star), np.float64(s)))
    assert (a + b) * a * d * (s - s_star) - 4 * a**2 * d**2 - 2 * a * b * KL < 0
    assert (a + b) * b * a * d * (z - star) - 4 * a**2 * d**2 - 2 * a * b * KL > 0
