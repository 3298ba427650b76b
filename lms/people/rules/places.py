"""Which unit a list means: 'Đông', 'thôn Đông', 'TDP 03' and 'Thôn Đông, xã …' are found by name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from lms.people.rules.identity import Problem
from lms.people.rules.letters import bare

HOMES = ("thon", "to_dan_pho", "khu_dan_cu")
_PREFIX = re.compile(
    r"(?:thon|to dan pho|tdp|to|khu dan cu|kdc|khu pho|khoi|ap|ban|xom|buon|truong|co quan|cong ty) "
)


@dataclass(frozen=True)
class Place:
    """A unit of the commune."""

    id: UUID
    code: str
    name: str
    kind: str

    @property
    def is_home(self) -> bool:
        """Whether people live there (a village, a neighbourhood)."""
        return self.kind in HOMES


def _keyed(places: Iterable[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        for key in {_plain(place.name), _plain(place.code), _short(_plain(place.name))}:
            found[key].append(place)
    return found


def _plain(text: str) -> str:
    words = re.sub(r"[^a-z0-9 ]", " ", bare(text)).split()
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in words)


class Places:
    """The units of a commune, found by what people write.

    `former` are names and codes of before a rename or a merger, each with the unit that stands for it;
    they are only looked up where no unit of today answers.
    """

    def __init__(self, places: Iterable[Place], former: Iterable[Place] = ()) -> None:
        self.all = tuple(places)
        self._answers: dict[tuple[str, bool], Place | Problem] = {}
        self._by_key = _keyed(self.all)
        for key, found in _keyed(former).items():
            one_each = {place.id: place for place in found}
            self._by_key.setdefault(key, list(one_each.values()))

    def home(self, text: str) -> Place | Problem:
        """The village or neighbourhood of this text."""
        return self._found(text, home=True)

    def workplace(self, text: str) -> Place | Problem:
        """The school, agency, enterprise or team of this text."""
        return self._found(text, home=False)

    def _found(self, text: str, *, home: bool) -> Place | Problem:
        if (text, home) not in self._answers:
            self._answers[text, home] = self._search(text, home=home)
        return self._answers[text, home]

    def _search(self, text: str, *, home: bool) -> Place | Problem:
        whole = self._named(text)
        found = whole or next(
            (places for part in re.split(r"[,;]| - ", text) if (places := self._named(part))), []
        )
        fitting = [place for place in found if place.is_home is home]
        if len(fitting) == 1:
            return fitting[0]
        if len(fitting) > 1:
            exact = [p for p in fitting if p.name.lower() == text.lower()]
            return exact[0] if len(exact) == 1 else Problem("unit_several", text[:40])
        return Problem("unit_not_home" if found and home else "unit_unknown", text[:40])

    def _named(self, text: str) -> Sequence[Place]:
        plain = _plain(text)
        places = self._by_key.get(plain) or self._by_key.get(_short(plain)) or []
        marked = [p for p in places if text.strip().lower() in p.name.lower()]
        return marked if len(marked) == 1 else places


def _short(plain: str) -> str:
    return _PREFIX.sub("", plain, count=1) if _PREFIX.match(plain) else plain
