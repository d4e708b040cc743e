"""The subcommands of `dante-ref`: a module each, with add_arguments(parser) and run(args).

`run` returns the exit code. A new command is one file here and its line in COMMANDS.
"""

COMMANDS = {
    "verify": "check the theorems: random and adversarial search, worst instances; writes the "
    "ledger",
    "show": "print an item of the paper or a claim, with its proof evaluated line by line",
    "site": "the annotated companion as a static site: paper, code, verdicts, experiments, course",
    "prove": "check what every step of every proof rests on: identities, lemmas, a solver",
    "train": "train an autoencoder by DANTE and by SGD, and compare them",
    "data": "the data sets of section 4: list them, check their files, fetch one",
    "reproduce": "the paper's figures and tables, beside its own numbers",
    "notebooks": "open the course in JupyterLab; --html DIR: render it as a static site",
    "bench": "measure training beside its bare matrix products and beside PyTorch and scikit-learn",
}
"""Each command and what it is for. Its module is imported only when it is asked for."""
