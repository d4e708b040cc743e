"""Section 4's results in a notebook: a table, a picture and the verdicts of one experiment."""

from ..experiments.outcome import Published
from ..report.experiments import terminal
from ..report.experiments_figures import intervals
from .display import shown


def beside(results: Published, name: str) -> None:
    """One figure or table: paper's numbers beside ours, their verdicts, and a picture.

    Says so where the results don't hold it.
    """
    if name not in results.experiments:
        print(f"{name} isn't among these results. To compute it:\n"
              f"  dante-ref reproduce {name} --profile {results.profile}")
        return
    experiment = results.experiments[name]
    print(f"{experiment.source}; {experiment.unit}; profile {results.profile}\n")
    print(terminal(experiment))
    shown(intervals(experiment))
