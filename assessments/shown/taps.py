"""Taps that are not sent yet: they travel in the page's address, so Back and Forward lose nothing."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from assessments.shown import VIEWS
from assessments.shown.view import Tokens
from courses.activities import KINDS
from courses.rules import Item
from lms.core.text import clean

LONGEST_ACT = 120


@dataclass(frozen=True, slots=True)
class Taps:
    """`tokens`: the response as it stands now, None when nothing was tapped; `last`: the last tap."""

    tokens: Tokens | None = None
    last: str = ""


def taps_in(args: MultiDict[str, str], name: str) -> Taps:
    """The taps that an address tells: `dang` says that there are some, `vua` is the last one."""
    if "dang" not in args:
        return Taps()
    return Taps(typed_in(args, name), args.get("vua", "")[:LONGEST_ACT])


def in_address(name: str, tokens: Tokens, last: str = "") -> dict[str, object]:
    """The query that carries taps; `last` is empty when the whole answer was sent and not taken."""
    query: dict[str, object] = {"dang": 1, name: list(tokens)}
    return query | ({"vua": last[:LONGEST_ACT]} if last else {})


def typed_in(form: MultiDict[str, str], name: str) -> Tokens:
    """The tokens of a form or address as they were sent; empty fields are none."""
    cleaned = (clean(text) for text in form.getlist(name))
    return tuple(text for text in cleaned if text)


def fitting(item: Item, tokens: Tokens) -> Tokens:
    """The tokens, if they can be an answer to the question; else nothing."""
    return tokens if KINDS[item.kind].fits(item, tokens) else ()


def tapped(item: Item, tokens: Tokens, form: MultiDict[str, str], name: str) -> dict[str, object]:
    """The query for the page after a working button was pressed; an impossible tap changes nothing."""
    after = VIEWS[item.kind].acted(item, tokens, form)
    act = form.get("act", "")
    last = f"pick:{after[-1]}" if after and act.startswith("pick:") else act
    return in_address(name, tokens if after is None else after, last or "stay")
