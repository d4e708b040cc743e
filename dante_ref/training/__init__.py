"""Section 3.3 and 3.4: Algorithms 1 (SNGD), 2 (DANTE) and their relatives."""
