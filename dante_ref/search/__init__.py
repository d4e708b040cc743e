"""Evidence for a claim: random and adversarial search over instances within its assumptions."""

from .evidence import Evidence
from .families import Family, GLMFamily, Instance, LayerFamily, TwoLayerFamily
from .searches import search

__all__ = ["Evidence", "Family", "GLMFamily", "Instance", "LayerFamily", "TwoLayerFamily", "search"]
