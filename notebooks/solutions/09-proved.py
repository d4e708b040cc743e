"""Solutions of notebook 9."""

from dante_ref.course import check

# 9.1: D = 1 + 1/2, Dz = 2: 3/2 * 2 - 9/4.
check("9.1", 3 - 2.25)

# 9.2: 2/b.
check("9.2", 2 / 4)

# 9.3: 2 / 0.01.
check("9.3", 200)
