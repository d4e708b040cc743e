"""DANTE with and without g in its outer layer: what is compared, and how it is said."""

from dataclasses import replace

from dante_ref.experiments import without_g
from dante_ref.experiments.experiment import candidates, final_runs
from dante_ref.experiments.outcome import outcome
from dante_ref.experiments.paper import PROFILES
from dante_ref.training.schedules import DanteWithoutG

USED = {name: name for name in ("mnist", *without_g.SMALL)}


def test_the_two_methods_differ_in_the_direction_alone():
    e = without_g.experiment(PROFILES["quick"], USED)
    for with_g, without in zip(e.rows[::2], e.rows[1::2], strict=True):
        assert with_g.panel == without.panel and with_g.tuned and without.tuned
        method = replace(without.setting.method, schedule="dante")
        assert replace(without.setting, method=method) == with_g.setting
        assert isinstance(without.setting.schedule(), DanteWithoutG)
        assert without.setting.key() != with_g.setting.key()
    assert {row.setting.activation for row in e.rows} == {"sigmoid", "generalized_relu"}


def test_the_table_says_which_is_better():
    """Made-up errors: without g a tenth less on one panel, a tenth more on the next, else the same
    on average."""
    e = without_g.experiment(PROFILES["quick"], USED)
    panels = [claim.panel for claim in e.claims]

    def error(row, setting):
        g = row.label == without_g.WITHOUT
        factor = {panels[0]: 0.9, panels[1]: 1.1}.get(row.panel, 0.9 + 0.1 * (setting.seed % 3))
        return (factor if g else 1) * (1 + setting.seed / 7) + abs(setting.method.eta - 0.1)

    results = {}
    for row in e.rows:
        for setting in candidates([replace(e, rows=(row,))], 5):
            results[setting] = {"diverged": "", "test_error": error(row, setting)}
        for setting in final_runs([replace(e, rows=(row,))], results, 5):
            results[setting] = {"diverged": "", "test_error": error(row, setting)}
    lines = without_g.table(outcome(e, results, 5)).splitlines()[2:]
    assert [line.split(" | ")[-1].strip(" |") for line in lines[:3]] == [
        "without g", "with g", "undecided"
    ]
    assert all(" | 0.1 | " in line for line in lines)
