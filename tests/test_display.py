"""Every slider of the course moved in a live kernel, by the messages that a browser would send.

A browser learns of a slider from the kernel's comm_open, and moves it with a comm_msg that sets
its index; the kernel then draws anew. Here the test stands in for the browser (section 'Comms' of
Jupyter's messaging protocol), so nothing between the message and the picture is left out.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from dante_ref.course import build
from dante_ref.course.display import STATIC

pytestmark = pytest.mark.slow
pytest.importorskip("ipywidgets")

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
SOURCES = [s for s in build.sources(FOLDER) if "explore(" in s.read_text(encoding="utf-8")]
SECONDS = 120  # for a cell, or for one move


@dataclass(frozen=True)
class Slider:
    """As announced: its comm, the texts of its values, where it stands, and its picture."""

    comm: str
    labels: tuple[str, ...]
    index: int
    picture: str


def pictures(messages):
    """The PNGs among a kernel's messages; an error among them is raised."""
    for message in messages:
        if message["msg_type"] == "error":
            content = message["content"]
            raise AssertionError(f"{content['ename']}: {content['evalue']}")
    return [
        m["content"]["data"]["image/png"] for m in messages
        if m["msg_type"] == "display_data" and "image/png" in m["content"]["data"]
    ]


def run_cell(client, code):
    """Run a cell; the sliders that it shows."""
    messages = []
    client.execute_interactive(
        code, allow_stdin=False, output_hook=messages.append, timeout=SECONDS
    )
    drawn = pictures(messages)
    states = [
        (m["content"]["comm_id"], m["content"]["data"]["state"])
        for m in messages if m["msg_type"] == "comm_open"
    ]
    return [
        Slider(comm, tuple(state["_options_labels"]), state["index"], (drawn or [""])[-1])
        for comm, state in states if state.get("_model_name") == "SelectionSliderModel"
    ]


def move(client, slider, index):
    """Set a slider's index; the pictures that come of it, until the kernel is idle again."""
    message = client.session.msg("comm_msg", {
        "comm_id": slider.comm,
        "data": {"method": "update", "state": {"index": index}, "buffer_paths": []},
    })
    client.shell_channel.send(message)
    answers, until = [], time.monotonic() + SECONDS
    while True:
        answer = client.get_iopub_msg(timeout=max(0.0, until - time.monotonic()))
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return pictures(answers)
        answers.append(answer)


def move_all(source):
    """Run a source; set each slider to its least, its largest and a middle value. How many moves.

    Raises AssertionError where a move fails, or doesn't give exactly one picture, a new one.
    """
    from jupyter_client.manager import run_kernel

    environment = {k: v for k, v in os.environ.items() if k != STATIC}
    environment["PYTHONWARNINGS"] = "error::RuntimeWarning"
    moves = 0
    with run_kernel(kernel_name="python3", cwd=str(source.parent), env=environment) as client:
        for cell in build.from_source(source).cells:
            if cell.cell_type != "code":
                continue
            sliders = run_cell(client, cell.source)
            assert bool(sliders) == ("explore(" in cell.source)
            for slider in sliders:
                at, shown = slider.index, slider.picture
                last = len(slider.labels) - 1
                for index in (0, last, last // 2):
                    if index == at:
                        continue
                    drawn = move(client, slider, index)
                    value = slider.labels[index]
                    assert len(drawn) == 1, f"at {value}: {len(drawn)} pictures"
                    assert drawn[0] != shown, f"at {value} the picture is the same as before"
                    at, shown = index, drawn[0]
                    moves += 1
    return moves


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_every_slider_moves_its_picture(source):
    assert move_all(source) >= 2


def a_notebook(folder, line):
    source = folder / "00-small.py"
    source.write_text(
        "# %%\nfrom matplotlib import pyplot as plt\nfrom dante_ref.course import explore\n"
        "def draw(a):\n    plt.plot([0, 1], [a, 2])\n    plt.ylim(0, 5)\n"
        f"    {line}\n    plt.show()\n# %%\nexplore(draw, a=([1, 2, 3, 4], 1))\n", encoding="utf-8",
    )
    return source


def test_a_working_slider_passes(tmp_path):
    assert move_all(a_notebook(tmp_path, "pass")) == 2  # it begins at its least value


@pytest.mark.parametrize("line, says", [
    ("1 / (a - 4)", "ZeroDivisionError"),  # fails at the largest value only
    ("plt.cla()", "the same as before"),
    ("plt.close()", "0 pictures"),
])
def test_a_broken_slider_fails(tmp_path, line, says):
    with pytest.raises(AssertionError, match=says):
        move_all(a_notebook(tmp_path, line))
