"""One right answer or several: big cards, which carry the whole answer themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.shown.view import Tokens, View
from courses.rules import Item


@dataclass(frozen=True, slots=True)
class Card:
    """One answer card. `state`: '' or, in practice once it was tried, 'right' or 'wrong'."""

    value: str
    label: str
    state: str = ""

    def plain(self) -> dict[str, str]:
        """The card as the `answers` component wants it."""
        return {
            "value": self.value, "label": self.label, "state": self.state,
            "note": "", "image": "", "alt": "",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """The cards of a question in the form's order."""

    cards: tuple[Card, ...]

    @property
    def options(self) -> list[dict[str, str]]:
        """The cards for the template."""
        return [card.plain() for card in self.cards]


def _look(item: Item, order: Sequence[str], given: Tokens, reveal: bool) -> Choice:
    texts = {option.id: option.text for option in item.options}
    states = {} if item.secret else _states(item, given, reveal)
    return Choice(tuple(Card(one, texts[one], states.get(one, "")) for one in order))


def _states(item: Item, given: Tokens, reveal: bool) -> dict[str, str]:
    """What was tried in practice and is wrong is marked at once, what is right once it is explained."""
    wrong = dict.fromkeys(frozenset(given) - item.right_options, "wrong")
    return wrong | (dict.fromkeys(item.right_options, "right") if reveal else {})


def _right_words(item: Item) -> Tokens:
    return tuple(option.text for option in item.options if option.right)


CHOICE = View(_look, right_words=_right_words)
