"""The map of the paper: which item rests on which, in columns from left to right."""

from dataclasses import dataclass
from functools import cache

from .items import ITEMS, Item

BOX, GAP_X, GAP_Y, EDGE = 136, 46, 34, 10


@dataclass(frozen=True)
class Box:
    """An item as a box: its page, where it is, and the sign and class of its verdict."""

    file: str
    title: str
    x: int
    y: int
    sign: str
    look: str
    verdict: str


@dataclass(frozen=True)
class Drawing:
    """Boxes, and the lines between them as SVG paths."""

    boxes: tuple[Box, ...]
    edges: tuple[str, ...]
    width: int
    height: int
    box: int = BOX


@cache
def level(name: str) -> int:
    """The column of an item: one more than the farthest of those that it rests on."""
    return max((level(other) + 1 for other in ITEMS[name].rests_on), default=0)


def draw(verdicts: dict[str, tuple[str, str, str]]) -> Drawing:
    """The map; verdicts: an item's sign, class and verdict, where it has one."""
    columns: dict[int, list[Item]] = {}
    for item in ITEMS.values():
        columns.setdefault(level(item.id), []).append(item)
    tallest = max(len(column) for column in columns.values())
    places, boxes = {}, []
    for k, column in sorted(columns.items()):
        top = EDGE + (tallest - len(column)) * GAP_Y // 2
        for n, item in enumerate(column):
            x, y = EDGE + k * (BOX + GAP_X), top + n * GAP_Y
            places[item.id] = x, y
            sign, look, verdict = verdicts.get(item.id, ("", "", ""))
            boxes.append(Box(f"{item.id}.html", item.title, x, y, sign, look, verdict))
    edges = []
    for item in ITEMS.values():
        for other in item.rests_on:
            (x0, y0), (x1, y1) = places[other], places[item.id]
            start, bend = x0 + BOX, GAP_X // 2
            edges.append(
                f"M{start} {y0 + 13}C{start + bend} {y0 + 13} {x1 - bend} {y1 + 13} {x1} {y1 + 13}"
            )
    width = 2 * EDGE + (max(columns) + 1) * BOX + max(columns) * GAP_X
    return Drawing(tuple(boxes), tuple(edges), width, 2 * EDGE + tallest * GAP_Y)
