"""What is checked before a change is merged, and with which versions.

    nox                                        # all sessions whose Python is found
    nox -s newest-3.13 -- tests/test_exact.py  # one, with arguments for pytest

'lint' and 'tests' are what .ci/run runs, on the Python that nox has.

'oldest' takes each lower bound of setup.cfg's install_requires as the version (the last fixes of
2.0 for >= 2.0), on the first Python of its classifiers; 'newest' what the package index has, on
each Python.
"""

import configparser
import re
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False  # skipped, and listed so

CONFIG = configparser.ConfigParser()
CONFIG.read("setup.cfg", encoding="utf-8")
PYTHONS = re.findall(r":: (3\.\d+)$", CONFIG["metadata"]["classifiers"], re.MULTILINE)
LOWER_BOUNDS = dict(
    map(str.strip, line.split(">="))  # another form than 'name >= bound' is an error
    for line in CONFIG["options"]["install_requires"].strip().splitlines()
)
VERSIONS = f"""
import platform
from importlib.metadata import version
print("Python", platform.python_version(), *(f"{{n}} {{version(n)}}" for n in {[*LOWER_BOUNDS]}))
"""


def run_tests(session: nox.Session, *pins: str) -> None:
    session.install("-e", ".[test]", *pins)
    session.run("python", "-c", VERSIONS)
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """The package as a reader and a type checker see it."""
    session.install("-e", ".[test]")
    session.run("ruff", "check", ".")
    session.run("mypy")
    snippets = re.findall(r"```python\n(.*?)```", Path("README.md").read_text("utf-8"), re.DOTALL)
    for number, snippet in enumerate(snippets):  # as a user's script
        script = Path(session.create_tmp(), f"readme_{number}.py")
        script.write_text(snippet, encoding="utf-8")
        session.run("mypy", str(script))


@nox.session
def tests(session: nox.Session) -> None:
    """The default tests, with the lines that they don't reach; then the slow ones."""
    session.install(".[test]")
    two = ("python", "-m", "pytest", "-n", "2", "--dist", "loadfile")
    session.run(*two, "--cov", *session.posargs)
    session.run(*two, "-m", "slow", *session.posargs)


@nox.session(python=PYTHONS[:1])
def oldest(session: nox.Session) -> None:
    """Each requirement at its lower bound."""
    run_tests(session, *(f"{name}=={bound}.*" for name, bound in LOWER_BOUNDS.items()))


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Each requirement as new as there is."""
    run_tests(session)
