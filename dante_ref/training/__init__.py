"""Section 3.4: Algorithm 3 and all variants in one loop, fast, and resumed where it stopped."""
