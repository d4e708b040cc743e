"""The subgradients of section 5, in two forms that the tests hold together.

`literal` writes them as the proofs do: sums over samples, g1 and g2 as diagonal matrices.
`vectorised` computes the same numbers by matrix products alone.
"""
