"""`python -m dante_ref` is the command `dante-ref`."""

import sys

from .cli import main

sys.exit(main())
