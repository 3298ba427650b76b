"""Things made once from content that never changes, kept in memory while they are asked for."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Thing = TypeVar("Thing")


class Shelf(Generic[Name, Thing]):
    """The things used last, at most `room` of them. Each is made once, however many ask at once."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._held: OrderedDict[Name, Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Name, make: Callable[[], Thing]) -> Thing:
        """The thing of this name; `make` is called when it is not here."""
        with self._lock:
            found = self._held[name] if name in self._held else make()
            self._held[name] = found
            self._held.move_to_end(name)
            while len(self._held) > self.room:
                self._held.popitem(last=False)
            return found

    def __len__(self) -> int:
        return len(self._held)
