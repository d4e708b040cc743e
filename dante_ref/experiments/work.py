"""Work counted in flops of matrix products: what a training step of the engine can't avoid.

One minibatch through layers of sizes n_0..n_L while `layers` move: every product with W_l, forward,
backward (the derivative handed down) or for the gradient, is 2 b n_{l-1} n_l flops. Layers below
the lowest moving one are only passed forward, and once for all samples where that is fewer.
"""

from collections.abc import Sequence


def phase_flops(
    sizes: Sequence[int], layers: Sequence[int], b: int, iterations: int, m: int
) -> float:
    """Flops of `iterations` minibatch iterations in which `layers` (of 1..L) move; m samples."""
    low = min(layers)
    product = {l: 2.0 * sizes[l - 1] * sizes[l] for l in range(1, len(sizes))}
    held = sum(product[l] for l in range(1, low)) * min(b * iterations, m)
    forward = sum(product[l] for l in range(low, len(sizes)))
    backward = sum(product[l] for l in range(low + 1, len(sizes)))
    gradients = sum(product[l] for l in layers)
    return held + b * iterations * (forward + backward + gradients)
