"""The map of the paper: which item rests on which, in columns from left to right."""

from dataclasses import dataclass
from functools import cache

from .items import ITEMS

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
    columns = [[item for item in ITEMS.values() if level(item.id) == k]
               for k in range(1 + max(map(level, ITEMS)))]
    tallest = max(map(len, columns))
    boxes = {
        item.id: Box(
            f"{item.id}.html", item.title, EDGE + k * (BOX + GAP_X),
            EDGE + (tallest - len(column)) * GAP_Y // 2 + n * GAP_Y,
            *verdicts.get(item.id, ("", "", "")),
        ) for k, column in enumerate(columns) for n, item in enumerate(column)
    }
    edges = tuple(edge(boxes[other], boxes[item.id])
                  for item in ITEMS.values() for other in item.rests_on)
    width = 2 * EDGE + len(columns) * BOX + (len(columns) - 1) * GAP_X
    return Drawing(tuple(boxes.values()), edges, width, 2 * EDGE + tallest * GAP_Y)


def edge(start: Box, end: Box) -> str:
    """A curve from a box to one that rests on it."""
    x, bend, y0, y1 = start.x + BOX, GAP_X // 2, start.y + 13, end.y + 13
    return f"M{x} {y0}C{x + bend} {y0} {end.x - bend} {y1} {end.x} {y1}"
