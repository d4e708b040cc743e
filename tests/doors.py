"""Every public function that a user's values enter by: a good call of each, argument by argument.

PLACES gives each module its place: a door, or not one, and why; `room.*` is all of a room that
isn't named by itself. A function or class without an underscore in a door's module needs a case in
CASES or a reason in EXEMPT; `test_bad_input` fails otherwise, and for a module without a place.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from bad_values import (
    NOT_NEGATIVE,
    POSITIVE,
    SHARE,
    Array,
    Choice,
    Number,
    Phi,
    Seed,
    Whole,
)

from dante_ref import activations, balls, literal, objectives, problems, slqc, theorems
from dante_ref.algorithms import successors
from dante_ref.algorithms.backprop import sgd
from dante_ref.algorithms.dante import dante
from dante_ref.algorithms.deep import deep_dante
from dante_ref.algorithms.sngd import sngd
from dante_ref.course.check import check as course_check
from dante_ref.datasets import dataset
from dante_ref.datasets import scaling as data_scaling
from dante_ref.exceptions import InputError
from dante_ref.proofs import search as searches
from dante_ref.proofs.families import GLMFamily, LayerFamily, NoisyGLMFamily, TwoLayerFamily
from dante_ref.training import (
    engine,
    initial,
    losses,
    network,
    rules,
    run,
    schedules,
)

PLACES = {
    "door": {
        "activations", "balls", "literal", "objectives", "problems", "slqc",
        "theorems", "proofs.exact", "proofs.families",
        "proofs.search",
        "datasets.dataset", "datasets.scaling", "algorithms.backprop", "algorithms.dante",
        "algorithms.deep", "algorithms.sngd",
        "algorithms.successors", "training.checkpoint", "training.engine",
        "training.initial",
        "training.losses", "training.mapped",
        "training.network", "training.run", "training.schedules",
        "training.rules", "course.check", "estimators.autoencoder", "estimators.supervised", "cli",
    },
    "the checks themselves; test_bad_input calls them through every door": {"checks"},
    "exceptions are what is raised": {"exceptions"},
    "formulas on arrays that are checked; `balls` is the door": {"norms"},
    "subcommands: their options are the rows of test_bad_input's command tests": {
        "commands.bench", "commands.data", "commands.earlier", "commands.notebooks",
        "commands.prove",
        "commands.reproduce", "commands.site",
        "commands.show", "commands.train", "commands.train_setup", "commands.verify",
    },
    "two names, written in the package": {"shipped"},
    "slices of a range": {"arrays"},
    "no functions": {
        "algorithms", "bench", "commands", "course", "datasets", "estimators", "experiments",
        "report", "proofs", "training", "course.exercises", "companion",
    },
    "measures networks of its own; the command's options are cases of `bench`": {
        "bench.growth", "bench.peers", "bench.steps", "bench.timing",
    },
    "makes the committed notebooks into pages, and shows committed results in them": {
        "course.build", "course.display", "course.results", "course.html",
    },
    "how the course declares an exercise; `check` is the door to it": {"course.exercise"},
    "read from results.json; test_outcome has files that are none": {"experiments.outcome"},
    "reads what a user's file holds; the files of test_tables, test_bad_input": {
        "datasets.tables",
    },
    "reads files of known checksums; test_datasets has them truncated, altered and swapped": {
        "datasets.catalogue", "datasets.formats", "datasets.openml", "datasets.raw",
        "datasets.standins",
    },
    "what an estimator does after validate_data": {
        "estimators.base", "estimators.targets",
        "estimators.distinct", "estimators.parameters", "estimators.rounds",
    },
    "declares section 4; what a user gives are the options of `reproduce`": {"experiments.*"},
    "writes what callers hand to it, where the path allows; test_store": {"store"},
    "draws what the ledger and the experiments hand to it": {
        "proofs.ledger", "report.*", "companion.*",
    },
    "works on Instances, whose door is `problems` and `show --instance`": {
        "proofs.climbing", "proofs.evidence", "proofs.nelder_mead", "theorems.*", "proofs.chance",
        "proofs.claim",
    },
    "write the theorems' formulas down; the functions of their pages are the doors": {
        "proofs.algebra", "proofs.derivation", "proofs.formula",
        "proofs.hypotheses", "proofs.known", "proofs.lemmas", "proofs.node", "proofs.obligations",
        "proofs.polynomials", "proofs.proof", "proofs.prove", "proofs.solver", "proofs.symbols",
    },
    "of ledger.json; test_verify_command alters a certificate": {
        "proofs.certificates", "proofs.check_certificates",
    },
    "addresses of Dask clusters; test_dask has bad ones": {"proofs.cluster"},
    "inner loops in place; `Training` checks what enters them": {
        "training.aligned", "training.blas", "training.feed", "training.inplace", "training.late",
        "training.step", "training.work",
    },
}

EXEMPT = {
    "activations.Slopes": "what `slopes` returns",
    "activations.Activation": "abstract",
    "balls.axes": "how `balls` reads ndim; a case of each of its functions",
    "datasets.dataset.folder_of": "where `find` and `load`, a case each, look for an entry",
    "cli.Parser": "argparse's own arguments",
    "cli.make_parser": "no arguments; fuzzed in test_fuzz",
    "cli.main": "the command tests of test_bad_input",
    "datasets.dataset.Dataset": "what `load` returns",
    "datasets.dataset.names": "no arguments",
    "datasets.dataset.read": "`load` without scaling; takes a catalogue's entry",
    "proofs.exact.rational": "test_rational_numbers of test_bad_input",
    "proofs.exact.as_fractions": "takes an Instance", "proofs.exact.as_floats": "takes an Instance",
    "proofs.exact.slqc": "takes an Instance", "proofs.exact.ExactSLQC": "what `slqc` returns",
    "proofs.families.Instance": "a problem and a point", "proofs.families.Family": "abstract",
    "proofs.families.Problem": "a Protocol", "proofs.families.Recast": "takes a family",
    "proofs.families.squashed": "a formula on what `draw` drew",
    "proofs.search.random_batches": "a task of `search`",
    "proofs.search.random_tasks": "tasks of `search`",
    "proofs.search.adversarial_starts": "a task of `search`",
    "proofs.search.adversarial_tasks": "tasks of `search`",
    "proofs.search.run_tasks": "runs tasks of `search`",
    "slqc.ratio": "1/margin, element by element",
    "training.checkpoint.save": "the file tests of test_bad_input, test_faults",
    "training.checkpoint.load": "the file tests of test_bad_input, test_faults",
    "algorithms.dante.DANTEResult": "what `dante` returns",
    "algorithms.dante.check_loop": "a check", "algorithms.sngd.check_normalise": "a check",
    "algorithms.deep.pairs": "layers of a depth; `deep_dante` is the door",
    "training.engine.Progress": "what a training holds",
    "training.losses.Loss": "a protocol",
    "training.losses.SquaredError": "within Network, which checks",
    "training.losses.WithoutG": "within Network, which checks",
    "training.losses.CrossEntropy": "within Network, which checks",
    "training.mapped.open_npy": "the file tests of test_bad_input",
    "training.run.errors": "a case of `Run`",
    "training.run.Runs": "the file tests of test_bad_input, test_faults",
    "training.run.position": "what `Run.restore` asks, of a checkpoint it has read",
    "objectives.Samples": "abstract", "objectives.Objective": "abstract",
    "objectives.predict": "a formula on arrays that are checked",
    "objectives.derivatives": "a formula on arrays that are checked",
    "objectives.squared": "a formula on arrays that are checked",
    "objectives.mean_square": "a formula on arrays that are checked",
    "problems.Planted": "abstract",
    "training.checkpoint.fingerprint": "hashes whatever bytes an array has",
    "training.engine.kept_weights": "a check",
    "training.schedules.Phase": "what a schedule yields",
    "training.schedules.Schedule": "a protocol",
    "algorithms.sngd.SNGDResult": "what `sngd` returns",
    "algorithms.sngd.uniform_rows": "draws of `sngd`, which checks",
    "algorithms.sngd.require_finite": "a check",
    "training.rules.Rule": "abstract",
    "estimators.autoencoder.DanteAutoencoder": "the estimator tests of test_bad_input",
    "estimators.supervised.DanteRegressor": "the estimator tests of test_bad_input",
    "estimators.supervised.DanteClassifier": "the estimator tests of test_bad_input",
}


@dataclass(frozen=True)
class Case:
    """A call with a good value of each argument; `raises` is what refuses a bad one.

    named_by: what a message calls an argument, where not by its own name.
    elementwise: takes NaN and any shape, as NumPy's functions.
    """

    call: Callable[..., Any]
    arguments: dict[str, Any]
    raises: type[Exception] | tuple[type[Exception], ...] = InputError
    named_by: dict[str, str] = field(default_factory=dict)
    elementwise: bool = False


CASES: dict[str, Case] = {}


def case(name, call, /, *, raises=InputError, named_by=None, elementwise=False, **arguments):
    assert name not in CASES
    CASES[name] = Case(call, arguments, raises, named_by or {}, elementwise)


RNG = np.random.default_rng(0)
M, D, K, N = 6, 3, 4, 2


def ball(*shape):
    v = RNG.normal(size=shape)
    return v / np.linalg.norm(v, axis=-1, keepdims=True) / 2


def in_ball(*shape):
    v = RNG.normal(size=shape)
    return v / np.linalg.norm(v) / 2


def X(stackable=True):
    return Array(ball(M, D), "md", stackable)


def matrix(axes, stackable=True):
    sizes = {"m": M, "d": D, "k": K, "n": N, "1": 1}
    return Array(in_ball(*(sizes[a] for a in axes)), axes, stackable)


# Mathematics

case("activations.GeneralizedReLU", activations.GeneralizedReLU,
     a=Number(0.5, (*POSITIVE, 2.0)), b=Number(1.0, (*POSITIVE, 0.1)))
for name in ("Identity", "Sigmoid", "Tanh"):
    case(f"activations.{name}", lambda z, phi=name: getattr(activations, phi)().phi(z),
         elementwise=True, z=Array(in_ball(M, D), "", True))
case("activations.GeneralizedReLU.phi", activations.GeneralizedReLU(0.1, 1.0).phi,
     elementwise=True, z=Array(in_ball(M, D), "", True))
case("activations.GeneralizedReLU.g", activations.GeneralizedReLU(0.1, 1.0).g,
     elementwise=True, z=Array(in_ball(M, D), "", True))
case("activations.make_activation", activations.make_activation,
     named_by={"name": "activation"}, name=Choice("generalized_relu"),
     a=Number(0.5, (*POSITIVE, 2.0)), b=Number(1.0, (*POSITIVE, 0.1)))
case("balls.norm", balls.norm, v=matrix("dn"), ndim=Whole(2))
case("balls.inner", balls.inner, u=matrix("dn"), v=matrix("dn"), ndim=Whole(2))
case("balls.into_ball", balls.into_ball, v=matrix("dn"), radius=Number(0.3, NOT_NEGATIVE),
     ndim=Whole(2))
case("balls.uniform_in_ball",
     lambda shape, radius, ndim: balls.uniform_in_ball(
         np.random.default_rng(0), (shape, D, N), radius, ndim),
     shape=Whole(5), radius=Number(1.0, NOT_NEGATIVE), ndim=Whole(2))

RANGES = {
    "a": Number(0.5, (*POSITIVE, 2.0)), "b": Number(1.0, (*POSITIVE, 0.1)),
    "gamma": Number(0.5, (*POSITIVE, 2.0)), "L": Number(1.0, (*POSITIVE, 0.1)),
    "eps": Number(0.5, (-1, -1e300)), "delta": Number(0.1, SHARE),
    "outer_distance": Number(0.1, NOT_NEGATIVE), "distance": Number(1.0, NOT_NEGATIVE),
    "T": Number(10, (0, -1)), "b0": Number(1, (0, -1)),
}
PAGES = {
    "theorem_1": ("kappa_paper", "error_bound", "largest_error"),
    "theorem_3": ("kappa_paper", "largest_error"),
    "kantorovich": ("kappa_sharp", "constant"),
    "finite_w": ("kappa_finite_W",),
    "theorem_2": ("sample_size",),
    "theorem_2_repaired": ("sample_size",),
    "theorem_2_below_b": ("sample_size",),
    "theorem_4": ("radius", "threshold", "error_bound"),
    "theorem_4_refuted": ("failing_error",),
    "theorem_4_repaired": ("radius", "least_eps", "largest_error"),
    "theorem_5_any_outer": ("radius",),
    "theorem_6": ("step", "iterations", "minibatch"),
}
"""The formulas that a reader of a theorem's page calls with numbers of their own."""

for page, names in PAGES.items():
    for name in names:
        formula = getattr(getattr(theorems, page), name)
        parameters = inspect.signature(formula).parameters
        pair = {"a", "b"} <= set(parameters) or {"gamma", "L"} <= set(parameters)
        alone = () if pair else ("a", "b", "gamma", "L")
        case(f"theorems.{page}.{name}", formula, **{
            p: Number(1.0, POSITIVE) if p in alone else RANGES.get(p, Number(1.0, POSITIVE))
            for p in parameters
        })

for name in (
    "theorem_2.sample_size", "theorem_2_repaired.sample_size", "theorem_2_below_b.sample_size",
    "theorem_6.iterations", "theorem_6.minibatch",
):
    CASES[f"theorems.{name}"].arguments["eps"] = Number(0.5, POSITIVE)  # they divide by it

GLM = dict(X=X(), y=matrix("m"), phi=Phi(), w=matrix("d"))
LAYER = dict(X=X(), Y=matrix("mn"), phi=Phi(), W=matrix("dn"))
INNER = dict(X=X(), Y=matrix("mn"), W2=matrix("kn"), phi1=Phi(), phi2=Phi(), W1=matrix("dk"))
ONE_OUTPUT = INNER | dict(Y=matrix("m1"), W2=matrix("k1"))


DISPLAYS = {"glm": "GLMObjective", "layer": "LayerObjective", "inner": "InnerLayerObjective",
            "both_layers": "NetworkObjective"}


def glm(ask):
    return lambda X, y, phi, w: ask(objectives.GLMObjective(X, y, phi), w)


def layer(ask):
    return lambda X, Y, phi, W: ask(objectives.LayerObjective(X, Y, phi), W)


def inner(ask):
    return lambda X, Y, W2, phi1, phi2, W1: ask(
        objectives.InnerLayerObjective(X, Y, (W2,), (phi1, phi2)), W1)


def both_layers(ask):
    return lambda X, Y, W2, phi1, phi2, W1: ask(
        objectives.NetworkObjective(X, Y, (phi1, phi2)), W1, W2)


for what in ("predict", "error", "subgradient"):
    for display, arguments in ((glm, GLM), (layer, LAYER), (inner, INNER), (both_layers, INNER)):
        if (display, what) != (both_layers, "predict"):
            case(f"objectives.{DISPLAYS[display.__name__]}.{what}",
                 display(lambda f, *W, what=what: getattr(f, what)(*W)), **arguments)


def singly(arguments):
    """The same arguments, not of stacks."""
    return {name: replace(kind, stackable=False) if isinstance(kind, Array) else kind
            for name, kind in arguments.items()}


for display, arguments in ((glm, GLM), (layer, LAYER), (inner, INNER), (both_layers, INNER)):
    case(f"objectives.{DISPLAYS[display.__name__]}",
         display(lambda f, *W: f.check_weights(*W, single=True)), **singly(arguments))
case("literal.glm", glm(literal.glm), **singly(GLM))
case("literal.layer", layer(literal.layer), **singly(LAYER))
case("literal.inner_single", inner(literal.inner_single), **singly(ONE_OUTPUT))
case("literal.inner", inner(literal.inner), **singly(INNER))
case("literal.inner_diagonal", inner(literal.inner_diagonal), **singly(INNER))
case("literal.g1", literal.g1, W1=matrix("dk", False), x=matrix("d", False), phi1=Phi())
case("literal.g2", literal.g2, W1=matrix("dk", False), W2=matrix("kn", False),
     x=matrix("d", False), phi1=Phi(), phi2=Phi())

case("slqc.radius", slqc.radius, eps=RANGES["eps"], kappa=Number(1.0, POSITIVE))
case("slqc.slqc_at",
     lambda x, z, f_x, f_z, gradient, ndim: vars(slqc.slqc_at(x, z, f_x, f_z, gradient, ndim=ndim)),
     x=matrix("dn"), z=matrix("dn"), f_x=Number(1.0), f_z=Number(0.0), gradient=matrix("dn"),
     ndim=Whole(2))
case("slqc.SLQC",
     lambda eps, kappa, rounding: slqc.SLQC(*map(np.array, (1.0, 1.0, 0.5))).holds(
         eps, kappa, rounding),
     eps=Number(0.5, POSITIVE), kappa=Number(1.0, POSITIVE), rounding=Number(0.0, NOT_NEGATIVE))
case("slqc.SLQC.kappa_emp",
     lambda eps: slqc.SLQC(*map(np.array, (1.0, 1.0, 0.5))).kappa_emp(eps),
     eps=Number(0.5, POSITIVE))

MAYBE = Number(1.0, (-1, -1e-300), none=True)  # a bound; None: the optimum's norm


def answers(problem, point):
    problem = problem.check()
    point = problem.check_point(point)
    return {**vars(problem.slqc(point)), "G": problem.subgradient(point)}


case("problems.IdealisedGLM",
     lambda X, w_star, activation, W_max, w: answers(
         problems.IdealisedGLM(X, w_star, activation, W_max), w),
     X=X(), w_star=matrix("d"), activation=Phi(), W_max=MAYBE, w=matrix("d"))
case("problems.NoisyGLM",
     lambda X, w_star, activation, W_max, y, w: answers(
         problems.NoisyGLM(X, w_star, activation, W_max, y), w),
     X=Array(abs(ball(M, D)), "md"), w_star=Array(abs(in_ball(D)), "d"), activation=Phi(),
     W_max=MAYBE, y=Array(RNG.random(M), "m"), w=matrix("d"))
case("problems.IdealisedLayer",
     lambda X, W_star, activation, W_max, W: answers(
         problems.IdealisedLayer(X, W_star, activation, W_max), W),
     X=X(), W_star=matrix("dn"), activation=Phi(), W_max=MAYBE, W=matrix("dn"))
case("problems.TwoLayerNetwork",
     lambda X, W1_star, W2_star, phi1, phi2, W1_max, W2_max, W2, W1: answers(
         problems.TwoLayerNetwork(X, W1_star, W2_star, phi1, phi2, W1_max, W2_max, W2), W1),
     X=X(), W1_star=matrix("dk"), W2_star=matrix("kn"), phi1=Phi(), phi2=Phi(),
     W1_max=MAYBE, W2_max=MAYBE,
     W2=Array(in_ball(K, N), "kn", none=True), W1=matrix("dk"))
case("problems.IdealisedGLM.random",
     lambda m, d, W_max, random_state: problems.IdealisedGLM.random(
         m, d, Phi.good, W_max, random_state).arrays(),
     m=Whole(4), d=Whole(2), W_max=Number(1.0, POSITIVE), random_state=Seed())
case("problems.NoisyGLM.random",
     lambda m, d, W_max, random_state, noise: problems.NoisyGLM.random(
         m, d, Phi.good, W_max, random_state, noise).arrays(),
     m=Whole(4), d=Whole(2), W_max=Number(1.0, POSITIVE), random_state=Seed(),
     noise=Choice("bounded"))
case("problems.IdealisedLayer.random",
     lambda m, d, d_out, W_max, random_state: problems.IdealisedLayer.random(
         m, d, d_out, Phi.good, W_max, random_state).arrays(),
     m=Whole(4), d=Whole(2), d_out=Whole(3), W_max=Number(1.0, POSITIVE), random_state=Seed())
case("problems.TwoLayerNetwork.random",
     lambda m, d, d_hidden, d_out, W1_max, W2_max, random_state: problems.TwoLayerNetwork.random(
         m, d, d_hidden, d_out, Phi.good, Phi.good, W1_max, W2_max, random_state).arrays(),
     m=Whole(4), d=Whole(2), d_hidden=Whole(3), d_out=Whole(2), W1_max=Number(1.0, POSITIVE),
     W2_max=Number(1.0, POSITIVE), random_state=Seed())

case("theorems.find_claim", lambda claim: theorems.find_claim(claim).id,
     named_by={"claim": "is no claim"}, claim=Choice("theorem-3"))
case("course.check.check", lambda exercise: course_check(exercise, ...), exercise=Choice("1.1"))

# Searches

TINY = GLMFamily(m=2, d=2)
case("proofs.search.search",
     lambda instances, starts, generations, random_state, jobs: searches.search(
         TINY, lambda eps, glm: 10.0 + 0 * eps, instances=instances, starts=starts,
         generations=generations, random_state=random_state, jobs=jobs).instances,
     instances=Whole(5), starts=Whole(0, least=0), generations=Whole(1),
     random_state=Whole(0, least=0), jobs=Whole(1))
for family, sizes in ((GLMFamily, {}), (NoisyGLMFamily, {}), (LayerFamily, {"d_out": Whole(2)})):
    case(f"proofs.families.{family.__name__}",
         lambda family=family, **o: family(**o).decode(
             family(**o).draw(np.random.default_rng(0), 3)).slqc().gap,
         m=Whole(2), d=Whole(2), W_max=Number(1.0, POSITIVE),
         smallest_slope=Number(1e-3, (*POSITIVE, 2)), **sizes)
case("proofs.families.TwoLayerFamily",
     lambda **o: TwoLayerFamily(**o).decode(
         TwoLayerFamily(**o).draw(np.random.default_rng(0), 3)).slqc().gap,
     m=Whole(2), d=Whole(2), d_hidden=Whole(2), d_out=Whole(2), W1_max=Number(1.0, POSITIVE),
     W2_max=Number(1.0, POSITIVE), smallest_slope=Number(1e-3, (*POSITIVE, 2)))

# Data

case("datasets.dataset.lookup", lambda name: dataset.lookup(name).name, name=Choice("airfoil"))
case("datasets.dataset.find", lambda name: dataset.find(name, "data"), name=Choice("airfoil"))
case("datasets.dataset.load",
     lambda name, task, scaling, target_scaling, test_size, random_state, dtype: dataset.load(
         name, task=task, scaling=scaling, target_scaling=target_scaling, test_size=test_size,
         random_state=random_state, dtype=dtype, fetch=False).X_train,
     name=Choice("planted"), task=Choice("regression", none=True),
     scaling=Choice("minmax", none=True), target_scaling=Choice("minmax", none=True),
     test_size=Number(0.3, SHARE, none=True), random_state=Seed(),
     dtype=Choice("float32", none=True))
case("datasets.scaling.input_scaler",
     lambda scaling: data_scaling.input_scaler(scaling, np.ones((3, 2)), ()).transform(
         np.ones((3, 2))),
     scaling=Choice("minmax"))
case("datasets.scaling.target_scaler",
     lambda target_scaling: data_scaling.target_scaler(target_scaling, np.ones((3, 1))).transform(
         np.ones((3, 1))),
     target_scaling=Choice("standard"))
case("datasets.scaling.test_rows", data_scaling.test_rows, m=Whole(5, least=2),
     test_fraction=Number(0.2, SHARE))
case("datasets.scaling.split", data_scaling.split, X=matrix("md"), test_fraction=Number(0.2, SHARE),
     random_state=Seed())
case("datasets.scaling.scale", data_scaling.scale, named_by={"how": "scale"},
     train=Array(in_ball(M, D), "pd", False), test=matrix("md", False), how=Choice("column"))

# Training

case("training.initial.initial_weights",
     lambda sizes, random_state: initial.initial_weights((D, sizes, N), random_state),
     sizes=Whole(3), random_state=Seed())
case("training.losses.make_loss", lambda loss: losses.make_loss(loss).name,
     loss=Choice("squared"))
case("training.network.Network",
     lambda activations, W1, W2, loss: network.Network(
         [activations, activations], [W1, W2], loss).forward(ball(M, D)[:1] * 0 + 0.1),
     activations=Phi(), W1=matrix("dk", False), W2=matrix("kn", False), loss=Choice("squared"))
case("training.network.Network.initial",
     lambda sizes, random_state: network.Network.initial(
         (D, sizes, N), Phi.good, random_state=random_state).weights,
     sizes=Whole(3), random_state=Seed())


def small_network():
    return network.Network.initial((D, K, N), Phi.good, random_state=0)


for method in ("gradient", "error"):
    case(f"training.network.Network.{method}",
         lambda X, Y, method=method: getattr(small_network(), method)(X, Y),
         X=matrix("md", False), Y=matrix("mn", False))
for method in ("forward", "scores"):
    case(f"training.network.Network.{method}",
         lambda X, method=method: getattr(small_network(), method)(X),
         X=Array(ball(M, D), "md", False))

case("algorithms.sngd.sngd",
     lambda X, y, w, T, eta, b, random_state: sngd(
         objectives.GLMObjective(X, y, Phi.good), w, T=T, eta=eta, b=b,
         random_state=random_state).last,
     X=X(False), y=matrix("m", False), w=matrix("d", False), T=Whole(3),
     eta=Number(0.1, POSITIVE), b=Whole(2), random_state=Seed())
BOTH = dict(X=X(False), Y=matrix("mn", False), W1=matrix("dk", False), W2=matrix("kn", False))
case("algorithms.dante.dante",
     lambda X, Y, W1, W2, T_AM, T_SNGD, eta, b, eps, max_alternations, iterate, random_state:
     (r := dante(objectives.NetworkObjective(X, Y, (Phi.good,) * 2), W1, W2, T_AM=T_AM,
                 T_SNGD=T_SNGD, eta=eta, b=b, eps=eps, max_alternations=max_alternations,
                 iterate=iterate, random_state=random_state)) and (*r.weights, r.error),
     named_by={"T_SNGD": "T"}, **BOTH, T_AM=Whole(1), T_SNGD=Whole(2), eta=Number(0.1, POSITIVE),
     b=Whole(2), eps=Number(0.0, NOT_NEGATIVE), max_alternations=Whole(1, none=True),
     iterate=Choice("last"), random_state=Seed())
for method in ("normalised", "gradient_descent", "glmtron", "accelerated_glmtron"):
    case(f"algorithms.successors.{method}",
         lambda X, y, w, T, eta, method=method: getattr(successors, method)(
             objectives.GLMObjective(X, y, Phi.good), w, T=T, eta=eta),
         X=X(), y=matrix("m"), w=matrix("d"), T=Whole(3), eta=Number(0.1, POSITIVE))
case("algorithms.successors.quasar_accelerated",
     lambda X, y, w, T, gamma, L: successors.quasar_accelerated(
         objectives.GLMObjective(X, y, Phi.good), w, T=T, gamma=gamma, L=L),
     X=X(), y=matrix("m"), w=matrix("d"), T=Whole(3), gamma=Number(0.1, POSITIVE),
     L=Number(2.0, POSITIVE))
case("algorithms.successors.without_g",
     lambda X, y, w: successors.without_g(objectives.GLMObjective(X, y, Phi.good), w),
     X=X(), y=matrix("m"), w=matrix("d"))
case("algorithms.deep.deep_dante",
     lambda X, Y, W1, W2, T_AM, T_SNGD, eta, b, eps, max_alternations, normalise, iterate, first,
     random_state:
     (r := deep_dante(objectives.NetworkObjective(X, Y, (Phi.good,) * 2), W1, W2, T_AM=T_AM,
                      T_SNGD=T_SNGD, eta=eta, b=b, eps=eps, max_alternations=max_alternations,
                      normalise=normalise, iterate=iterate, first=first,
                      random_state=random_state)) and (*r.weights, r.error),
     named_by={"T_SNGD": "T"}, **BOTH, T_AM=Whole(1), T_SNGD=Whole(2), eta=Number(0.1, POSITIVE),
     b=Whole(2), eps=Number(0.0, NOT_NEGATIVE), max_alternations=Whole(1, none=True),
     normalise=Choice("columns", none=True), iterate=Choice("last"), first=Choice("u"),
     random_state=Seed())
case("algorithms.backprop.sgd",
     lambda X, Y, W1, W2, T, eta, b, random_state: sgd(
         objectives.NetworkObjective(X, Y, (Phi.good,) * 2), W1, W2, T=T, eta=eta, b=b,
         random_state=random_state),
     **BOTH, T=Whole(2), eta=Number(0.1, POSITIVE), b=Whole(2), random_state=Seed())


def trained(X, Y, b, random_state, sample_weight):
    """The weights after one round of all layers."""
    training = engine.Training(
        small_network(), X, Y, schedules.RoundRobin(2, max_alternations=1), rule=rules.SGD(0.1),
        b=b, random_state=random_state, sample_weight=sample_weight,
    )
    return training.run().network.weights


case("training.engine.Training", trained, raises=(InputError, OSError), X=X(False),
     Y=matrix("mn", False), b=Whole(2), random_state=Seed(),
     sample_weight=Array(RNG.random(M), "m", False, none=True))
case("training.mapped.samples",
     lambda X: engine.mapped.samples("X", X, D, np.dtype(np.float64)),
     raises=(InputError, OSError), X=matrix("md", False))


def run_of(X_test, every):
    """A measured training's curve and its best error."""
    training = engine.Training(
        small_network(), DOOR_X, DOOR_Y, schedules.RoundRobin(2, max_alternations=1),
        rule=rules.SGD(0.1), b=2, random_state=0,
    )
    measured = run.errors(training, X_test, np.zeros((M, N)))
    one = run.Run(training, measured, every=every)
    one.train()
    return [one.curve, one.best_error]


DOOR_X, DOOR_Y = ball(M, D), in_ball(M, N)
case("training.run.Run", run_of, named_by={"X_test": "X"}, X_test=matrix("md", False),
     every=Whole(1, none=True))
case("training.schedules.make_schedule",
     lambda schedule, T_SNGD, T_AM, eps: schedules.make_schedule(
         schedule, L=2, T_SNGD=T_SNGD, iterations=4, T_AM=T_AM, eps=eps).config(),
     schedule=Choice("dante"), T_SNGD=Whole(2), T_AM=Whole(1), eps=Number(0.1, NOT_NEGATIVE))
LOOP = dict(T_SNGD=Whole(2), T_AM=Whole(1), eps=Number(0.1, NOT_NEGATIVE),
            max_alternations=Whole(2, none=True))
for kind, more in (
    (schedules.Dante, {}), (schedules.DanteWithoutG, {}), (schedules.RoundRobin, {}),
    (schedules.GreedyPairs, {"first": Choice("u"), "sweeps": Whole(1)}),
    (schedules.DanteFinetuned, {"every": Whole(1), "T_finetune": Whole(1)}),
):
    case(f"training.schedules.{kind.__name__}", lambda kind=kind, **o: kind(**o).config(),
         **LOOP, **more)
case("training.schedules.Backprop", lambda T: schedules.Backprop(T).config(), T=Whole(3))

HALF_OPEN = (-0.1, 1, 2)
CONSTANTS = {
    "sgd": {}, "momentum": {"mu": Number(0.5, HALF_OPEN)},
    "adagrad": {"eps": Number(0.1, POSITIVE)},
    "rmsprop": {"alpha": Number(0.5, HALF_OPEN), "eps": Number(0.1, POSITIVE)},
    "adam": {"beta1": Number(0.5, HALF_OPEN), "beta2": Number(0.5, HALF_OPEN),
             "eps": Number(0.1, POSITIVE)},
}
for name, constants in CONSTANTS.items():
    case(f"training.rules.{rules.RULES[name].__name__}",
         lambda rule=rules.RULES[name], **o: rule(**o).config(),
         eta=Number(0.1, POSITIVE), **constants)
case("training.rules.make_rule", lambda rule, eta: rules.make_rule(rule, eta=eta).config(),
     rule=Choice("adam"), eta=Number(0.1, POSITIVE))
