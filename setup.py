"""What setup.cfg can't say: the wheel's copy of the data and the course, and PyPI's description."""

import re
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
SHARED = (
    "data/README.md",
    *(f"data/{name}/*" for name in ("airfoil", "ccpp", "fires", "ionosphere", "vehicle")),
    "notebooks/*.py", "notebooks/*.ipynb", "notebooks/jupytext.toml", "notebooks/solutions/*.py",
    "notebooks/results/**/*",
)
"""What goes into dante_ref/share; `dante_ref.shipped` finds it there. MANIFEST.in has the same."""


class BuildWithShared(build_py):
    """build_py, and the files of SHARED. An editable installation finds them in the checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for pattern in SHARED:
            for path in sorted(filter(Path.is_file, HERE.glob(pattern))):
                target = Path(self.build_lib, "dante_ref/share", path.relative_to(HERE))
                self.mkpath(str(target.parent))
                self.copy_file(str(path), str(target))


def description() -> str:
    """README.md without what only a checkout can show: relative pictures, and links as text."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"!\[[^\]]*\]\((?!https?:)[^)]*\)\n+(\*.+?\*\n+)?", "", text, flags=re.DOTALL)
    return re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", text)


setup(
    cmdclass={"build_py": BuildWithShared},
    long_description=description(),
    long_description_content_type="text/markdown",
)
