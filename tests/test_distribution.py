"""The sdist and the wheel as someone without the checkout has them.

An sdist is built from the checkout, a wheel from the sdist. The wheel is tried in a new environment
and an empty folder (what it requires is borrowed from the running environment, by a .pth file),
and the tests that read files run from the unpacked sdist.
"""

import configparser
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from dante_ref import __version__
from dante_ref.datasets import SOURCES

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = [n for n, s in SOURCES.items() if all((ROOT / "data" / f).is_file() for f in s.files)]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
FILES_READ = ("architecture", "course", "data_command", "datasets", "readme")
"""The tests that read files beside the package: those that an incomplete sdist would fail."""

pytestmark = pytest.mark.slow


def run(*command, **options):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, encoding="utf-8",
        **options,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """The unpacked sdist of the checkout. Built in a copy, which the build may write into."""
    folder = tmp_path_factory.mktemp("sdist")
    build = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
    run(sys.executable, "-c", build, folder, cwd=ROOT)
    archive, = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def wheel(sdist):
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
        "--wheel-dir", sdist.parent, sdist)
    found, = sdist.parent.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A function that runs a program of a new environment in an empty folder."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home)
    python = home / SCRIPTS / "python"
    purelib = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
                   .strip())
    (purelib / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps",
        "--no-index", "--ignore-installed", wheel)  # the borrowed ones may have it already
    folder = tmp_path_factory.mktemp("empty")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DANTE_REF"))}
    env["JUPYTER_PATH"] = str(Path(sysconfig.get_path("data"), "share/jupyter"))
    return lambda program, *args: run(home / SCRIPTS / program, *args, cwd=folder, env=env)


def test_every_package_and_shipped_file_is_in_the_wheel(wheel):
    held = {name: zipfile.ZipFile(wheel).read(name) for name in zipfile.ZipFile(wheel).namelist()}
    for path in (ROOT / "dante_ref").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in held
    wanted = [
        ROOT / "data/README.md",
        *(ROOT / "data" / f for name in SHIPPED for f in SOURCES[name].files),
        *(p for p in (ROOT / "notebooks").rglob("*.*") if ".ipynb_checkpoints" not in p.parts
          and "__pycache__" not in p.parts and p.is_file()),
    ]
    for path in wanted:
        assert held[f"dante_ref/share/{path.relative_to(ROOT).as_posix()}"] == path.read_bytes()
    assert sum(name.startswith("dante_ref/share/") for name in held) == len(wanted)


def test_the_description_shows_nothing_that_pypi_does_not_have(wheel):
    with zipfile.ZipFile(wheel) as file:
        metadata, = (n for n in file.namelist() if n.endswith("/METADATA"))
        message = message_from_string(file.read(metadata).decode())
    text = message.get_payload()
    assert text.startswith("# dante_ref") and "## Two commands" in text
    assert re.findall(r"\]\((?!https?://)[^)]*\)", text) == []
    assert message["Author"] and message["Keywords"] and message["License-File"]


def test_the_installed_package_works_without_the_checkout(installed):
    where = installed("python", "-c", "import dante_ref; print(dante_ref.__file__)").strip()
    assert ROOT not in Path(where).parents
    assert installed("dante-ref", "--version").split() == ["dante-ref", __version__]
    listed = installed("dante-ref", "data", "list").splitlines()
    found = {line.split()[0] for line in listed if str(Path(where).parent / "share") in line}
    assert found == set(SHIPPED) and len(SHIPPED) == 5
    assert installed("dante-ref", "data", "check").count("sha256 verified") == 5
    installed("dante-ref", "verify", "--only", "section-5.3", "--instances", "200", "--out", "v")
    loaded = installed("python", "-c", "from dante_ref.datasets import load; print(load('fires'))")
    assert "sha256 verified" in loaded


def test_the_course_is_installed_too(installed):
    index = Path(installed("dante-ref", "notebooks", "--html", "site").strip())
    assert index.name == "index.html"


def test_the_package_s_tests_run_from_the_sdist(sdist):
    """All are collected; those that read files beside the package run."""
    env = {**os.environ, "PYTHONPATH": str(sdist)}
    pytest_ = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    said = run(*pytest_, "--collect-only", "-m", "slow or not slow", cwd=sdist, env=env)
    assert "test_distribution" in said
    run(*pytest_, *(f"tests/test_{name}.py" for name in FILES_READ), cwd=sdist, env=env)


def test_the_sdist_holds_what_a_checkout_does(sdist):
    """Of the files under version control, where this is a checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout")
    files = run("git", "-C", ROOT, "ls-files").splitlines()
    missing = [name for name in files if not (sdist / name).is_file()]
    assert [n for n in missing if not n.endswith((".gitignore", ".gitattributes"))] == []


def test_no_requirement_is_pinned():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config["options"]["install_requires"] + "".join(
        config["options.extras_require"].values()
    )
    assert "==" not in lines and "<" not in lines and "~=" not in lines
