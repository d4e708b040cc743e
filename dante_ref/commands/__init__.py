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

EXAMPLES = {
    "verify": "dante-ref verify --only theorem-3 theorem-3-sharp --instances 1000000 --jobs 2",
    "show": "dante-ref show theorem-4 --seed 3",
    "site": "dante-ref site out/site --from out/verify",
    "prove": "dante-ref prove --only theorem-1 --steps",
    "train": "dante-ref train --data mine.csv --hidden 16 --out out/mine",
    "data": "dante-ref data check vehicle",
    "reproduce": "dante-ref reproduce table1 --seeds 5 --jobs 2 --out out/paper",
    "notebooks": "dante-ref notebooks --html out/course",
    "bench": "dante-ref bench --quick",
}
"""And an example of its use, for its help."""
