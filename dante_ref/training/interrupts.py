"""Ctrl-C between iterations, never within one: what it leaves can be saved and gone on from.

Python raises KeyboardInterrupt between any two bytecodes: when a rule has remembered a step that
the weights haven't made yet, for example.
"""

import signal
import threading
from contextlib import contextmanager


class Interrupts:
    """`with interrupts.watched():` around a training, `with interrupts:` around what is one whole.

    A KeyboardInterrupt that comes within a whole is raised at its end, elsewhere at once. Where
    Ctrl-C is handled by somebody else, or this isn't the main thread, nothing is changed.
    """

    def __init__(self):
        self._within = False
        self._asked = False

    def __enter__(self):
        self._within = True

    def __exit__(self, kind, error, traceback):
        self._within = False
        if self._asked and kind is None:
            self._asked = False
            raise KeyboardInterrupt

    @contextmanager
    def watched(self):
        ours = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        self._within = self._asked = False
        if ours:
            signal.signal(signal.SIGINT, self._handle)
        try:
            yield
        finally:
            if ours:
                signal.signal(signal.SIGINT, signal.default_int_handler)

    def _handle(self, number, frame):
        if not self._within:
            raise KeyboardInterrupt
        self._asked = True
