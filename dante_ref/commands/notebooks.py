"""`dante-ref notebooks`: open the course in JupyterLab, run it, or render it as a static site."""

import argparse
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from ..exceptions import InputError
from ..shipped import PACKAGE, shipped
from .earlier import add_overwrite, make_room

COPY = Path("dante-notebooks")
"""Where an installed package's course is copied to before anything is written into it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref notebooks`."""
    parser.add_argument(
        "--folder", type=Path, default=None,
        help="the folder of the notebooks (default: ./notebooks if it is the course, else the "
        f"checkout's; an installed package's is copied to ./{COPY} to open or execute it)",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--html", type=Path, metavar="DIR", help="write the static site to DIR")
    what.add_argument(
        "--execute", action="store_true", help="run every notebook and write its outputs"
    )
    add_overwrite(parser)


def run(args: argparse.Namespace) -> int:
    """Open, run or render the course."""
    folder = args.folder or find_course()
    if not folder.is_dir():
        raise InputError(f"--folder {folder} is no folder; the notebooks are in the checkout")
    if args.html is not None:
        from ..course import build
        from ..course.html import write_site

        pages = ["index.html", *(f"{source.stem}.html" for source in build.sources(folder))]
        make_room(args.html, pages, overwrite=args.overwrite, option="--html", what="pages")
        print(write_site(folder, args.html))
    elif args.execute:
        from ..course import build

        for source in build.sources(to_write_into(folder)):
            print(build.write(build.execute(source), source), flush=True)
    else:
        if importlib.util.find_spec("jupyterlab") is None:
            raise InputError("JupyterLab needs an extra: pip install 'dante_ref[notebooks]'")
        return subprocess.call([sys.executable, "-m", "jupyterlab", str(to_write_into(folder))])
    return 0


def find_course() -> Path:
    """./notebooks, if it holds each source of the course: it may be anyone's; else the course."""
    here, course = Path("notebooks"), shipped("notebooks")
    return here if is_course(here) else course


def is_course(folder: Path) -> bool:
    """Whether a folder has every numbered source that the package's course has."""
    names = [source.name for source in shipped("notebooks").glob("[0-9][0-9]-*.py")]
    return bool(names) and all((folder / name).is_file() for name in names)


def to_write_into(folder: Path) -> Path:
    """`folder`, or for the one inside the installed package a copy in the working directory."""
    if PACKAGE not in folder.resolve().parents:
        return folder
    if not COPY.exists():
        shutil.copytree(folder, COPY, ignore=shutil.ignore_patterns("__pycache__"))
        print(f"the course is copied to {COPY}", file=sys.stderr)
    if not is_course(COPY):
        raise InputError(f"./{COPY} is there and isn't the course; name a folder by --folder")
    return COPY
