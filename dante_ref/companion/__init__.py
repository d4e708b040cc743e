"""The annotated companion: every numbered item of the paper with its code, verdict and numbers.

`items` lists the items, `sources` finds their code, `text` prints one in a terminal, `site` renders
all of them as a static site.
"""
