"""The reference: what each room defines, with its signature, its docstring and its place."""

import inspect
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..exceptions import InputError
from . import sources


@dataclass(frozen=True)
class Documented:
    """A public class or function by its name, and where it is."""

    name: str
    value: Any
    place: sources.Place

    @property
    def signature(self) -> str:
        """'(a, b)', or '' for what has none."""
        try:
            return str(inspect.signature(self.value))
        except (ValueError, TypeError):
            return ""

    @property
    def doc(self) -> str:
        """Its docstring."""
        return inspect.getdoc(self.value) or ""

    @property
    def methods(self) -> list["Documented"]:
        """A class's own public methods."""
        return [
            Documented(name, method, self.place) for name, method in vars(self.value).items()
            if not name.startswith("_") and inspect.isfunction(method)
        ] if inspect.isclass(self.value) else []


@cache
def modules() -> tuple[str, ...]:
    """Every module of the package by its name in it, but for the commands' entry."""
    return tuple(
        ".".join(path.relative_to(sources.PACKAGE).with_suffix("").parts)
        for path in sorted(sources.PACKAGE.rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py") and "share" not in path.parts
        and path.stat().st_size
    )


@cache
def rooms() -> tuple[str, ...]:
    """The rooms of the package: its modules and folders."""
    return tuple(dict.fromkeys(module.split(".")[0] for module in modules()))


def public() -> list[Documented]:
    """What the package itself exports: what a user types first."""
    package, found = sources.package(), []
    for name in package.__all__:
        if not name.startswith("_"):
            value = getattr(package, name)
            module = value.__module__.removeprefix("dante_ref.")
            found.append(Documented(
                f"dante_ref.{name}", value, sources.place(f"{module}:{value.__qualname__}")
            ))
    return found


def documented(room: str) -> list[Documented]:
    """The public names that a room's modules define."""
    found = []
    for name in (module for module in modules() if module.split(".")[0] == room):
        try:
            module = sources.resolve(name)
        except InputError:  # it needs an extra that isn't installed
            continue
        written = [value for value, _ in sources.calls(name)]
        found += [
            Documented(f"{name}.{member}", value, sources.place(f"{name}:{member}"))
            for member, value in vars(module).items()
            if not member.startswith("_") and (inspect.isclass(value) or inspect.isfunction(value))
            and (value.__module__ == module.__name__ or any(value is own for own in written))
        ]
    return found
