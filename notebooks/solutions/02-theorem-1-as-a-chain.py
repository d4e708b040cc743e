"""Solutions of notebook 2."""

from dante_ref.course import check

# 2.1: 2 b^3 W / a.
check("2.1", 2 * 3**3 * 2 / 0.5)

# 2.2: (a + b) / 2 * sqrt(b eps / a).
check("2.2", (0.25 + 1) / 2 * (1 * 0.04 / 0.25) ** 0.5)

# 2.3: (g - a)(b - g) = g (a + b) - g^2 - a b >= 0.
check("2.3", lambda g, a, b: (g**2 + a * b) / (a + b))
