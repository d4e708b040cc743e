"""Evidence for a claim: random and adversarial search over instances within its assumptions."""
