"""`Interrupts`: what each requirement's failure says, and that broken ones are found by it."""

import signal
import threading
from contextlib import contextmanager

import pytest

from dante_ref.training.interrupts import Interrupts


@pytest.fixture(autouse=True)
def ctrl_c():
    """SIGINT as Python handles it before, and after whatever a broken one leaves."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press():
    signal.raise_signal(signal.SIGINT)


def handler_is_put_back(interrupts, default=signal.default_int_handler):
    for how, error in (("its end", None), ("Ctrl-C", KeyboardInterrupt), ("an error", OSError)):
        signal.signal(signal.SIGINT, default)
        try:
            with interrupts.watched():
                if error:
                    raise error
        except (KeyboardInterrupt, OSError):
            pass
        assert signal.getsignal(signal.SIGINT) is default, (
            f"the SIGINT handler is not put back when a watched training is left by {how}"
        )


def a_whole_is_completed(interrupts):
    done = []
    try:
        with interrupts.watched(), interrupts:
            press()
            done.append("the rest of the iteration")
    except KeyboardInterrupt:
        pass
    assert done, "Ctrl-C was raised in the middle of an iteration, not at its end"


def ctrl_c_within_is_raised_at_the_end(interrupts):
    went_on = []
    try:
        with interrupts.watched():
            with interrupts:
                press()
                press()  # twice is once
            went_on.append("the next iteration")
    except KeyboardInterrupt:
        pass
    else:
        pytest.fail("Ctrl-C during an iteration was swallowed: it never came through")
    assert not went_on, "Ctrl-C during an iteration came through later than at its end"


def ctrl_c_between_is_raised_at_once(interrupts):
    went_on = []
    try:
        with interrupts.watched():
            with interrupts:
                pass
            press()
            went_on.append("what follows")
    except KeyboardInterrupt:
        pass
    else:
        pytest.fail("Ctrl-C between two iterations was swallowed: it never came through")
    assert not went_on, "Ctrl-C between two iterations did not come through at once"


def an_old_ctrl_c_is_forgotten(interrupts):
    """One that came through, and one that an error in the same iteration took the place of."""
    for error in (None, OSError):
        try:
            with interrupts.watched(), interrupts:
                press()
                if error:
                    raise error
        except (KeyboardInterrupt, OSError):
            pass
        try:
            with interrupts.watched(), interrupts:
                pass
        except KeyboardInterrupt:
            pytest.fail("a Ctrl-C of an earlier training stops the next one")


def an_error_is_not_replaced(interrupts):
    try:
        with interrupts.watched(), interrupts:
            press()
            raise OSError("disk full")
    except OSError:
        pass
    except KeyboardInterrupt:
        pytest.fail("Ctrl-C took the place of an error that the iteration ended with")


def others_handlers_are_left_alone(interrupts):
    calls = []

    def theirs(*_):
        calls.append(1)

    for handler in (theirs, signal.SIG_IGN):
        signal.signal(signal.SIGINT, handler)
        with interrupts.watched():
            assert signal.getsignal(signal.SIGINT) is handler, (
                "somebody else's SIGINT handler was taken away during a training"
            )
            with interrupts:
                press()
        assert signal.getsignal(signal.SIGINT) is handler, (
            "somebody else's SIGINT handler was taken away after a training"
        )
    assert calls == [1], "somebody else's SIGINT handler was not called"


def threads_need_no_signals(interrupts):
    """signal.signal raises ValueError outside the main thread."""
    errors = []

    def run():
        try:
            with interrupts.watched(), interrupts:
                pass
        except ValueError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not errors, f"a training outside the main thread fails: {errors}"


REQUIREMENTS = (
    handler_is_put_back, a_whole_is_completed, ctrl_c_within_is_raised_at_the_end,
    ctrl_c_between_is_raised_at_once, an_old_ctrl_c_is_forgotten, an_error_is_not_replaced,
    others_handlers_are_left_alone, threads_need_no_signals,
)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda f: f.__name__)
def test_interrupts(requirement):
    requirement(Interrupts())


class NeverPutBack(Interrupts):
    @contextmanager
    def watched(self):
        self._within = self._asked = False
        signal.signal(signal.SIGINT, self._handle)
        yield


class NotPutBackAfterErrors(Interrupts):
    @contextmanager
    def watched(self):
        self._within = self._asked = False
        signal.signal(signal.SIGINT, self._handle)
        yield
        signal.signal(signal.SIGINT, signal.default_int_handler)


class AtOnce(Interrupts):
    def _handle(self, number, frame):
        raise KeyboardInterrupt


class Swallowing(Interrupts):
    def __exit__(self, kind, error, traceback):
        self._within = self._asked = False


class SwallowingBetween(Interrupts):
    def _handle(self, number, frame):
        self._asked = self._within


class Late(Interrupts):
    """Waits also between iterations, for an end that the last one doesn't have."""

    def _handle(self, number, frame):
        self._asked = True


class Remembering(Interrupts):
    @contextmanager
    def watched(self):
        asked = self._asked
        with super().watched():
            self._asked = asked
            yield


class Replacing(Interrupts):
    def __exit__(self, kind, error, traceback):
        super().__exit__(None, None, None)


class TakingAll(Interrupts):
    @contextmanager
    def watched(self):
        self._within = self._asked = False
        before = signal.signal(signal.SIGINT, self._handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("broken, requirement, says", [
    (NeverPutBack, handler_is_put_back, "not put back .* left by its end"),
    (NotPutBackAfterErrors, handler_is_put_back, "not put back .* left by Ctrl-C"),
    (AtOnce, a_whole_is_completed, "raised in the middle of an iteration"),
    (Swallowing, ctrl_c_within_is_raised_at_the_end, "during an iteration was swallowed"),
    (SwallowingBetween, ctrl_c_between_is_raised_at_once, "between two iterations was swallowed"),
    (Late, ctrl_c_between_is_raised_at_once, "between two iterations was swallowed"),
    (Remembering, an_old_ctrl_c_is_forgotten, "of an earlier training stops the next"),
    (Replacing, an_error_is_not_replaced, "took the place of an error"),
    (TakingAll, others_handlers_are_left_alone, "handler was taken away during"),
    (TakingAll, threads_need_no_signals, "outside the main thread fails: .*ValueError"),
])
def test_a_broken_one_is_found_and_named(broken, requirement, says):
    with pytest.raises((AssertionError, pytest.fail.Exception), match=says):
        requirement(broken())
