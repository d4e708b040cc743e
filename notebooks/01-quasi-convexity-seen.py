# %% [markdown]
# # 1. Quasi-convexity, seen
#
# > The error of a single neuron isn't convex. What makes it easy to minimise all the same?
#
# For a convex function the gradient tells the truth twice: its direction leads down, and its
# length shrinks near the bottom. For a neuron the length lies. The direction doesn't.

# %%
import numpy as np
from matplotlib import pyplot as plt

from dante_ref import GeneralizedReLU, Sigmoid, balls, objectives, slqc
from dante_ref.course import check, explore, figures, grid, source
from dante_ref.problems import IdealisedGLM
from dante_ref.theorems.terms import worst_v

figures()

# %% [markdown]
# ## The error of one neuron (Definition 2, section 3.2)
#
# The labels come from a planted $w^*$: $y_i = \phi\langle w^*, x_i\rangle$, so $w^*$ has error 0.
#
# $$\mathrm{err}(w) = \frac1m\sum_{i=1}^m (y_i - \phi\langle w, x_i\rangle)^2$$

# %%
source(objectives.predict)
source(objectives.mean_square)

# %% [markdown]
# A GLM is a network of one layer with one output: `X @ W` are the inner products $\langle w,
# x_i\rangle$, and the error is `mean_square` of the labels minus what is predicted.
#
# **Predict.** Take the sigmoid $1/(1+e^{-z})$ for $\phi$, one input $x = 1$ and $w^* = 4$. Where
# is the gradient longest: far to the left of $w^*$, near $w^*$, or between?

# %%
glm = IdealisedGLM(np.ones((1, 1)), np.array([4.0]), Sigmoid())
line = np.linspace(-8, 8, 801)
stack = IdealisedGLM(
    np.broadcast_to(glm.X, (801, 1, 1)), np.broadcast_to(glm.w_star, (801, 1)), Sigmoid()
)
values, slopes = stack.error(line[:, None]), stack.subgradient(line[:, None])[:, 0]

figure, (top, bottom) = plt.subplots(2, 1, figsize=(7, 4.6), sharex=True)
top.plot(line, values)
top.axvline(4, color="0.5", linewidth=1)
top.set(ylabel="err(w)", title="sigmoid, one input x = 1, w* = 4 (thin line)")
bottom.plot(line, np.abs(slopes))
bottom.axvline(4, color="0.5", linewidth=1)
bottom.set(xlabel="w", ylabel="|gradient|")
plt.show()

longest = line[np.argmax(np.abs(slopes))]
print(f"longest gradient at w = {longest:.2f}; at w = -8 it is {abs(slopes[0]):.5f}")
assert -1 < longest < 0
assert abs(slopes[0]) < 0.001 < 0.2 < np.abs(slopes).max()
assert np.all(slopes[line < 3.99] < 0) and np.all(slopes[line > 4.01] > 0)

# %% [markdown]
# Between. Far away, at $w=-8$, the gradient is below 0.001: a gradient step barely moves,
# although the error is nearly as large as it gets. But its *sign* is right everywhere: negative
# to the left of $w^*$, positive to the right. A method that uses only the direction isn't fooled.
#
# The error isn't convex either: a convex function lies below its chords.

# %%
left, middle, right = (float(glm.error(np.array([w]))) for w in (-6.0, -2.0, 2.0))
print(f"err(-6) = {left:.3f}, err(-2) = {middle:.3f}, err(2) = {right:.3f}")
assert middle > (left + right) / 2  # above the chord: not convex

# %% [markdown]
# ## A surface
#
# Two weights now, and the generalized ReLU. The lines are contours of the error; the arrows show
# the downhill direction, all drawn with the same length. (Where an inner product falls on the
# kink of φ there is no gradient; the *subgradient* takes $g(0) = b$ for the slope there, as the
# paper does below Definition 3.)

# %%
rng = np.random.default_rng(3)
X = balls.uniform_in_ball(rng, (12, 2))
w_star = np.array([0.6, -0.3])


def surface(a):
    phi = GeneralizedReLU(a, 1.0)
    ticks = np.linspace(-1, 1, 61)
    points = grid(ticks, ticks)
    n = len(points)
    glms = IdealisedGLM(
        np.broadcast_to(X, (n, 12, 2)), np.broadcast_to(w_star, (n, 2)), phi, 1.0
    )
    heights = glms.error(points).reshape(61, 61)
    direction = -glms.subgradient(points)
    direction /= np.maximum(balls.norm(direction), 1e-12)[:, None]
    some = (np.arange(n) // 61 % 6 == 0) & (np.arange(n) % 6 == 0)
    figure, axes = plt.subplots(figsize=(4.6, 4.4))
    axes.contour(ticks, ticks, heights.T, 14, colors="0.6", linewidths=0.8)
    axes.quiver(*points[some].T, *direction[some].T, scale=22, width=0.004)
    axes.plot(*w_star, "k*", markersize=13)
    axes.annotate("w*", w_star, xytext=(8, 4), textcoords="offset points", fontsize=12)
    axes.set(xlabel="w₁", ylabel="w₂", title=f"err(w), a = {a:g}, b = 1", aspect="equal")
    plt.show()
    assert np.all(balls.inner(direction, w_star - points) > -1e-12)  # 90 degrees at most


explore(surface, a=([0.05, 0.1, 0.3, 0.6, 1.0], 0.1))

# %% [markdown]
# The arrows don't point straight at $w^*$. But each makes an angle of less than 90° with the way
# to it. How much less? That is what SLQC measures.
#
# ## Definition 1 (section 3.2): SLQC
#
# Let $r = \epsilon/\kappa$. The function $f$ is $(\epsilon, \kappa, z)$-**SLQC** in $x$ if
#
# 1. $f(x) - f(z) \le \epsilon$ (x is already good enough), *or*
# 2. $\nabla f(x) \ne 0$ and $\langle \nabla f(x), y - x\rangle \le 0$ for **every** $y$ in the
#    ball $B(z, r)$.
#
# Clause 2 says: a short step against the gradient comes nearer to *every* point of a ball around
# $z$, not just to $z$. A large $\kappa$ means a small ball, and so a weak promise.
#
# There are infinitely many $y$. Must we try them all? **Predict**: at which point of the ball is
# $\langle\nabla f, y - x\rangle$ largest?
#
# Write $y = z + u$ with $\|u\|\le r$. Then $\langle\nabla f, y-x\rangle = \langle \nabla f, z-x
# \rangle + \langle\nabla f, u\rangle$, and by Cauchy-Schwarz the last term is largest for $u$
# along the gradient, where it is $r\|\nabla f\|$. So clause 2 is *one* inequality:
#
# $$\langle \nabla f(x), x - z\rangle \ \ge\ r\,\|\nabla f(x)\|.$$
#
# In the code, `gap` is $f(x) - f(z)$, `gradient_norm` is $\|\nabla f(x)\|$, and `progress` is the
# product on the left, $\langle\nabla f(x), x - z\rangle$.

# %%
source(slqc.SLQC.holds)

# %% [markdown]
# Let us believe it only after a test: 100,000 points of the ball, against the one formula. Here
# $f$ is the neuron's error, $x = w$ and $z = w^*$; `G` is its subgradient (the paper's name,
# section 5.1), and `worst_v` gives the point $z + rG/\|G\|$.

# %%
phi = GeneralizedReLU(0.1, 1.0)
glm = IdealisedGLM(X, w_star, phi, 1.0).check()
w = np.array([-0.7, 0.2])
G = glm.subgradient(w)
r = 0.3
sampled = glm.w_star + balls.uniform_in_ball(rng, (100_000, 2), r)
largest_sampled = np.max((sampled - w) @ G)
worst = worst_v(G, glm.w_star, r)
largest = balls.inner(G, worst - w)
print(f"largest over the samples {largest_sampled:.5f}, at the worst point {largest:.5f}")
assert largest_sampled <= largest < largest_sampled + 0.001

figure, axes = plt.subplots(figsize=(5.6, 4.2))
axes.add_patch(plt.Circle(glm.w_star, r, color="0.85", label="the ball B(w*, r)"))
axes.plot(*glm.w_star, "k*", markersize=12, label="w*")
axes.plot(*w, "ko", label="w")
axes.plot(*worst, "k^", markersize=9, markerfacecolor="w", label="worst point of the ball")
axes.annotate("", w - 0.5 * G / balls.norm(G), w, arrowprops=dict(arrowstyle="->", lw=2))
across = np.array([-G[1], G[0]]) / balls.norm(G)
axes.axline(w, w + across, color="0.4", linestyle="--", label="across the gradient, through w")
axes.set(xlabel="w₁", ylabel="w₂", xlim=(-1.2, 1.2), ylim=(-0.9, 0.9), aspect="equal")
axes.legend(loc="upper center", ncols=2, fontsize=8, bbox_to_anchor=(0.5, -0.15))
plt.show()
assert largest <= 0  # the whole ball lies on the downhill side: clause 2 holds

# %% [markdown]
# The arrow is the downhill direction at $w$. Clause 2 holds, as the ball lies wholly on its side
# of the dashed line. Growing the ball until it touches the line gives the largest radius, and so
# the **smallest κ that works at this point**, the empirical one:
#
# $$\kappa_{\mathrm{emp}} = \frac{\epsilon\,\|\nabla f(x)\|}{\langle\nabla f(x), x - z\rangle}.$$

# %%
source(slqc.SLQC.kappa_emp)

# %%
decided = glm.slqc(w)
eps = 0.1
kappa = float(decided.kappa_emp(eps))
print(f"err(w) = {float(decided.gap):.4f}; for ε = {eps} this w needs κ = {kappa:.4f}")
assert decided.holds(eps, kappa * 1.000001) and not decided.holds(eps, kappa * 0.999999)
assert np.isclose(slqc.radius(eps, kappa), float(decided.progress / decided.gradient_norm))

# %% [markdown]
# The radius $\epsilon/\kappa_{\mathrm{emp}}$ is the distance from $w^*$ to the dashed line. No
# point of the ball is sampled anywhere in `dante_ref`.
#
# ## Exercises
#
# **1.1** Write a function `smallest_kappa(eps, norm, progress)` (with `def`, or a `lambda` in place
# of the dots): the smallest κ for which clause 2 holds, from $\epsilon$, $\|\nabla f\|$ and
# $\langle\nabla f, x - z\rangle > 0$.
#
# <details><summary>Hint</summary>Solve the one inequality for r, and remember what r is.</details>

# %%
smallest_kappa = ...
check("1.1", smallest_kappa)

# %% [markdown]
# **1.2** At some $x$, $\nabla f = (3, 4)$, and $z = (1, 1)$. Which point of $B(z, 0.5)$ is worst
# for clause 2? Answer with a list of two numbers.
#
# <details><summary>Hint</summary>Go from the ball's centre along the gradient, as far as the ball
# reaches. How long is the gradient?</details>

# %%
answer = ...
check("1.2", answer)

# %% [markdown]
# **1.3** With the same gradient, $x = (4, 2)$ and $f(x) - f(z) = 2$: what is the smallest κ for
# $\epsilon = 1$?
#
# <details><summary>Hint</summary>Use your function from 1.1; the product needed is that of the
# gradient with x − z.</details>

# %%
answer = ...
check("1.3", answer)
