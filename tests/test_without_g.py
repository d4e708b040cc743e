"""G without g in the outer layer: what differs, and what the verdict says."""

from dataclasses import replace

from dante_ref.experiments import without_g
from dante_ref.experiments.experiment import candidates, final_runs
from dante_ref.experiments.outcome import outcome
from dante_ref.experiments.paper import PROFILES
from dante_ref.training.schedules import DanteWithoutG

NAMES = {name: name for name in without_g.DATASETS}


def test_the_two_methods_differ_in_the_direction_alone():
    e = without_g.experiment(PROFILES["quick"], NAMES)
    for with_g, without in zip(e.rows[::2], e.rows[1::2], strict=True):
        assert with_g.panel == without.panel and with_g.tuned and without.tuned
        method = replace(without.setting.method, schedule="dante")
        assert replace(without.setting, method=method) == with_g.setting
        assert isinstance(without.setting.schedule(), DanteWithoutG)
        assert without.setting.key() != with_g.setting.key()
    assert {row.setting.activation for row in e.rows} == {"sigmoid", "generalized_relu"}


def test_the_verdict_says_which_is_better():
    """Made-up errors: without g a tenth less on one panel, a tenth more on the next, else the same
    on average."""
    e = without_g.experiment(PROFILES["quick"], NAMES)
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
    found = outcome(e, results, 5)
    assert [decision.verdict for _, decision in found.decisions[:3]] == [
        "replicates", "contradicted", "undecided"
    ]
    assert all(set(row.etas) == {0.1} for row in found.rows)
