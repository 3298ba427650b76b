"""Indexes of lessons that were asked for, kept in memory: content never changes, so each is made once."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from courses.asking.index import Index, Passage, build
from courses.asking.lexicon import lexicon
from courses.asking.passages import passages_of
from courses.rules import ProgrammeVersion

Name = tuple[str, ...]
"""Content hashes and a level."""


class Shelf:
    """The indexes used last, at most `room` of them."""

    def __init__(self, room: int = 12) -> None:
        self.room = room
        self._held: OrderedDict[Name, Index] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Name, make: Callable[[], Sequence[Passage]]) -> Index:
        """The index of this name; `make` gives its passages when it is not here."""
        with self._lock:
            found = self._held.get(name) or build(make(), lexicon())
            self._held[name] = found
            self._held.move_to_end(name)
            while len(self._held) > self.room:
                self._held.popitem(last=False)
            return found

    def __len__(self) -> int:
        return len(self._held)


SHELF = Shelf()


def index_of(versions: Sequence[ProgrammeVersion], level: str = "") -> Index:
    """The index of these versions together, of one level or of all."""
    name = (*(version.content_hash for version in versions), level)
    return SHELF.get(name, lambda: [p for one in versions for p in passages_of(one, level)])
