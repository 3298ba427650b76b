"""Questions on paper: boxes to tick, numbers and letters to write, and the key in the same signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from assessments.paper_letters import written
from assessments.questions import LessonTry, Question, ask_in_lesson
from assessments.rules import Form, FormItem
from assessments.shown import VIEWS
from assessments.shown.matching import Matching
from assessments.shown.phone import Sheet, storyboard
from courses.activities import KINDS
from courses.rules import Item, ProgrammeVersion


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question as it is printed; `number` counts from 1 through the whole paper.

    `question` has no answer and no key in it. `sheets` are the screens of a simulated phone. `key`
    says in the paper's own signs what is right ("A", "1 – B; 2 – A"), `words` says it in words.
    """

    number: int
    item: Item
    question: Question
    sheets: tuple[Sheet, ...]
    key: str
    words: tuple[str, ...]


def on_paper(version: ProgrammeVersion, item: Item, number: int) -> PaperQuestion:
    """The question of this number, whatever bank it belongs to."""
    asked = ask_in_lesson(version, item.id, LessonTry())
    if asked is None:
        raise ValueError(f"{item.id} is no question")
    sheets = storyboard(item.simulation) if item.simulation else ()
    key = _KEYS[item.kind](item, asked)
    return PaperQuestion(number, item, asked, sheets, key, VIEWS[item.kind].right_words(item))


def _choice(item: Item, asked: Question) -> str:
    lettered = zip(ascii_uppercase, asked.cards, strict=False)
    return ", ".join(letter for letter, card in lettered if card.value in item.right_options)


def _order(item: Item, asked: Question) -> str:
    """The numbers to write before the steps, from the top of the printed list to its end."""
    places = {step.id: str(place) for place, step in enumerate(item.sequence, 1)}
    return ", ".join(places[name] for name in KINDS["order"].parts(item))


def _match(item: Item, asked: Question) -> str:
    view = asked.view
    if not isinstance(view, Matching):
        return ""
    letters = {right.id: right.letter for right in view.rights}
    partner = {pair.id: letters[pair.right_id] for pair in item.pairs}
    return "; ".join(f"{left.number} – {partner[left.id]}" for left in view.lefts)


def _spot(item: Item, asked: Question) -> str:
    dangers = {spot.id for spot in item.spots if spot.danger}
    numbered = enumerate(KINDS["spot"].parts(item), 1)
    return ", ".join(str(number) for number, name in numbered if name in dangers)


def _number(item: Item, asked: Question) -> str:
    return "; ".join(VIEWS["number"].right_words(item))


def _phone(item: Item, asked: Question) -> str:
    """The letters of what is tapped on the shortest right way."""
    plan = item.simulation
    if plan is None:
        return ""
    letters = storyboard(plan)[0].letters
    return ", ".join(letters[token] for token in KINDS["simulation"].key(item) if token in letters)


def key_words(form: Form) -> list[str]:
    """What is right on a practice form, question by question, in the signs of its printed sheet."""
    if form.secret:
        raise ValueError("the key of this form never leaves the service")
    return [_signs(asked) for asked in form.items]


def _signs(asked: FormItem) -> str:
    key = KINDS[asked.item.kind].key(asked.item)
    if asked.item.kind == "number":
        return "; ".join(VIEWS["number"].right_words(asked.item))
    return written(asked, key)


_KEYS: Mapping[str, Callable[[Item, Question], str]] = {
    "single": _choice,
    "multiple": _choice,
    "order": _order,
    "match": _match,
    "spot": _spot,
    "number": _number,
    "simulation": _phone,
}
