"""The default tests with the oldest supported and the newest versions of what dante_ref rests on.

    nox                                        # all sessions whose Python is found
    nox -s newest-3.13 -- tests/test_exact.py  # one, with arguments for pytest

'oldest' takes each lower bound of setup.cfg's install_requires as the version (the last fixes of
2.0 for >= 2.0), on the first Python of its classifiers; 'newest' what the package index has, on
each Python.
"""

import configparser
import re

import nox

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


@nox.session(python=PYTHONS[:1])
def oldest(session: nox.Session) -> None:
    """Each requirement at its lower bound."""
    run_tests(session, *(f"{name}=={bound}.*" for name, bound in LOWER_BOUNDS.items()))


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Each requirement as new as there is."""
    run_tests(session)
