"""The subgradients of section 5, in two forms that the tests hold together.

`literal` writes them as the proofs do: sums over samples, g1 and g2 as diagonal matrices.
`vectorised` computes the same numbers by matrix products alone.

At a kink each sample's term is an element of that sample's own subdifferential, as g(0) = b is one
of phi's slopes at 0. Their sum need not be a subgradient of the error, which isn't convex (two
samples on either side of a kink show it, in the tests). The proofs ask only a <= g <= b.
"""
