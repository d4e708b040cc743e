"""Maps of kappa: lines are the claims', markers lie between what is proved and what fails."""

import numpy as np
import pytest

from dante_ref.proofs.claim import Claim, SLQCClaim
from dante_ref.proofs.families import GLMFamily
from dante_ref.report import (
    chart,
    kappa_map,
    page,
)
from dante_ref.theorems import CLAIMS


def test_the_map_keeps_what_was_found_below_a_proved_kappa_and_above_a_halved_one():
    """At a = b = 1, x = 1, w = -w* = W: kappa_emp(eps) = eps/(2 (w* - w)) comes close to sqrt(eps).

    There err = (w - w*)^2, G = 2 (w - w*), so kappa_emp(eps) = eps/|w - w*| < sqrt(eps), the
    supremum as |w - w*| falls to sqrt(eps).
    """
    place = kappa_map.Places(GLMFamily(m=1, d=1), np.ones(1), np.ones(1), np.array([0.25]))
    (random,), (climbed,) = place.needed(seed=0)
    assert random <= climbed <= 0.5 * (1 + 1e-12)
    assert climbed > 0.49
    assert place.kappa(CLAIMS["theorem-1-sharp"]) == pytest.approx(np.full((1, 3), 0.5))
    assert place.kappa(CLAIMS["theorem-1"]).tolist() == [[2.0, 2.0, 2.0]]
    assert place.largest_error(0) == pytest.approx([4.0], rel=1e-3)


def test_places_of_the_map_are_climbed_together_as_each_alone():
    """At a = b = 1 more is needed as sqrt(eps), whatever W; each place has its own instances."""
    eps = np.array([0.04, 0.25])
    places = kappa_map.Places(GLMFamily(m=1, d=1), np.ones(2), np.array([1.0, 2.0]), eps)
    _, climbed = places.needed(seed=0)
    np.testing.assert_allclose(climbed, np.sqrt(eps), rtol=0.02)
    assert np.all(climbed <= np.sqrt(eps) * (1 + 1e-12))
    assert places.largest_error(0) == pytest.approx([4.0, 16.0], rel=1e-3)
    np.testing.assert_allclose(places.kappa(CLAIMS["theorem-1"])[:, 1], [2.0, 4.0])


def test_each_panel_of_the_map_varies_what_it_says():
    """b = 1: Theorem 1 asks for 2 W/a, the sharp form for ((1 + a)/2) sqrt(eps/a)."""
    claims = [CLAIMS["theorem-1"], CLAIMS["theorem-1-sharp"]]
    base, _ = kappa_map.middle(claims, 0)
    (eps,), a, W = base.eps, 0.1, 1.0
    assert (*base.a, *base.W) == (a, W)
    panels = kappa_map.draw(claims, 0).panels
    assert [panel.x_name for panel in panels] == ["b/a", "W", "ε"]
    assert [panel.title for panel in panels] == [
        f"κ against b/a (ε = {eps:.3g}, W = 1)", f"κ against W (ε = {eps:.3g}, b/a = 10)",
        "κ against ε (W = 1, b/a = 10)",
    ]
    expected = [
        (lambda x: 2 * W * x, lambda x: (1 + 1 / x) / 2 * np.sqrt(eps * x)),
        (lambda x: 2 * x / a, lambda x: (1 + a) / 2 * np.sqrt(eps / a) + 0 * x),
        (lambda x: 2 * W / a + 0 * x, lambda x: (1 + a) / 2 * np.sqrt(x / a)),
    ]
    for panel, (paper, sharp) in zip(panels, expected, strict=True):
        lines = [item for item in panel.items if isinstance(item, chart.Curve)]
        for line, kappa in zip(lines, (paper, sharp), strict=True):
            np.testing.assert_allclose(line.y, kappa(line.x), rtol=1e-12)
        marks = [item for item in panel.items if isinstance(item, chart.Marks)]
        assert len(marks) == 2
        for found in marks:
            assert len(found.x) and np.all(~(found.y > sharp(found.x) * (1 + 1e-9)))
            if panel.x_name == "b/a":  # more is needed as the slopes part
                assert found.y[-1] > 1.5 * found.y[0]


def test_claims_are_mapped_together_only_if_their_instances_are_of_one_kind():
    mapped = [c for c in CLAIMS.values() if isinstance(c, SLQCClaim) and c.families]
    for claim in mapped:
        assert kappa_map.kind(claim.families[-1])[0] is type(claim.families[-1])
    assert page.maps_of([c for c in CLAIMS.values() if type(c) is Claim], 0) == []
