"""What the notebooks need beside the mathematics: exercises that check themselves, and pictures.

No formula lives here: notebooks and exercises take theirs from the rest of dante_ref.
"""

from .check import check
from .display import explore, figures, grid, show, shown, source, state

__all__ = ["check", "explore", "figures", "grid", "show", "shown", "source", "state"]
