"""Solutions of notebook 3."""

from dante_ref.course import check

# 3.1: of the eight outcomes three have two heads and one has three.
check("3.1", 4 / 8)

# 3.2: m is proportional to W^4.
check("3.2", 2**4)

# 3.3: m is proportional to 1 / eps.
check("3.3", 2)
