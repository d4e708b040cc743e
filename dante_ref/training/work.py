"""Work counted in flops of matrix products: what a training step of the engine can't avoid.

One minibatch through layers of sizes n_0..n_L while `layers` move: every product with W_l, forward,
backward (the derivative handed down) or for the gradient, is 2 b n_{l-1} n_l flops. Layers below
the lowest moving one are only passed forward, and once for all samples where that is fewer. (What
`feed` saves on samples that a phase draws twice depends on the draws, and isn't counted.) Where
`step`'s shorter way is open, a step has H (W_L W_Lᵀ) in place of two products with W_L, and the
phase W_L W_Lᵀ and Y W_Lᵀ once.
"""

from collections.abc import Sequence


def phase_flops(
    sizes: Sequence[int], layers: Sequence[int], b: int, iterations: int, m: int, *,
    linear: bool = False,
) -> float:
    """Flops of `iterations` minibatch iterations in which `layers` (of 1..L) move; m samples.

    linear: whether the output is the identity and the error squared, so that `step`'s shorter way
    is open; it is taken where it is less.
    """
    low = min(layers)
    drawn = min(b * iterations, m)
    product = {l: 2.0 * sizes[l - 1] * sizes[l] for l in range(1, len(sizes))}
    held = sum(product[l] for l in range(1, low)) * drawn
    forward = sum(product[l] for l in range(low, len(sizes)))
    backward = sum(product[l] for l in range(low + 1, len(sizes)))
    gradients = sum(product[l] for l in layers)
    flops = held + b * iterations * (forward + backward + gradients)
    if linear and tuple(layers) == (len(sizes) - 2,):
        n = sizes[low]
        above = 2.0 * n * n * b * iterations + product[low + 1] * (n + drawn)
        flops = min(flops, held + b * iterations * 2 * product[low] + above)
    return flops


def is_shorter(sizes: Sequence[int], layers: Sequence[int], b: int, iterations: int,
               m: int) -> bool:
    """Whether the shorter way of `step` is fewer flops than the usual one."""
    usual, less = (
        phase_flops(sizes, layers, b, iterations, m, linear=linear) for linear in (False, True)
    )
    return less < usual
