"""Charts: a point of the data is where its axes say, on linear and on logarithmic ones."""

import re

import numpy as np
import pytest

from dante_ref.report import chart
from dante_ref.report.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from dante_ref.report.page import environment

RIGHT_END, LOWER_END = WIDTH - RIGHT, HEIGHT - BOTTOM


def points(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path)]


def drawn(*items, **axes):
    return chart.drawn(chart.Panel("title", "x", "y", items, **axes))


def test_the_corners_of_the_limits_are_the_corners_of_the_frame():
    (path, look), = drawn(
        chart.Curve([1.0, 3.0, 2.0], [10.0, 20.0, 15.0], "solid"), x_limits=(1, 3),
        y_limits=(10, 20),
    ).paths
    assert look == "line solid"
    assert points(path) == [
        (LEFT, LOWER_END), (RIGHT_END, TOP), ((LEFT + RIGHT_END) / 2, (TOP + LOWER_END) / 2)
    ]


def test_on_a_logarithmic_axis_the_geometric_mean_is_in_the_middle():
    (path, _), = drawn(
        chart.Curve([1.0, 10.0, 100.0], [1.0, 2.0, 3.0], ""), x_log=True, x_limits=(1, 100),
        y_limits=(1, 3),
    ).paths
    assert [x for x, _ in points(path)] == [LEFT, (LEFT + RIGHT_END) / 2, RIGHT_END]


def test_what_is_not_finite_or_not_positive_interrupts_a_line():
    (path, _), = drawn(
        chart.Curve([1, 2, 3, 4, 5], [1, 2, np.nan, 4, 5], ""), x_limits=(1, 5), y_limits=(1, 5)
    ).paths
    assert path.count("M") == 2 and path.count("L") == 2
    (path, _), = drawn(
        chart.Marks([1, 2, 3], [1, -1, np.inf], ""), y_log=True, y_limits=(0.1, 10)
    ).paths
    assert path.count("M") == 1


def test_equal_scales_make_a_disc_round():
    """A square around the disc is as wide as it is high, in pixels."""
    out = drawn(
        chart.Disc(0, 0, 2.0, ""), chart.Area([-2, 2, 2, -2], [-2, -2, 2, 2], ""),
        x_limits=(-3, 3), y_limits=(-1, 1), equal=True,
    )
    (disc, _), (corners, _) = out.paths
    (left_end, y), = points(disc)
    r, across, back = (float(re.search(pattern, disc).group(1)) for pattern in (
        r"a([\d.]+) ", r"0 1 0 ([\d.]+) 0a", r"0 1 0 (-[\d.]+) 0z"))
    assert across == -back == pytest.approx(2 * r)
    x, corners = left_end + r, points(corners)
    left, right = corners[0][0], corners[1][0]
    assert right - left == pytest.approx(corners[0][1] - corners[2][1], abs=0.2)
    assert (x, y, r) == pytest.approx(((left + right) / 2, (TOP + LOWER_END) / 2,
                                       (right - left) / 2), abs=0.2)


@pytest.mark.parametrize("low, high, log, expected", [
    (0, 1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    (-1.15, 1.15, False, [-1, -0.5, 0, 0.5, 1]),
    (1, 100, True, [1, 10, 100]),
    (1, 20, True, [1, 2, 5, 10, 20]),
    (1e-6, 1, True, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]),
    (2, 3, True, [2, 2.2, 2.4, 2.6, 2.8, 3]),
])
def test_ticks_are_round_numbers_within_the_axis(low, high, log, expected):
    assert chart.ticks(low, high, log) == pytest.approx(expected)


def test_ticks_are_few_on_any_axis():
    rng = np.random.default_rng(0)
    for _ in range(500):
        low = 10 ** rng.uniform(-12, 6)
        high = low * (1 + 10 ** rng.uniform(-3, 12))
        for log in (False, True):
            found = chart.ticks(low, high, log)
            assert 1 <= len(found) <= 12, (low, high, log)
            assert all(low * (1 - 1e-9) <= t <= high * (1 + 1e-9) for t in found)


def test_the_legend_names_each_label_once():
    line = chart.Curve([0, 1], [0, 1], "solid", "a & b")
    panels = tuple(chart.Panel(t, "x", "y", (line, chart.Text(0, 0, "w"))) for t in "12")
    one = chart.Chart("two panels", panels, "a caption")
    assert one.legend == [line]
    text = str(environment().get_template("chart.html").module.figure(one))
    assert text.count("a &amp; b") == 1 and text.count("<svg class=\"chart\"") == 2
    assert 'aria-label="two panels: 1"' in text and "a caption" in text
