"""The numbered items of the paper: what each states, where its code is, and what it rests on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..proofs.claim import Claim, Subject
from ..theorems import CLAIMS, THEOREMS, theorem_1, theorem_4


class Kind(StrEnum):
    """What an item is; the site groups them so."""

    EQUATIONS = "Equations"
    DEFINITION = "Definitions"
    THEOREM = "Theorems"
    ALGORITHM = "Algorithms"
    EXPERIMENT = "Figures and tables"


@dataclass(frozen=True)
class Printed:
    """A printed line, the piece of the code that does it, and what is to be said of the two."""

    line: str
    code: str
    note: str = ""


@dataclass(frozen=True)
class Item:
    """An item of the paper, or a statement of its text that the companion decides.

    says      what the paper states, a paragraph each; formulas stand alone, from '  ' on
    called    'module:name', what computes it beside the theorem pages of its claims
    rests_on  ids of the items that it uses
    subject   of its claims in the ledger
    symbols   with shapes and meaning, where no formula declares them
    printed   an algorithm's lines
    results   the experiment's name in results.json
    """

    id: str
    title: str
    kind: Kind
    where: str
    says: tuple[str, ...]
    called: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    subject: Subject | None = None
    symbols: tuple[tuple[str, str, str], ...] = ()
    printed: tuple[Printed, ...] = ()
    notebook: str = ""
    open: str = ""
    results: str = ""

    @property
    def claims(self) -> list[Claim[Any]]:
        """Its claims, in the order of the ledger."""
        return [c for c in CLAIMS.values() if self.subject and c.theorem is self.subject]

    @property
    def code(self) -> tuple[str, ...]:
        """The theorem pages of its claims, and what is called; the first is the one to read."""
        pages = (page for page in THEOREMS if any(c in page.CLAIMS for c in self.claims))
        return (*(page.__name__.removeprefix("dante_ref.") for page in pages), *self.called)

    @property
    def tests(self) -> list[str]:
        """The test modules, which mirror its code's by name; experiments share one."""
        modules = (name.split(":")[0] for name in self.code)
        return list(dict.fromkeys(
            f"test_{'experiments' if self.results else module.split('.')[-1]}.py"
            for module in modules
        ))


GLM_SYMBOLS = (
    ("xᵢ", "(d,)", "the i-th input, ‖xᵢ‖ ≤ 1; row i of X (m, d)"),
    ("yᵢ", "number", "its label"),
    ("w, w*", "(d,)", "weights; the planted optimum"),
    ("φ, g", "function", "the activation and the paper's subgradient of it"),
    ("m", "number", "how many samples"),
)
NETWORK_SYMBOLS = (
    ("xᵢ", "(d,)", "the i-th input; row i of X (m, d)"),
    ("yᵢ", "(d″,)", "its label; row i of Y (m, d″)"),
    ("W₁, W₁*", "(d, d′)", "weights of the inner layer; the planted ones"),
    ("W₂, W₂*", "(d′, d″)", "weights of the outer layer; the planted ones"),
    ("φ₁, φ₂", "function", "the layers' activations, element by element"),
    ("m", "number", "how many samples"),
)
SLQC_SYMBOLS = (
    ("ε", "number > 0", "the accuracy: nothing is asked where f(x) − f(z) ≤ ε"),
    ("κ", "number > 0", "ε/κ is the radius of the ball around z"),
    ("z", "as x", "the centre of the ball, for the theorems the optimum"),
    ("B(z, r)", "set", "the points at a distance of at most r from z"),
)

_SECTION_4 = (
    ("η", "number > 0", "the learning rate; of DANTE the length of a step"),
    ("b", "number", "samples in a minibatch"),
    ("T_SNGD", "number", "steps on one layer before the next has its turn"),
)


def _experiment(kind: str, number: str, names: str, where: str, says: str) -> Item:
    return Item(
        f"{kind}-{number}", f"{kind.capitalize()} {number}", Kind.EXPERIMENT, where, (says,),
        (*(f"experiments.{name}:experiment" for name in names.split()),
         "experiments.runs:compute", "experiments.statistics:decide"),
        ("algorithm-2",), symbols=_SECTION_4,
        notebook="08-the-experiments", results=names,
    )


ITEMS: dict[str, Item] = {item.id: item for item in (
    Item(
        "equations", "Equations (1) to (6)", Kind.EQUATIONS, "section 3.1", (
            "A network of L layers (1), trained to make the expected loss small (2), for the "
            "squared error (3); of one hidden layer (4). With one of the two layers held, the "
            "problem in the other one is a set of GLMs (5), or the inner problem (6).",
            "  (1)   f(W; x) = φ_L(W_L, … φ₂(W₂, φ₁(W₁, x)))",
            "  (2)   min over W of E J(f(W; x), y)",
            "  (3)   min over W of E ‖f(W; x) − y‖²",
            "  (4)   ‖f(W; x) − y‖² = ‖φ₂(W₂, φ₁(W₁, x)) − y‖²",
            "  (5)   min over W₂ of E ‖φ₂(W₂, z) − y‖², z = φ₁(W₁, x)",
            "  (6)   min over W₁ of E ‖φ₂(W₂, φ₁(W₁, x)) − y‖²",
            "The companion takes the mean over the m samples for E, and the sum over outputs.",
        ), ("objectives:predict", "objectives:derivatives", "objectives:NetworkObjective",
            "objectives:LayerObjective", "objectives:InnerLayerObjective"),
        symbols=NETWORK_SYMBOLS, notebook="00-the-map",
    ),
    Item(
        "definition-1", "Definition 1", Kind.DEFINITION, "section 3.2", (
            "f is (ε, κ, z)-strictly-locally-quasi-convex (SLQC) in x if at least one holds:",
            "  1)   f(x) − f(z) ≤ ε",
            "  2)   ‖∇f(x)‖ > 0, and ⟨∇f(x), y − x⟩ ≤ 0 for every y in B(z, ε/κ)",
            "The companion decides clause 2 without sampling the ball: over it, ⟨∇f(x), y − x⟩ is "
            "largest at z + (ε/κ) ∇f(x)/‖∇f(x)‖, so clause 2 is",
            "  ‖∇f(x)‖ > 0 and ⟨∇f(x), x − z⟩ ≥ (ε/κ) ‖∇f(x)‖",
        ), ("slqc:SLQC", "slqc:slqc_at"), symbols=SLQC_SYMBOLS, notebook="01-quasi-convexity-seen",
    ),
    Item(
        "definition-2", "Definition 2", Kind.DEFINITION, "section 3.2", (
            "A GLM with m samples, inputs in the unit ball, labels in [0, 1]. In the idealised "
            "one, labels are those of a planted w*; in the noisy one, they are so on average.",
            "  err(w) = 1/m Σᵢ (yᵢ − φ⟨w, xᵢ⟩)²",
            "  idealised: yᵢ = φ⟨w*, xᵢ⟩;   noisy: E[y | x] = φ⟨w*, x⟩",
        ), ("problems:IdealisedGLM", "problems:NoisyGLM", "objectives:GLMObjective"),
        ("definition-3",), symbols=GLM_SYMBOLS, notebook="00-the-map",
    ),
    Item(
        "definition-3", "Definition 3", Kind.DEFINITION, "section 3.2", (
            "The generalized ReLU with slopes 0 < a ≤ b, and the subgradient that the paper takes:",
            "  φ(z) = a z for z ≤ 0,   b z for z > 0",
            "  g(z) = a for z < 0,   b for z ≥ 0",
        ), ("activations:GeneralizedReLU", "activations:Sigmoid", "activations:Tanh"),
        symbols=(("a, b", "numbers", "the slopes, 0 < a ≤ b"), ("z", "number", "the argument")),
        notebook="00-the-map",
    ),
    Item(
        "definition-4", "Definition 4", Kind.DEFINITION, "section 3.2", (
            "Definition 1 for matrices: inner products and norms are Frobenius'. A matrix then "
            "counts as the vector of its entries, and the decision is the same.",
            "  ⟨A, B⟩_F = Σ Aₖⱼ Bₖⱼ",
        ), ("slqc:SLQC", "norms:inner", "norms:norm"), ("definition-1",), symbols=SLQC_SYMBOLS,
        notebook="04-layers",
    ),
    Item(
        "theorem-1", "Theorem 1", Kind.THEOREM, "section 3.2, proof in 5.1", (
            "One idealised GLM with a generalized ReLU and ‖w*‖ ≤ W: for every w in B(0, W) and "
            "every ε > 0,",
            f"  err(w) is (ε, {theorem_1.KAPPA}, w*)-SLQC in w",
        ), ("theorems.kantorovich", "literal:glm"),
        ("definition-1", "definition-2", "definition-3"), Subject.THEOREM_1, GLM_SYMBOLS,
        notebook="02-theorem-1-as-a-chain",
        open="the least κ within B(0, W) of one GLM, beyond the bounds of theorem-1-finite-W and "
        "what the search over pairs finds",
    ),
    Item(
        "theorem-2", "Theorem 2", Kind.THEOREM, "section 3.2, proof in 5.2", (
            "One noisy GLM with a generalized ReLU, ‖w*‖ ≤ W, and a w in B(0, W): with m of order "
            "log(1/δ)/ε² samples, with probability at least 1 − δ,",
            f"  the empirical err(w) is (ε, {theorem_1.KAPPA}, w*)-SLQC in w",
        ), ("theorems.theorem_2_refuted",),
        ("definition-1", "definition-2", "definition-3", "theorem-1"), Subject.THEOREM_2,
        GLM_SYMBOLS, notebook="03-noise",
    ),
    Item(
        "theorem-3", "Theorem 3", Kind.THEOREM, "section 3.2, proof in 5.4", (
            "A layer of d′ outputs, idealised, with ‖W*‖_F ≤ W: for every W in B(0, W), ε > 0,",
            f"  err(W) is (ε, {theorem_1.KAPPA}, W*)-SLQC in W",
        ), ("theorems.theorem_1:kappa", "literal:layer"),
        ("definition-2", "definition-3", "definition-4", "theorem-1"), Subject.THEOREM_3,
        (("W, W*", "(d, d′)", "weights, a column an output; the planted ones"), *GLM_SYMBOLS[:1],
         ("yᵢ", "(d′,)", "the labels of sample i")), notebook="04-layers",
    ),
    Item(
        "section-5.3", "Section 5.3", Kind.THEOREM, "section 5.3", (
            "The error of a layer is the sum of the errors of d′ GLMs, one for each output:",
            "  err(W) = Σⱼ err(wⱼ)",
        ), (), ("definition-2",), Subject.SECTION_5_3,
        (("wⱼ", "(d,)", "column j of W (d, d′)"),), notebook="04-layers",
    ),
    Item(
        "theorem-4", "Theorem 4", Kind.THEOREM, "section 3.2, proof in 5.5", (
            "The inner layer of a network with one output, W₂ held, ‖W₁*‖_F ≤ W₁, ‖w₂*‖ ≤ W₂: for "
            "every W₁ in B(0, W₁) and every ε > 0,",
            f"  err(W₁, w₂) is (ε, {theorem_4.KAPPA}, W₁*)-SLQC in W₁",
        ), ("literal:inner_single", "literal:g1"),
        ("definition-3", "definition-4", "theorem-1"), Subject.THEOREM_4, NETWORK_SYMBOLS,
        notebook="05-the-inner-layer",
        open="whether the repaired radius is attained for ε between ε₀ and b⁴W₁²W₂²",
    ),
    Item(
        "theorem-5", "Theorem 5", Kind.THEOREM, "section 3.2, proof in 5.6", (
            "As Theorem 4, with d″ outputs and ‖W₂*‖_F ≤ W₂:",
            f"  err(W₁, W₂) is (ε, {theorem_4.KAPPA}, W₁*)-SLQC in W₁",
        ), ("theorems.theorem_4_repaired", "literal:inner"),
        ("definition-3", "definition-4", "theorem-4"), Subject.THEOREM_5, NETWORK_SYMBOLS,
        notebook="05-the-inner-layer",
    ),
    Item(
        "theorem-6", "Theorem 6", Kind.THEOREM, "section 3.3.1, from Hazan et al.", (
            "SNGD on minibatches whose f_t are (ε, κ, w*)-SLQC with probability 1 − δ, and bounded "
            "by M: with",
            "  T ≥ κ²‖w₁ − w*‖²/ε²,   η = ε/κ,   b ≥ max(M² log(4T/δ)/(2ε²), b₀)",
            "steps, with probability 1 − 2δ,",
            "  f(w) − f(w*) ≤ 3ε",
            "Hazan et al. speak of the best iterate; Algorithm 1 as printed returns the last one.",
        ), ("algorithms.sngd:sngd",),
        ("definition-1", "algorithm-1"), Subject.THEOREM_6,
        (("T", "number", "steps"), ("η", "number", "the length of a step"),
         ("b, b₀", "numbers", "samples in a minibatch; from how many on each f_t is SLQC"),
         ("M", "number", "a bound on |f_t|"), ("δ", "number", "the probability of failure")),
        notebook="06-sngd-and-its-rate",
        open="the last iterate on GLMs with labels ≥ 0: on the whole batch with the sharp κ (the "
        "worst found has 1.28ε), and with minibatches and the paper's κ (1.5ε). With both it is "
        "refuted",
    ),
    Item(
        "sigmoid", "Sigmoid and tanh", Kind.THEOREM, "section 3.2", (
            "'Each of these results also holds for sigmoid activation functions', with κ = e^W "
            "for one GLM (quoted from Hazan et al.); 'tanh is also subsumed'.",
        ), ("activations:Sigmoid",),
        ("definition-1", "definition-2", "theorem-1"), Subject.SIGMOID, GLM_SYMBOLS,
        notebook="02-theorem-1-as-a-chain",
    ),
    Item(
        "losses", "Other losses", Kind.THEOREM, "section 3.2", (
            "'Cross-entropy loss [is] convex (and thus SLQC) as well as Lipschitz. We believe that "
            "our results can be extended to all such error functions.'",
        ), (), ("definition-1", "definition-2"),
        Subject.LOSSES, GLM_SYMBOLS, notebook="02-theorem-1-as-a-chain",
    ),
    Item(
        "section-3.4", "Section 3.4", Kind.THEOREM, "section 3.4", (
            "A deep network is trained by pairs of layers, each of them 'a single hidden-layer "
            "neural network', so that training is 'a series of SLQC problem pairs'. The paper has "
            "no theorem for more than two layers.",
        ), (), ("theorem-4", "theorem-5"), Subject.LAYERS, NETWORK_SYMBOLS,
        notebook="05-the-inner-layer",
    ),
    Item(
        "algorithm-1", "Algorithm 1", Kind.ALGORITHM, "section 3.3.1", (
            "Stochastic Normalized Gradient Descent (SNGD): every step has the length η.",
        ), ("algorithms.sngd:sngd",), ("definition-2",), symbols=(
            ("w₀, w_t", "(d,) or a matrix", "the start; the iterate before step t"),
            ("T", "number", "steps"), ("η", "number", "the length of a step"),
            ("b", "number", "samples in a minibatch"), ("f_t", "function", "the minibatch's error"),
        ), printed=(
            Printed("for t = 1 to T", "for t in range"),
            Printed("sample {(xᵢ, yᵢ)}, i = 1..b, from Uniform(S)", "uniform_rows(",
                    "b independent draws: a sample may come twice"),
            Printed("f_t(w) = 1/b Σᵢ (yᵢ − φ⟨w, xᵢ⟩)²", "f.on("),
            Printed("g_t = ∇f_t(w_t)", "f_t.both(w)"),
            Printed("ĝ_t = g_t/‖g_t‖", "length = _length(",
                    "where g_t = 0 there is no direction: the step is skipped and counted"),
            Printed("w_{t+1} = w_t − η ĝ_t", "w = w - eta"),
            Printed("Output: w_T", "return SNGDResult",
                    "w after T updates; `best` is what Theorem 6 speaks of"),
        ), notebook="06-sngd-and-its-rate",
    ),
    Item(
        "algorithm-2", "Algorithm 2", Kind.ALGORITHM, "section 3.3.2", (
            "DANTE: solve for W₂ with W₁ held, then for W₁ with W₂ held, both by SNGD; repeat.",
        ), ("algorithms.dante:dante",), ("algorithm-1", "theorem-3", "theorem-5", "theorem-6"),
        symbols=(
            *NETWORK_SYMBOLS, ("T_AM", "number", "as printed the least number of alternations"),
            ("T_SNGD", "number", "steps of SNGD in a layer's turn"),
            ("ε", "number", "stop when the error changes by less"),
        ), printed=(
            Printed("t := 1", "t, change, zero_gradients = 1"),
            Printed("while |f(W₁ᵗ, W₂ᵗ) − f(W₁ᵗ⁻¹, W₂ᵗ⁻¹)| ≥ ε or t < T_AM", "while ",
                    "W₁ᵗ isn't known yet at the head of the loop: the change is that of the last "
                    "two iterates that exist. 'or' makes T_AM a least number of rounds"),
            Printed(
                "W₂ᵗ ← argmin over W of E ‖φ₂⟨W, φ₁⟨W₁ᵗ⁻¹, x⟩⟩ − y‖², by SNGD", "solve(outer, W2",
            ),
            Printed(
                "W₁ᵗ ← argmin over W of E ‖φ₂⟨W₂ᵗ, φ₁⟨W, x⟩⟩ − y‖², by SNGD", "solve(f.in_layer(1",
            ),
            Printed("t := t + 1", "t = t + 1"),
            Printed("Output: W₁ᵗ⁻¹, W₂ᵗ⁻¹", "return DANTEResult"),
        ), notebook="07-dante-trains",
    ),
    Item(
        "algorithm-3", "Algorithm 3", Kind.ALGORITHM, "section 3.4", (
            "DANTE for a deep autoencoder: n pairs of layers, the l-th pair being layers l and "
            "2n + 1 − l, each trained by alternations as in Algorithm 2, one pair after the other.",
        ), ("algorithms.deep:deep_dante", "algorithms.deep:pairs"), ("algorithm-2",), symbols=(
            ("U, V", "matrices", "the weights of the n inner and of the n outer layers"),
            ("u_l, v_{n−l}", "matrices", "the pair that moves"), ("n", "number", "pairs of layers"),
            ("T_AM, ε, η, b", "numbers", "as in Algorithm 2"),
        ), printed=(
            Printed("t := 1", "t, change, iterations"),
            Printed("for l = 1 to n", "for pair in pairs(",
                    "the printed indices of V don't fit: v_{n−l} runs from v_{n−1} to v₀. The "
                    "pairs here are layers l and 2n + 1 − l"),
            Printed("", "t, change = 1", "not printed: without it, no pair but the first is "
                    "trained, as t and the change stay those of the pair before"),
            Printed("while |f(Uᵗ, Vᵗ) − f(Uᵗ⁻¹, Vᵗ⁻¹)| ≥ ε or t < T_AM", "while (change"),
            Printed("u_lᵗ ← argmin over u, v_{n−l}ᵗ ← argmin over v, by SNGD", "solve(f.in_layer("),
            Printed("t := t + 1", "t = t + 1"),
            Printed("Output: Uᵗ⁻¹, Vᵗ⁻¹", "return DANTEResult"),
        ), notebook="07-dante-trains",
    ),
    Item(
        "figure-1", "Figure 1", Kind.EXPERIMENT, "section 3.4", (
            "A drawing of Algorithm 3: pairs of layers of a deep autoencoder, trained from the "
            "outside inwards, each pair as a network of one hidden layer.",
        ), ("algorithms.deep:pairs", "training.schedules:GreedyPairs"), ("algorithm-3",),
        notebook="07-dante-trains",
    ),
    _experiment("figure", "2", "fig2a fig2b", "section 4.1",
                "An autoencoder on MNIST, DANTE and SGD: training and test error against minibatch "
                "iterations, with the sigmoid (a) and the leaky ReLU (b). DANTE's errors are "
                "lower."),
    _experiment("figure", "3", "fig3", "section 4.1",
                "Deep autoencoders on MNIST: DANTE is competitive or better."),
    _experiment("figure", "4", "fig4", "section 4.2",
                "Ionosphere, SVMGuide4, Vehicle, USPS: DANTE is ahead, but not on USPS."),
    _experiment("figure", "5", "fig5", "section 4.4",
                "Few hidden units: SGD is ahead with 20, DANTE with 40 and 60."),
    _experiment("table", "1", "table1", "section 4.2",
                "Test errors on the regression sets Air-Foil, Fires, CCPP: DANTE's are lower."),
    _experiment("table", "2", "table2", "section 4.2",
                "Accuracies of a linear SVM on the features of the hidden layer."),
    _experiment("table", "3", "table3", "section 4.3",
                "MNIST: DANTE against SGD+AltMin, the same loop with plain steps."),
    _experiment("table", "4", "table4", "section 4.3", "MNIST at other learning rates."),
    _experiment("table", "5", "table5", "section 4.3",
                "MNIST with Adam, Adagrad, RMSProp and momentum."),
)}
"""Every item by its id, in the order of the paper's kinds."""


def item_of(claim: Claim[Any]) -> Item:
    """The item that a claim is about."""
    return next(item for item in ITEMS.values() if item.subject is claim.theorem)
