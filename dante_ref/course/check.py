"""`check("2.1", answer)`: is the answer right, and if not, what kind of mistake is it?"""

from typing import Any

from .. import checks
from .exercises import EXERCISES


def check(exercise: str, answer: Any) -> bool | None:
    """Print whether the answer to this exercise is right, and if not, what is wrong with it.

    None (and a reminder) for `...`, an answer not yet given; else whether it is right. Raises
    InputError for an exercise that there is not.
    """
    checks.one_of("exercise", exercise, EXERCISES)
    if answer is ...:
        print(f"Exercise {exercise}: put your answer in place of the three dots, and run again.")
        return None
    wrong = EXERCISES[exercise].judge(answer)
    if wrong is None:
        print(f"Exercise {exercise}: right. {EXERCISES[exercise].teaches}")
    else:
        print(f"Exercise {exercise}: not yet: {wrong}")
    return wrong is None
