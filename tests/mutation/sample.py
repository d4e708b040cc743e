"""Mutants of some modules, all of them or a sample: how many do the tests kill?

    python tests/mutation/sample.py proofs/search.py estimators/base.py --of 60
    python tests/mutation/sample.py proofs/claim.py --only xǁClaimǁagrees__mutmut_3

mutmut makes the mutants, each of which changes one thing in one function. The tests are those that
[mutmut] in setup.cfg selects, collected once. A first run finds which of them reach which function
and how long each takes; a second one, that they pass without any mutant, the quickest first. So
they run for each mutant, in a process of its own: those that reach its function, as many as take
so many --seconds, until one fails, and it is killed. A test has ten times its processor time,
whatever else the machine does; a mutant whose time runs out is told apart.
"""

import argparse
import ast
import difflib
import gc
import hashlib
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from functools import cache
from itertools import accumulate, zip_longest
from pathlib import Path

import pytest
from mutmut.configuration import config
from mutmut.mutation import trampoline
from mutmut.mutation.file_mutation import mutate_file_contents

PACKAGE = "dante_ref"
SURVIVED, KILLED, LATE = "survived", "killed", "out of time"


class Mutants:
    """A plugin of pytest that runs the collected tests for one mutant after the other."""

    def __init__(self, mutants, seconds):
        self.mutants, self.seconds, self.found = mutants, seconds, {}

    def pytest_runtestloop(self, session):
        session.config.pluginmanager.unregister(name="terminalreporter")
        gc.freeze()  # so that no child copies the pages of what all share
        _, reach = in_a_child(lambda: self.reach(session))
        if not isinstance(reach, list):
            print(f"without any mutant this fails: {reach}", file=sys.__stderr__)
            pytest.exit("", 1)
        quickest_first = sorted((seconds, i) for i, (seconds, _) in enumerate(reach))
        for mutant in ("", *self.mutants):
            function = mutant.partition("__mutmut_")[0]
            chosen = [(seconds, i) for seconds, i in quickest_first
                      if not mutant or function in reach[i][1]]
            if mutant:
                spent = accumulate(seconds for seconds, _ in chosen)
                chosen = [test for test, t in zip(chosen, spent, strict=True) if t <= self.seconds]
            trampoline.set_mutant_under_test(mutant)
            code, failed = in_a_child(lambda these=chosen: run(session, these))
            if not mutant and (code or failed):
                print(f"without any mutant this fails: {failed}", file=sys.__stderr__)
                pytest.exit("", 1)
            end = KILLED if failed else LATE if code else SURVIVED
            self.found[mutant] = end
            print(f"{end:<11} {mutant}  {failed or ''}", file=sys.__stderr__, flush=True)
        return True

    def reach(self, session):
        """For each test its seconds and the mutated functions that it calls; a test that fails."""
        called, reach = set(), []
        trampoline.record_trampoline_hit = lambda name, caller=None: called.add(name)
        trampoline.set_mutant_under_test("stats")
        for i in range(len(session.items)):
            start = time.process_time()
            if failed := run(session, [(0, i)]):
                return failed
            reach.append((time.process_time() - start, sorted(called)))
            called.clear()
        return reach


def run(session, chosen):
    """Run the tests (seconds, number) in turn; the name of the first that fails."""
    for (seconds, i), (_, after) in zip_longest(chosen, chosen[1:], fillvalue=(0, None)):
        if seconds:
            end = int(time.process_time() + 3 + 10 * seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))
        item, following = session.items[i], None if after is None else session.items[after]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return item.nodeid
    return None


def in_a_child(work):
    """The exit code of a forked, silent process, and what work() returns there."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
        pid = os.fork()
        if not pid:
            code = 1
            try:
                quiet = os.open(os.devnull, os.O_WRONLY)
                os.dup2(quiet, 1)
                os.dup2(quiet, 2)
                Path(file.name).write_text(json.dumps(work()), encoding="utf-8")
                code = 0
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        text = file.read()
    return code, json.loads(text) if text else None


def mutate(module):
    """The module's code with all its mutants, and their names; kept in mutants/, as it takes long.
    """
    source = module.read_text(encoding="utf-8")
    kept = Path("mutants", hashlib.sha256(source.encode()).hexdigest() + ".json")
    if not kept.exists():
        found = mutate_file_contents(str(module), source)
        name = ".".join(module.with_suffix("").parts).removesuffix(".__init__")
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps([found.code, [f"{name}.{m}" for m in found.mutant_names]]))
    return json.loads(kept.read_text())


@cache
def functions(code):
    """Each function's tree, by name."""
    return {f.name: f for f in ast.walk(ast.parse(code)) if isinstance(f, ast.FunctionDef)}


def change(code, mutant):
    """The lines by which the mutant differs."""
    name = mutant.rpartition(".")[2]
    original, mutated = (
        ast.unparse(functions(code)[f]).replace(f, "").splitlines()
        for f in (name.partition("__mutmut_")[0] + "__mutmut_orig", name)
    )
    lines = difflib.unified_diff(original, mutated, n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="within dante_ref; none: only_mutate's")
    parser.add_argument("--of", type=int, help="so many of each module; default: all")
    parser.add_argument("--seed", type=int, default=0, help="that the sample is drawn with")
    parser.add_argument("--only", nargs="*", help="mutants whose names end so")
    parser.add_argument("--tests", nargs="*", help="in place of those that setup.cfg selects")
    parser.add_argument("--seconds", type=float, default=20.0, help="of tests for each mutant")
    asked = parser.parse_args()
    os.chdir(Path(__file__).parents[2])
    trampoline.set_mutant_under_test("")
    chosen = config()
    patterns = [f"{PACKAGE}/{module}" for module in asked.modules] or chosen.only_mutate
    modules = sorted({path for pattern in patterns for path in Path().glob(pattern)
                      if path.suffix == ".py"})
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(PACKAGE, Path(folder, PACKAGE))
        mutated, sample = {}, {}
        for module in modules:
            code, names = mutate(module)
            Path(folder, module).write_text(code, encoding="utf-8")
            mutated[module], sample[module] = (code, len(names)), names
            if asked.only:
                sample[module] = [n for n in names if n.endswith(tuple(asked.only))]
            elif asked.of and asked.of < len(names):
                sample[module] = sorted(random.Random(asked.seed).sample(names, asked.of))
        sys.path.insert(0, folder)
        plugin = Mutants([m for mutants in sample.values() for m in mutants], asked.seconds)
        tests = asked.tests or chosen.pytest_add_cli_args_test_selection
        options = ["-q", "--tb=native", *chosen.pytest_add_cli_args, *tests]
        if code := pytest.main(options, plugins=[plugin]):
            return code
    rows = [(module, mutated[module][1], [plugin.found[m] for m in sample[module]])
            for module in modules]
    rows.append(("all", sum(n for _, n, _ in rows), [end for *_, ends in rows for end in ends]))
    print(f"{'module':<44} {'mutants':>7} {'run':>5} {KILLED:>6} {LATE:>11}")
    for module, n, ends in rows:
        killed, late = ends.count(KILLED), ends.count(LATE)
        share = f"{killed / len(ends):.1%}" if ends else ""
        print(f"{module!s:<44} {n:7} {len(ends):5} {killed:6} {late:11} {share:>7}")
    for module in modules:
        for mutant in sample[module]:
            if plugin.found[mutant] != KILLED:
                print(f"\n{plugin.found[mutant]}: {mutant}")
                print(*change(mutated[module][0], mutant), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
