"""A question as a page shows it: what is asked, what is done, and in practice what is right and why.

The key of a certifying or measuring item is never put into a shown question. How a kind looks is
its view's business (assessments.shown); whether a response is right is its kind's (courses.activities).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from assessments.rules import Form
from assessments.rules.tries import PRACTICE_TRIES, is_finished
from assessments.shown import VIEWS
from assessments.shown.choice import Card, Choice
from assessments.shown.taps import Taps, fitting
from courses.activities import KINDS
from courses.rules import Illustration, Item, ProgrammeVersion

Tokens = tuple[str, ...]
NO_TAPS = Taps()


@dataclass(frozen=True)
class Question:
    """A question on a screen. `view` is what the template of its kind needs.

    `correct` is None until a practice answer is given, and always of a secret question. `given` is
    the response as it stands, taps that are not sent included; `last` the tap that led here.
    """

    item: str
    kind: str
    prompt: str
    illustration: Illustration | None
    given: Tokens
    view: object
    correct: bool | None = None
    explained: bool = False
    """What is right is shown, and why."""
    explanation: str = ""
    hint: str = ""
    right_words: Tokens = ()
    """What is right, in words; empty until it is explained."""
    tries_left: int | None = None
    """None where tries are not counted."""
    trouble: str = ""
    """Why what was sent is no answer yet."""
    last: str = ""
    whole: bool = False
    """Nothing is left to be tapped."""

    @property
    def cards(self) -> tuple[Card, ...]:
        """The answer cards of a choice; other kinds have none."""
        return self.view.cards if isinstance(self.view, Choice) else ()

    @property
    def acts(self) -> bool:
        """The work is done by its own buttons, as on a phone: there is nothing to send."""
        return VIEWS[self.kind].saves_each_act

    @property
    def script(self) -> str:
        """The static module that saves loading pages, or ''."""
        return "" if self.explained else VIEWS[self.kind].script

    @property
    def just_done(self) -> bool:
        """The last tap was the last one that was missing, so the main button comes next."""
        return self.whole and self.last.startswith("pick:")


def is_over(item: Item, stored: Tokens, tries: int) -> bool:
    """Whether a practice question is explained: it is right, or the tries are used up."""
    return tries >= PRACTICE_TRIES or _is_right(item, stored)


def ask(
    form: Form,
    number: int,
    given: Mapping[str, Sequence[str]],
    tries: Mapping[str, int] | None = None,
    taps: Taps = NO_TAPS,
) -> Question:
    """The question of this number (1-based) with the answer given so far.

    `tries`: item → how often it was tried; without it a practice answer is explained, as in a result.
    """
    asked = form.items[number - 1]
    item, stored = asked.item, tuple(given.get(asked.item.id, ()))
    if form.secret or item.secret:
        return _draw(item, asked.options, stored, reveal=False, taps=taps)
    made = PRACTICE_TRIES * bool(stored) if tries is None else tries.get(item.id, 0)
    over = is_over(item, stored, made)
    shown = _draw(item, asked.options, stored, reveal=over, taps=NO_TAPS if over else taps)
    correct = _is_right(item, stored) if over else (False if made else None)
    left = 0 if over else PRACTICE_TRIES - made
    return replace(shown, correct=correct, tries_left=left, hint=_hint(item))


@dataclass(frozen=True)
class LessonTry:
    """What the address of a lesson's screen says of the practice question on it.

    `taps`: what is done so far, sent unless `taps.last` says it was only tapped; `failed`: it was
    wrong before; `reveal`: what is right is asked for.
    """

    sent: Tokens = ()
    taps: Taps = NO_TAPS
    failed: bool = False
    reveal: bool = False


def ask_in_lesson(
    version: ProgrammeVersion, item_id: str | None, tried: LessonTry
) -> Question | None:
    """The practice question of a lesson screen: tried until it is right, or until it is revealed."""
    if item_id is None:
        return None
    item = version.item(item_id)
    order, sent = KINDS[item.kind].parts(item), fitting(item, tried.sent)
    trouble = "" if tried.reveal or not sent else VIEWS[item.kind].trouble(item, sent)
    judged = is_finished(item, sent) and not trouble
    right = judged and _is_right(item, sent)
    shown = _draw(item, order, sent, reveal=tried.reveal or right, taps=tried.taps)
    correct = right if judged else (False if tried.failed else None)
    return replace(shown, correct=correct, trouble=trouble, hint=_hint(item))


def wrong_ones(form: Form, given: Mapping[str, Sequence[str]]) -> list[Question]:
    """The practice questions that were not answered right, explained; none of a secret form."""
    asked = [ask(form, number, given) for number in range(1, len(form.items) + 1)]
    return [one for one in asked if one.correct is False]


def pictures_of(version: ProgrammeVersion) -> Callable[[str], str]:
    """Name of a picture of the version → its address."""
    return lambda name: url_for("courses.picture", sha256=version.medium(name).sha256)


def _draw(
    item: Item, order: Sequence[str], stored: Tokens, *, reveal: bool, taps: Taps
) -> Question:
    view = VIEWS[item.kind]
    given = stored if taps.tokens is None else fitting(item, taps.tokens)
    trouble = view.trouble(item, given) if given else ""
    return Question(
        item=item.id,
        kind=item.kind,
        prompt=item.prompt,
        illustration=item.illustration,
        given=given,
        view=view.view(item, order, given, reveal),
        explained=reveal,
        explanation=item.explanation if reveal else "",
        right_words=view.right_words(item) if reveal else (),
        trouble=trouble if taps.tokens and not taps.last else "",
        last=taps.last,
        whole=bool(given) and not trouble,
    )


def _is_right(item: Item, response: Tokens) -> bool:
    return bool(KINDS[item.kind].points(item, response))


def _hint(item: Item) -> str:
    return item.hints[0] if item.hints else ""
