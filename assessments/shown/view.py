"""What a kind of question says about itself to a page: how it looks, and what a tap does to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from courses.rules import Item

Tokens = tuple[str, ...]
"""A response as the kinds of courses.activities take it: ids, "left=right", typed text, a log."""

Look = Callable[[Item, Sequence[str], Tokens, bool], object]
Act = Callable[[Item, Tokens, "MultiDict[str, str]"], Tokens | None]


def no_act(_item: Item, _tokens: Tokens, _form: MultiDict[str, str]) -> Tokens | None:
    """For kinds whose inputs carry the whole answer: nothing to do but the main button."""
    return None


def no_trouble(_item: Item, _tokens: Tokens) -> str:
    """For kinds whose every response is a whole answer."""
    return ""


def no_words(_item: Item) -> Tokens:
    """For kinds that have nothing to list beside the explanation."""
    return ()


@dataclass(frozen=True, slots=True)
class View:
    """A kind of question on a page.

    `view(item, order, given, reveal)`: what the kind's template needs (`question.view`). `order` is
    the form's order of the parts, `given` the tokens so far. Only with `reveal` may it tell right
    from wrong; it is never True for a secret item.
    `acted(item, tokens, form)`: the tokens after the working button `act` of the form (and fields
    "f:<id>"), or None when no such button was pressed. Unknown ids change nothing; it never raises.
    `right_words(item)`: what is right, in words, for lists of mistakes and explanations.
    `saves_each_act`: in an attempt every act is saved at once (a phone), else only the main button.
    `trouble(item, tokens)`: why this is no whole answer yet, in words for the learner, or ''.
    `keeps_part`: a test keeps an answer in spite of its trouble: half an order is still work.
    `script`: the static module that makes the taps work without loading pages, if there is one.
    """

    view: Look
    acted: Act = no_act
    right_words: Callable[[Item], Tokens] = no_words
    saves_each_act: bool = False
    trouble: Callable[[Item, Tokens], str] = no_trouble
    keeps_part: bool = False
    script: str = ""
