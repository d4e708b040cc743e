"""Estimators for scikit-learn: `training` behind the interface that its users know.

No mathematics lives here. `rounds` says when training stops, `distinct` what a sample weight is,
`base` what the three have in common.
"""

from .autoencoder import DanteAutoencoder
from .supervised import DanteClassifier, DanteRegressor

__all__ = ["DanteAutoencoder", "DanteClassifier", "DanteRegressor"]
