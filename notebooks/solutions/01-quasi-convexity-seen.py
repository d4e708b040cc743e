"""Solutions of notebook 1."""

from dante_ref.course import check

# 1.1: clause 2 is progress >= r * norm, so r is at most progress / norm; kappa = eps / r.
check("1.1", lambda eps, norm, progress: eps * norm / progress)

# 1.2: the gradient has length 5; go 0.5 along (3, 4) / 5 from (1, 1).
check("1.2", [1 + 0.5 * 3 / 5, 1 + 0.5 * 4 / 5])

# 1.3: x - z = (3, 1), so the product is 3 * 3 + 4 * 1 = 13.
check("1.3", 1 * 5 / 13)
