"""Solutions of notebook 6."""

import math

from dante_ref.course import check

# 6.1: kappa = 20, so (20 / 0.01)^2.
check("6.1", round((20 / 0.01) ** 2))

# 6.2: ((a + b)^2 b / (4 a)) / eps = 302.5, rounded up.
check("6.2", math.ceil(1.1**2 / 0.4 / 0.01))

# 6.3: kappa^2 is proportional to eps, so T to 1 / eps.
check("6.3", 2)
