"""A question as a page shows it: its cards, what is chosen, and in practice what is right and why.

The key of a certifying item is never put into a shown question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.rules import Form
from courses.rules import Illustration, Item, ProgrammeVersion


@dataclass(frozen=True)
class Card:
    """One answer card. `state`: '' or, when a practice answer is explained, 'right' or 'wrong'."""

    value: str
    label: str
    state: str = ""

    def plain(self) -> dict[str, str]:
        """The card as the `answers` component wants it."""
        return {
            "value": self.value, "label": self.label, "state": self.state,
            "note": "", "image": "", "alt": "",
        }  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A question on a screen. `correct` is None until a practice answer is given."""

    item: str
    prompt: str
    many: bool
    cards: tuple[Card, ...]
    chosen: tuple[str, ...]
    illustration: Illustration | None
    correct: bool | None = None
    explanation: str = ""
    explained: bool = False
    """What is right is shown, and why."""
    hint: str = ""

    @property
    def options(self) -> list[dict[str, str]]:
        """The cards for the template."""
        return [card.plain() for card in self.cards]

    @property
    def value(self) -> Sequence[str] | str:
        """What is chosen, as the template's component takes it."""
        return self.chosen if self.many else (self.chosen[0] if self.chosen else "")


def ask(form: Form, number: int, given: Mapping[str, Sequence[str]]) -> Question:
    """The question of this number (1-based) with the answer given so far."""
    asked = form.items[number - 1]
    chosen = tuple(given.get(asked.item.id, ()))
    return _question(asked.item, asked.options, chosen, reveal=bool(chosen))


def ask_in_lesson(
    version: ProgrammeVersion, item_id: str | None, chosen: Sequence[str], *, reveal: bool
) -> Question | None:
    """The practice question of a lesson screen: tried until it is right, or until `reveal`."""
    if item_id is None:
        return None
    item = version.item(item_id)
    known = {option.id for option in item.options}
    picked = tuple(one for one in chosen if one in known)
    found = frozenset(picked) == item.right_options
    return _question(item, sorted(known), picked, reveal=reveal or found)


def wrong_ones(form: Form, given: Mapping[str, Sequence[str]]) -> list[Question]:
    """The practice questions that were not answered right, explained; none of a certifying form."""
    asked = [ask(form, number, given) for number in range(1, len(form.items) + 1)]
    return [one for one in asked if one.correct is False]


def _question(
    item: Item, order: Sequence[str], chosen: tuple[str, ...], *, reveal: bool
) -> Question:
    open_key = not item.certifying
    texts = {option.id: option.text for option in item.options}
    right = item.right_options if open_key and reveal else frozenset()
    wrong = frozenset(chosen) - item.right_options if open_key else frozenset()
    return Question(
        item=item.id,
        prompt=item.prompt,
        many=item.kind == "multiple",
        cards=tuple(Card(one, texts[one], _state(one, right, wrong)) for one in order),
        chosen=chosen,
        illustration=item.illustration,
        correct=frozenset(chosen) == item.right_options if open_key and chosen else None,
        explanation=item.explanation if open_key and reveal else "",
        explained=open_key and reveal,
        hint=item.hints[0] if open_key and item.hints else "",
    )


def _state(option: str, right: frozenset[str], wrong: frozenset[str]) -> str:
    if option in right:
        return "right"
    return "wrong" if option in wrong else ""
