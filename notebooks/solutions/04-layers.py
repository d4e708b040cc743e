"""Solutions of notebook 4."""

import numpy as np

from dante_ref.course import check

# 4.1: (1/2)^2 + (-1/2)^2.
check("4.1", 0.5**2 + 0.5**2)

# 4.2: sum over outputs (axis 1), mean over samples.
check("4.2", lambda residuals: np.mean(np.sum(residuals**2, axis=1)))

# 4.3: if both were below 1/2, the sum would be below 1.
check("4.3", 1 / 2)
