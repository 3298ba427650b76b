"""Order by tapping: the steps put so far, numbered, and those that are left, as big buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from assessments.shown.view import Tokens, View
from courses.rules import Item
from lms.core.i18n import _


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `place`: where the learner put it, from 1, or 0. `state`: '', 'right' or 'wrong'."""

    id: str
    text: str
    place: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Ordering:
    """`shown`: every step in the form's order; `put`: those put, in their order; `right`: the key."""

    shown: tuple[Step, ...]
    put: tuple[Step, ...]
    right: tuple[str, ...] = ()

    @property
    def left(self) -> tuple[Step, ...]:
        """The steps that are not put yet."""
        return tuple(step for step in self.shown if not step.place)

    def said(self, last: str) -> str:
        """What the tap that led here has done, in words."""
        act, _colon, name = last.partition(":")
        if act == "pick" and self.put:
            return _("Bước %(n)s: %(step)s", n=len(self.put), step=self.put[-1].text)
        if act == "clear":
            return _("Đã bỏ ra hết.")
        taken = next((step.text for step in self.left if step.id == name), "")
        return _("Đã bỏ ra: %(step)s", step=taken) if act == "drop" and taken else ""


def _look(item: Item, order: Sequence[str], given: Tokens, reveal: bool) -> Ordering:
    texts = {step.id: step.text for step in item.sequence}
    key = tuple(step.id for step in item.sequence) if reveal and not item.secret else ()
    put = [Step(one, texts[one], n, _state(key, n, one)) for n, one in enumerate(given, 1)]
    places = {step.id: step for step in put}
    shown = tuple(places.get(one) or Step(one, texts[one]) for one in order)
    return Ordering(shown, tuple(put), tuple(texts[one] for one in key))


def _state(key: Tokens, place: int, step: str) -> str:
    if not key:
        return ""
    return "right" if key[place - 1] == step else "wrong"


def _acted(item: Item, tokens: Tokens, form: MultiDict[str, str]) -> Tokens | None:
    """`act` is "pick:<step>", "drop:<step>" or "clear"."""
    act, _colon, name = form.get("act", "").partition(":")
    known = name in {step.id for step in item.sequence}
    if act == "pick" and known and name not in tokens:
        return (*tokens, name)
    if act == "drop":
        return tuple(one for one in tokens if one != name)
    return () if act == "clear" else None


def _trouble(item: Item, tokens: Tokens) -> str:
    missing = len(item.sequence) - len(tokens)
    if not missing:
        return ""
    return _("Còn %(n)s bước chưa xếp. Mời bấm nốt các bước bên dưới.", n=missing)


def _right_words(item: Item) -> Tokens:
    return tuple(f"{n}. {step.text}" for n, step in enumerate(item.sequence, 1))


ORDERING = View(
    _look, _acted, _right_words,
    trouble=_trouble, keeps_part=True, script="assessments/js/order.js",
)  # fmt: skip
