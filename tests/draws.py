"""What the tests of theorems draw: one instance of a family, one GLM with a start."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs.families import GLMFamily

seeds = st.integers(0, 10**6)
relus = st.tuples(st.floats(0.02, 1), st.floats(1, 3)).map(lambda ab: GeneralizedReLU(*ab))


def one(family, seed):
    return family.decode(family.draw(np.random.default_rng(seed), 1))[0]


def start(seed, phi, m=4, d=3):
    instance = one(GLMFamily(m, d, phi), seed)
    distance = np.linalg.norm(instance.point - instance.problem.w_star)
    assume(distance > 1e-3)
    return instance.problem, instance.point, distance
