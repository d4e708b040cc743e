"""The annotated companion: every numbered item of the paper with its code, verdict and numbers.

`items` lists the items, `sources` finds their code, `text` prints one in a terminal, `pages` makes
a static site of all of them.
"""
