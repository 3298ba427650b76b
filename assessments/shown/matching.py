"""Match by tapping: one thing on the left waits for its partner on the right; pairs come apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from assessments.shown.view import Tokens, View
from courses.activities.matching import joined, rights
from courses.rules import Item
from lms.core.i18n import _


@dataclass(frozen=True, slots=True)
class Left:
    """One thing on the left. `right` is the id it is joined with or '', `right_text` its words.

    `state`: '' or, once explained, 'right' or 'wrong'; `key`: then the words of its right partner.
    """

    id: str
    text: str
    number: int
    right: str = ""
    right_text: str = ""
    state: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Right:
    """One thing on the right; `letter` names it on paper, `used` when it is gone from the list."""

    id: str
    text: str
    letter: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """Both sides in the form's order. `several`: a right side may serve more than one left side."""

    lefts: tuple[Left, ...]
    rights: tuple[Right, ...]
    several: bool

    @property
    def open(self) -> tuple[Left, ...]:
        """The left sides without a partner; the first one waits for its partner."""
        return tuple(left for left in self.lefts if not left.right)

    @property
    def pairs(self) -> tuple[Left, ...]:
        """The left sides that have a partner."""
        return tuple(left for left in self.lefts if left.right)

    def held(self, last: str) -> str:
        """The left side that the next tap on the right joins: the one tapped last, else the first open."""
        names = [left.id for left in self.open]
        wanted = last.removeprefix("hold:")
        return wanted if wanted in names else next(iter(names), "")

    def said(self, last: str) -> str:
        """What the tap that led here has done, in words."""
        act, _colon, name = last.partition(":")
        if act == "clear":
            return _("Đã tách ra hết.")
        texts = {left.id: left.text for left in self.open}
        if act == "hold" and name in texts:
            return _("Đang nối: %(left)s", left=texts[name])
        if act == "drop" and name in texts:
            return _("Đã tách ra: %(left)s", left=texts[name])
        return self._joined(name) if act == "pick" else ""

    def _joined(self, last: str) -> str:
        """`last` is "left=right", as the page tells it after a right side was tapped."""
        left = next((one for one in self.pairs if one.id == last.partition("=")[0]), None)
        if left is None:
            return ""
        return _("Đã nối: %(left)s với %(right)s", left=left.text, right=left.right_text)


def _look(item: Item, order: Sequence[str], given: Tokens, reveal: bool) -> Matching:
    made, texts = joined(given), rights(item)
    several = _several(item)
    taken = set() if several else set(made.values())
    letters = iter("ABCDEFGHIJ")
    return Matching(
        _lefts(item, order, made, reveal and not item.secret),
        tuple(Right(x, texts[x], next(letters), x in taken) for x in order if x in texts),
        several,
    )


def _lefts(
    item: Item, order: Sequence[str], made: dict[str, str], reveal: bool
) -> tuple[Left, ...]:
    pairs, texts = {pair.id: pair for pair in item.pairs}, rights(item)
    found = []
    for number, name in enumerate((one for one in order if one in pairs), 1):
        pair, right = pairs[name], made.get(name, "")
        state = ("right" if right == pair.right_id else "wrong") if reveal else ""
        key = pair.right if reveal else ""
        found.append(Left(name, pair.left, number, right, texts.get(right, ""), state, key))
    return tuple(found)


def _several(item: Item) -> bool:
    """Every right side stays in the list, so that it is not told which ones serve several times."""
    return len({pair.right_id for pair in item.pairs}) < len(item.pairs)


def _acted(item: Item, tokens: Tokens, form: MultiDict[str, str]) -> Tokens | None:
    """`act` is "pick:<right>" (joined with the form's `held`), "drop:<left>", "clear"; "hold" joins nothing."""
    act, _colon, name = form.get("act", "").partition(":")
    if act == "pick":
        return _join(item, tokens, form.get("held", ""), name)
    if act == "drop":
        return tuple(one for one in tokens if not one.startswith(f"{name}="))
    return () if act == "clear" else None


def _join(item: Item, tokens: Tokens, left: str, right: str) -> Tokens | None:
    made = joined(tokens)
    known = left in {pair.id for pair in item.pairs} and right in rights(item)
    free = left not in made and (_several(item) or right not in made.values())
    return (*tokens, f"{left}={right}") if known and free else None


def _trouble(item: Item, tokens: Tokens) -> str:
    missing = len(item.pairs) - len(tokens)
    return _("Còn %(n)s ý chưa nối. Mời nối nốt các ý bên dưới.", n=missing) if missing else ""


def _right_words(item: Item) -> Tokens:
    return tuple(f"{pair.left} → {pair.right}" for pair in item.pairs)


MATCHING = View(
    _look, _acted, _right_words,
    trouble=_trouble, keeps_part=True, script="assessments/js/match.js",
)  # fmt: skip
