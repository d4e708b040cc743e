"""Solutions of notebook 7."""

import numpy as np

from dante_ref.course import check

# 7.1: two turns of 50 steps an alternation.
check("7.1", 10 * 2 * 50)

# 7.2: against the gradient, scaled to length eta.
check("7.2", lambda g, eta: -eta * g / np.linalg.norm(g))

# 7.3: 200 steps in one direction.
check("7.3", 200 * 0.05)
