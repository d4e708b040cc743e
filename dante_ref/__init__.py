"""dante_ref: the executable companion to 'DANTE: Deep AlterNations for Training nEural networks'.

Mathematics (activations, problems, errors, subgradients, slqc) -> algorithms (search,
theorems, training) -> presentation (report, commands); imports run one way.
"""

from importlib.metadata import version

__version__ = version("dante_ref")
