"""How fast training is: beside its own matrix products, beside its peers, and as sizes grow."""
