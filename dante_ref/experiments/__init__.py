"""Section 4: the paper's figures and tables, one module each.

    dante-ref reproduce table3 --profile quick

`setting` declares a run, `runs` computes and stores it, `experiment` says what a table is made of,
`outcome` what came of it, `paper` holds the printed numbers, `statistics` decides whether a claim
replicates. `readings` are the ways to read what the paper leaves open, `multiverse` says which of
them decide a claim, `digits` where they meet the printed losses; `released` is what the first
author's public code computes.
"""

from . import (
    fig2a,
    fig2b,
    fig3,
    fig4,
    fig5,
    layer_rates,
    table1,
    table2,
    table3,
    table4,
    table5,
    without_g,
)

EXPERIMENTS = {
    module.__name__.rsplit(".", 1)[-1]: module
    for module in (fig2a, fig2b, fig3, fig4, fig5, table1, table2, table3, table4, table5)
}
"""By name: modules with DATASETS and experiment(profile, names)."""

BEYOND = {"layer_rates": layer_rates, "without_g": without_g}
"""The same for comparisons that the paper hasn't."""
