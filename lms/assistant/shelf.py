"""Indexes of lessons that were asked for, kept in memory: content never changes, so each is made once."""

from collections.abc import Sequence

from courses.asking.index import Index, build
from courses.asking.lexicon import lexicon
from courses.asking.passages import passages_of
from courses.rules import ProgrammeVersion
from lms.core.shelf import Shelf

SHELF: Shelf[tuple[str, ...], Index] = Shelf(room=12)
"""By content hashes and a level."""


def index_of(versions: Sequence[ProgrammeVersion], level: str = "") -> Index:
    """The index of these versions together, of one level or of all."""
    name = (*(version.content_hash for version in versions), level)
    return SHELF.get(name, lambda: _made(versions, level))


def _made(versions: Sequence[ProgrammeVersion], level: str) -> Index:
    return build([p for one in versions for p in passages_of(one, level)], lexicon())
