"""Section 3.3, as written: Algorithms 1 (SNGD) and 2 (DANTE), and the SGD they are compared to."""
