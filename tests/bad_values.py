"""Kinds of arguments: for each a good value, what must be refused, what must be taken as equal.

`refused()` yields (words, value) that no function may accept, `equal()` yields values that mean
the same as the good one, `anything` is the hypothesis strategy that the fuzz draws from.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid, Tanh

NASTY = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300, -1e300, 1e-300, 5e-324, 1.0, -1.0, 0.5]
floats = st.one_of(st.sampled_from(NASTY), st.floats())
"""Any float64, with the awkward ones often."""

junk = st.one_of(
    st.none(), st.booleans(), st.text(max_size=4), st.integers(), floats, st.complex_numbers(),
    st.binary(max_size=4), st.lists(floats, max_size=3), st.just({}), st.just(object()),
    st.lists(st.lists(floats, max_size=2), max_size=3), st.just(np.datetime64("2019-01-01")),
)
"""Values of any type."""

arrays = hnp.arrays(
    dtype=st.sampled_from([np.float64, np.float64, np.float32, np.int64, np.bool_, np.complex128,
                           np.dtype("O"), np.dtype("U3"), np.dtype(">f8")]),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    elements=None, fill=None,
)


def disturbed(good):
    """The good array with a few entries replaced, transposed, cut, scaled or cast."""
    def change(seed, nasty, how):
        rng, new = np.random.default_rng(seed), np.array(good, dtype=float)
        match how:
            case "entry":
                new.flat[rng.integers(new.size)] = nasty
            case "all":
                new[...] = nasty
            case "scale":
                new = new * 10.0 ** rng.integers(-300, 300)
            case "cut":
                new = new[:rng.integers(len(new) + 1)]
            case "transpose":
                new = new.T
            case "column":
                new[..., 0] = nasty
            case "axis":
                new = new[None]
            case "float32":
                new = new.astype(np.float32)
            case "noise":
                new = rng.normal(size=new.shape) * rng.choice([1e-8, 1, 1e8])
        return new

    hows = ["entry", "all", "scale", "cut", "transpose", "column", "axis", "float32", "noise"]
    with np.errstate(all="ignore"):
        return st.builds(change, st.integers(0, 99), st.sampled_from(NASTY), st.sampled_from(hows))


@dataclass(frozen=True)
class Array:
    """An array whose last axes are `axes`; equal letters of one case's arguments are bound."""

    good: np.ndarray
    axes: str
    stackable: bool = True
    none: bool = False

    def refused(self):
        if not self.none:
            yield "None", None
        g = self.good
        one = np.zeros(g.shape, bool)
        one.flat[-1] = True
        yield "a text", "abc"
        yield "a dict", {"X": 1}
        yield "texts", g.astype(str)
        yield "complex", g * (1 + 1j)
        yield "objects", np.where(one, "x", g.astype(object))
        yield "floats as objects", g.astype(object)
        yield "dates", np.zeros(g.shape, "M8[D]")
        yield "NaN", np.where(one, np.nan, g)
        yield "inf", np.where(one, np.inf, g)
        yield "-inf", np.where(one, -np.inf, g)
        yield "empty", g[:0]
        yield "no columns", g[..., :0]
        yield "masked", np.ma.array(g, mask=one)
        yield "ragged", [[1.0], [1.0, 2.0]]
        yield "one axis fewer", g[0]
        yield "a number", 3.0
        yield "sparse", scipy.sparse.csr_array(np.atleast_2d(g))
        yield "sparse matrix", scipy.sparse.csc_matrix(np.atleast_2d(g))
        if not self.stackable:
            yield "one axis more", g[None]

    def misfits(self, bound):
        """One more entry along an axis whose length another argument has too."""
        for axis, letter in enumerate(self.axes, self.good.ndim - len(self.axes)):
            if letter in bound:
                more = np.take(self.good, [0], axis=axis)
                yield f"longer in {letter}", np.concatenate([self.good, more], axis=axis)
                if self.good.shape[axis] > 2:
                    yield f"shorter in {letter}", np.delete(self.good, 0, axis=axis)

    def equal(self):
        g = self.good
        locked = g.copy()
        locked.setflags(write=False)
        wide = np.repeat(np.repeat(g, 2, axis=-1), 2, axis=0)
        yield "Fortran-ordered", np.asfortranarray(g)
        yield "read-only", locked
        yield "not contiguous", wide[::2, ..., ::2] if g.ndim > 1 else np.repeat(g, 2)[::2]
        yield "backwards", g[::-1].copy()[::-1]
        yield "big-endian", g.astype(">f8")
        yield "a list", g.tolist()
        yield "masked nowhere", np.ma.array(g)

    @property
    def anything(self):
        return st.one_of(disturbed(self.good), disturbed(self.good), arrays, junk)


@dataclass(frozen=True)
class Number:
    """A number; `outside` are numbers that its range doesn't have."""

    good: float
    outside: tuple = ()
    none: bool = False

    def refused(self):
        if not self.none:
            yield "None", None
        yield from (("a text", "x"), ("NaN", np.nan), ("inf", np.inf),
                    ("-inf", -np.inf), ("complex", 1j), ("a list", []), ("a dict", {}))
        yield from ((repr(x), x) for x in self.outside)

    def equal(self):
        yield "np.float64", np.float64(self.good)

    @property
    def anything(self):
        return st.one_of(st.just(self.good), floats, st.integers(-3, 3), junk)


POSITIVE, NOT_NEGATIVE, SHARE = (0, -1, -1e300), (-1, -1e-300), (0, 1, -0.5, 2)


@dataclass(frozen=True)
class Whole:
    """A whole number; None is in `refused` unless it means something."""

    good: int
    least: int = 1
    none: bool = False

    def refused(self):
        yield from (("a text", "3"), ("a float", 1.5), ("NaN", np.nan), ("a bool", True),
                    ("a list", [1]), ("too small", self.least - 1), ("-7", -7))
        if not self.none:
            yield "None", None

    def equal(self):
        yield "np.int64", np.int64(self.good)

    @property
    def anything(self):
        return st.one_of(st.integers(-3, 5), junk.filter(lambda x: not isinstance(x, int)))


@dataclass(frozen=True)
class Choice:
    """A name out of a few."""

    good: str
    none: bool = False

    def refused(self):
        yield from (("another name", "nonsense"), ("a number", 3), ("a list", []),
                    ("an array", np.ones(2)))
        if not self.none:
            yield "None", None

    def equal(self):
        yield "np.str_", np.str_(self.good)

    @property
    def anything(self):
        return st.one_of(st.just(self.good), junk)


class Phi:
    """An activation."""

    good = GeneralizedReLU(0.1, 1.0)

    def refused(self):
        yield from (("its name", "tanh"), ("None", None), ("its type", Tanh), ("a function", abs))

    def equal(self):
        yield "an equal one", GeneralizedReLU(self.good.a, self.good.b)

    @property
    def anything(self):
        return st.one_of(st.sampled_from([self.good, Sigmoid(), Tanh(), Identity()]), junk)


@dataclass(frozen=True)
class Seed:
    """A random_state."""

    good: int = 0

    def refused(self):
        yield from (("a text", "x"), ("-1", -1), ("a float", 1.5),
                    ("a RandomState", np.random.RandomState(0)))

    def equal(self):
        yield "a Generator", np.random.default_rng(self.good)
        yield "a SeedSequence", np.random.SeedSequence(self.good)

    @property
    def anything(self):
        return st.one_of(st.integers(-2, 10**30), junk)
