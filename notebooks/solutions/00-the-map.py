"""Solutions of notebook 0."""

from dante_ref.course import check

# 0.1: -2 is on the left of 0, where the slope is a = 0.1.
check("0.1", 0.1 * -2)

# 0.2: the scores are 0.4 and -0.6, the answers 0.4 and 0.5 * -0.6 = -0.3.
check("0.2", ((0.5 - 0.4) ** 2 + (0 + 0.3) ** 2) / 2)

# 0.3: W1 is 64 x 32 and W2 is 32 x 64.
check("0.3", 64 * 32 + 32 * 64)
