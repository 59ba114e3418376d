"""One file, one plug-in: how engines, checks and export formats are found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Generic, Protocol, TypeVar

from kernel.errors import UnknownName


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Shelf(Generic[T]):
    """The plug-ins in one package: each module offers one object under ``symbol``.

    The folder is read on first use, not at import. A module without the symbol, or a name taken
    twice, stops the program there: half a shelf would judge by half the questions.
    """

    def __init__(self, kind: str, package: ModuleType, symbol: str) -> None:
        self.kind = kind
        self._package = package
        self._symbol = symbol
        self._found: dict[str, T] | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self._items().values())

    def get(self, name: str) -> T:
        """Return the plug-in called ``name``; raise `UnknownName` if there is none."""
        try:
            return self._items()[name]
        except KeyError:
            known = ", ".join(sorted(self._items())) or "none"
            raise UnknownName(kind=self.kind, name=name, known=known) from None

    def _items(self) -> dict[str, T]:
        if self._found is None:
            self._found = self._read()
        return self._found

    def _read(self) -> dict[str, T]:
        found: dict[str, T] = {}
        package = self._package
        for module in pkgutil.iter_modules(package.__path__, prefix=f"{package.__name__}."):
            item: T = getattr(importlib.import_module(module.name), self._symbol)
            if item.name in found:
                raise RuntimeError(f"{module.name}: the {self.kind} name {item.name!r} is taken")
            found[item.name] = item
        return found
