"""Content that was made once and is asked for by every tablet of a class, kept in memory."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from lms.offline.content import Content

Name = tuple[str, str, str]
"""Content hash, level, release of the service."""


class Shelf:
    """The contents used last, at most `room` of them. Each is made once, however many ask at once."""

    def __init__(self, room: int = 16) -> None:
        self.room = room
        self._held: OrderedDict[Name, Content] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Name, make: Callable[[], Content]) -> Content:
        """The content of this name; `make` is called when it is not here."""
        with self._lock:
            found = self._held.get(name) or make()
            self._held[name] = found
            self._held.move_to_end(name)
            while len(self._held) > self.room:
                self._held.popitem(last=False)
            return found

    def __len__(self) -> int:
        return len(self._held)
