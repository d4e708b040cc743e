"""What the tests of theorems draw: sizes, slopes, bounds; an instance of a family, a GLM's start.
"""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs.families import GLMFamily

ROUNDING = 1e-9
seeds = st.integers(0, 10**6)
sizes = st.integers(1, 5)
radii = st.sampled_from([0.1, 1.0, 7.0])
positive = st.floats(0.01, 10)
slopes = st.tuples(st.floats(0.01, 1), st.floats(1, 5))
relus = st.tuples(st.floats(0.01, 1), st.floats(1, 4)).map(lambda ab: GeneralizedReLU(*ab))
relus_to_1 = st.floats(0.02, 1).map(lambda a: GeneralizedReLU(a, 1.0))


def one(family, seed):
    return family.decode(family.draw(np.random.default_rng(seed), 1))[0]


def start(seed, phi, m=4, d=3):
    instance = one(GLMFamily(m, d, phi), seed)
    distance = np.linalg.norm(instance.point - instance.problem.w_star)
    assume(distance > 1e-3)
    return instance.problem, instance.point, distance
