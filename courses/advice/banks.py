"""Whether lessons, banks and forms cover the skills, in sensible shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from courses.advice.finding import Advice
from courses.rules import MEASURING_KINDS, Blueprint, ProgrammeVersion, bank_of
from lms.core.i18n import _

ALTERNATIVES = 3
PARALLEL_FORMS = 2
MEASURING_COUNT = range(8, 13)
FAR_APART = Fraction(1, 5)
"""A skill's share of the test and its share of the lessons' minutes differ by more than this."""

BANK_NAMES = {
    "practice": _("luyện"), "certifying": _("thi"), "measuring": _("đo đầu vào, đầu ra"),
}  # fmt: skip


def bank_advice(version: ProgrammeVersion) -> Iterator[Advice]:
    """All advice about skills without lessons or questions, small banks and weights."""
    yield from _skills(version)
    for plan in version.blueprints:
        yield from _plan(version, plan)
    for level in version.programme.levels:
        yield from _weights(version, level.code)


def _skills(version: ProgrammeVersion) -> Iterator[Advice]:
    taught = {skill for lesson in version.lessons for skill in lesson.skills}
    used = {bank_of(plan.kind) for plan in version.blueprints} | {"practice"}
    held = {(item.bank, item.skill) for item in version.items}
    asked = {(bank_of(plan.kind), row.skill) for plan in version.blueprints for row in plan.rows}
    for skill in version.programme.skills:
        place = f"skill:{skill.code}"
        if skill.code not in taught:
            yield Advice(place, _("Chưa có bài học nào dạy kỹ năng này."))
        for bank in (name for name in BANK_NAMES if name in used):
            if (bank, skill.code) not in held:
                message = _("Chưa có câu %(bank)s nào về kỹ năng này.", bank=BANK_NAMES[bank])
                yield Advice(place, message)
            elif bank != "practice" and (bank, skill.code) not in asked:
                message = _("Không đề %(bank)s nào hỏi kỹ năng này.", bank=BANK_NAMES[bank])
                yield Advice(place, message)


def _plan(version: ProgrammeVersion, plan: Blueprint) -> Iterator[Advice]:
    if plan.kind in MEASURING_KINDS and plan.count not in MEASURING_COUNT:
        message = _("Đề đo nên có từ 8 đến 12 câu, đề này có %(count)s câu.", count=plan.count)
        yield Advice(f"form:{plan.kind}/{plan.level}", message)
    if plan.kind not in ("certifying", "entry"):
        return
    for row in plan.rows:
        held = len(version.pool(plan.kind, plan.level, row))
        if plan.kind == "certifying" and held < max(ALTERNATIVES, PARALLEL_FORMS * row.count):
            yield Advice(f"skill:{row.skill}", _("Chưa đủ câu thi để có hai đề khác nhau."))
        if plan.kind == "entry" and held < PARALLEL_FORMS * row.count:
            message = _("Chưa đủ câu đo để đầu vào và đầu ra hỏi câu khác nhau.")
            yield Advice(f"skill:{row.skill}", message)


def _weights(version: ProgrammeVersion, level: str) -> Iterator[Advice]:
    asked, taught = test_shares(version, level), lesson_shares(version, level)
    for skill in sorted(set(asked) & set(taught)):
        if abs(asked[skill] - taught[skill]) > FAR_APART:
            message = _(
                "Kỹ năng này chiếm %(asked)s%% đề thi mà chỉ %(taught)s%% thời gian học."
                if asked[skill] > taught[skill]
                else "Kỹ năng này chiếm %(taught)s%% thời gian học mà chỉ %(asked)s%% đề thi.",
                asked=round(asked[skill] * 100), taught=round(taught[skill] * 100),
            )  # fmt: skip
            yield Advice(f"skill:{skill}", message)


def test_shares(version: ProgrammeVersion, level: str) -> Mapping[str, Fraction]:
    """Skill → its share of the questions of the level's certifying form, from 0 to 1."""
    plans = (p for p in version.blueprints if (p.kind, p.level) == ("certifying", level))
    return _shares([(row.skill, Fraction(row.count)) for plan in plans for row in plan.rows])


def lesson_shares(version: ProgrammeVersion, level: str) -> Mapping[str, Fraction]:
    """Skill → its share of the level's lessons' minutes; a lesson of two skills counts half for each."""
    return _shares(
        [
            (skill, Fraction(lesson.minutes, len(lesson.skills)))
            for lesson in version.lessons_at(level)
            for skill in lesson.skills
        ]
    )


def _shares(parts: list[tuple[str, Fraction]]) -> dict[str, Fraction]:
    whole = sum((amount for _skill, amount in parts), Fraction(0))
    return {
        skill: sum((amount for one, amount in parts if one == skill), Fraction(0)) / whole
        for skill, _amount in parts
    }
