"""`dante-ref notebooks`: open the course in JupyterLab, run it, or render it as a static site."""

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

from ..exceptions import InputError
from ..shipped import shipped

FOLDER = shipped("notebooks")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dante-ref notebooks`."""
    parser.add_argument(
        "--folder", type=Path, default=None,
        help="the folder of the notebooks (default: ./notebooks, else the checkout's)",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--html", type=Path, metavar="DIR", help="write the static site to DIR")
    what.add_argument(
        "--execute", action="store_true", help="run every notebook and write its outputs"
    )


def run(args: argparse.Namespace) -> int:
    """Open, run or render the course."""
    folder = args.folder or (Path("notebooks") if Path("notebooks").is_dir() else FOLDER)
    if not folder.is_dir():
        raise InputError(f"--folder {folder} is no folder; the notebooks are in the checkout")
    if args.html is not None:
        from ..course.site import write_site

        print(write_site(folder, args.html))
    elif args.execute:
        from ..course import build

        for source in build.sources(folder):
            print(build.write(build.execute(source), source))
    else:
        if importlib.util.find_spec("jupyterlab") is None:
            raise InputError("JupyterLab needs an extra: pip install 'dante_ref[notebooks]'")
        return subprocess.call([sys.executable, "-m", "jupyterlab", str(folder)])
    return 0
