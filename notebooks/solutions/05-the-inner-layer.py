"""Solutions of notebook 5."""

from dante_ref.course import check

# 5.1: a / (4 b^5 W2^2 W1) = W1 / eps at eps = 4 / a.
check("5.1", 4 / 0.5)

# 5.2: label 1/4 - 1/8 = 1/8, answer -1/16 + 1/8 = 1/16 (scores -1/4 and 1/4, slopes 1/2 and 1).
check("5.2", (1 / 8 - 1 / 16) ** 2)

# 5.3: b^2 (b - a)^2 W1^2 W2^2.
check("5.3", (1 - 0.5) ** 2)
