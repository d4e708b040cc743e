"""Solutions of notebook 8."""

from dante_ref.course import check
from dante_ref.experiments.paper import DANTE_LOSS

# 8.1: SGD's error minus DANTE's, seed by seed, then the mean.
check("8.1", (0.05 + 0.06 + 0.04) / 3)

# 8.2: two products forward, one to hand down, two gradients; each 2 * 10 * 32 flops.
check("8.2", (2 + 1 + 2) * 2 * 10 * 32)

# 8.3: 32 * 32 outputs share it.
check("8.3", DANTE_LOSS / (32 * 32))

# 8.4: 1024 squares of 0.001, and the root of their sum.
check("8.4", 0.001 * 1024**0.5)
