"""The files that come with the package: section 4's five small data sets, and the course.

In the repository they are data/ and notebooks/; setup.py takes them into the wheel as
dante_ref/share/data and dante_ref/share/notebooks.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder 'data' or 'notebooks': the installed package's, else the checkout's."""
    installed = PACKAGE / "share" / name
    return installed if installed.is_dir() else PACKAGE.parent / name
