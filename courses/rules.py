"""What is taught, as frozen records: programmes, lessons, items, tasks, forms' plans, pass rules.

A `ProgrammeVersion` never changes.  Its name is the SHA-256 of its canonical JSON, so the same
content has the same hash and the same id on every machine, and an attempt can name for ever the
content that it was made on.  The service keeps the canonical JSON; folders are read by `courses.loader` only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar
from uuid import UUID, uuid5

from courses.activity_parts import NumberKey, Option, OrderStep, Pair, Simulation, Spot
from courses.canonical import CanonicalError, digest, dumps, from_plain, to_plain
from courses.form_plans import (
    ACCOMMODATIONS,
    FORM_KINDS,
    MEASURING_KINDS,
    MOST_MEASURING_TASKS,
    PROOFS,
    Blueprint,
    BlueprintRow,
    CertificateRule,
    PassRule,
    SkillBar,
)

__all__ = [
    "ACCOMMODATIONS", "COUNTED_PROGRAMMES", "DIFFICULTIES", "FORMAT", "FORM_KINDS", "GROUPS",
    "LEVELS", "MEASURING_KINDS", "MOST_MEASURING_TASKS", "NOT_MATCHED", "PROOFS",
    "TASK_VERDICTS", "VERSION_NAMESPACE", "Blueprint", "BlueprintRow", "CertificateRule",
    "Framework", "Illustration", "Item", "Lesson", "Level", "Media", "Module", "ObservedTask",
    "PassRule", "Programme", "ProgrammeVersion", "Screen", "Skill", "SkillBar", "TaskStep",
    "UnknownContent", "bank_of", "canonical", "freeze", "from_canonical", "implied_levels",
]  # fmt: skip

FORMAT = 1
VERSION_NAMESPACE = UUID("14e16197-83dc-4c03-bce3-60b597dda97b")

GROUPS = ("officials", "students", "workers", "residents", "elderly", "traders")
COUNTED_PROGRAMMES = (
    "can-bo", "hoc-sinh", "nguoi-lao-dong", "nguoi-dan", "nguoi-cao-tuoi", "tieu-thuong-4t",
    "ai-mot-cong-cu", "ai-hanh-chinh", "to-cong-nghe-so",
)  # fmt: skip
"""The programmes that plans name; variants and copies say as which of them they count."""
LEVELS = ("basic", "proficient")
DIFFICULTIES = (1, 2, 3)
TASK_VERDICTS = ("can_do", "needs_help", "not_yet")
NOT_MATCHED = "chưa đối chiếu Phụ lục II"

Record = TypeVar("Record")


class UnknownContent(LookupError):
    """This version holds no such lesson, item, form plan or pass rule."""


@dataclass(frozen=True, slots=True)
class Framework:
    """The framework the skills are meant for; `status` says how far we have compared it."""

    code: str
    version: str
    status: str = NOT_MATCHED


@dataclass(frozen=True, slots=True)
class Level:
    """`code` is one of LEVELS; `hours` is the class time planned."""

    code: str
    title: str
    hours: int


@dataclass(frozen=True, slots=True)
class Skill:
    """`framework` names the framework's own codes for it, when somebody has compared them."""

    code: str
    title: str
    framework: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """`group` is one of GROUPS; `address` is the form of address its texts use ("cô chú").

    `counts_as` is one of COUNTED_PROGRAMMES, or empty when the code itself is what plans name.
    """

    code: str
    title: str
    summary: str
    group: str
    address: str
    edition: str
    framework: Framework
    levels: tuple[Level, ...]
    skills: tuple[Skill, ...]
    counts_as: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file of the version; its bytes are kept beside it under `sha256`. `size` in bytes."""

    name: str
    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Illustration:
    """`media` is the name of a Media; `alt` says in words what is drawn."""

    media: str
    alt: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One idea. `body` is Markdown; `practice` is the id of an item to try here."""

    title: str
    body: str
    illustration: Illustration | None = None
    practice: str | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """`take_home` are the short lines ("mang về") that a learner keeps on paper.

    `guide` is a page of Markdown for the trainer: what to bring, how to go about it, where people get stuck.
    """

    code: str
    title: str
    minutes: int
    skills: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed_on: date
    screens: tuple[Screen, ...]
    take_home: tuple[str, ...]
    guide: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """`level` is the level that its lessons lead to."""

    code: str
    title: str
    summary: str
    lessons: tuple[Lesson, ...]
    level: str = "basic"


@dataclass(frozen=True, slots=True)
class Item:
    """A question, worth one point. `kind` is one of courses.activities.KINDS.

    It belongs to one bank: practice, `certifying` (the test) or `measuring` (entry and exit forms);
    the key of the last two never reaches a tablet. Which parts are filled depends on the kind.
    """

    id: str
    kind: str
    skill: str
    difficulty: int
    level: str
    prompt: str
    explanation: str
    source: str
    reviewed_on: date
    options: tuple[Option, ...] = ()
    hints: tuple[str, ...] = ()
    illustration: Illustration | None = None
    certifying: bool = False
    measuring: bool = False
    sequence: tuple[OrderStep, ...] = ()
    pairs: tuple[Pair, ...] = ()
    decoys: tuple[Option, ...] = ()
    spots: tuple[Spot, ...] = ()
    number: NumberKey | None = None
    simulation: Simulation | None = None

    @property
    def right_options(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.right)

    @property
    def bank(self) -> str:
        """practice, certifying or measuring: the forms that may ask it."""
        if self.certifying:
            return "certifying"
        return "measuring" if self.measuring else "practice"

    @property
    def secret(self) -> bool:
        """Whether its key stays with the service."""
        return self.certifying or self.measuring

    @property
    def hash(self) -> str:
        """SHA-256 of its canonical JSON: a changed question is another question."""
        return digest(dumps(to_plain(self)))


@dataclass(frozen=True, slots=True)
class TaskStep:
    """One line of the trainer's checklist. `must` steps have to be done without help."""

    id: str
    text: str
    must: bool = True


@dataclass(frozen=True, slots=True)
class ObservedTask:
    """A real piece of work that a trainer watches: làm được / cần giúp / chưa.

    `prompt` is said to the learner, `prepare` to the trainer before the class.
    """

    id: str
    title: str
    level: str
    skill: str
    prompt: str
    prepare: str
    steps: tuple[TaskStep, ...]
    source: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class ProgrammeVersion:
    """Everything one class needs, immutable. Made by `freeze`, read back by `from_canonical`."""

    programme: Programme
    modules: tuple[Module, ...]
    items: tuple[Item, ...]
    observed_tasks: tuple[ObservedTask, ...]
    blueprints: tuple[Blueprint, ...]
    pass_rules: tuple[PassRule, ...]
    media: tuple[Media, ...]
    format: int = field(default=0)
    content_hash: str = field(default="", metadata={"canonical": False})

    @property
    def id(self) -> UUID:
        """UUIDv5 of the content hash: the same content has the same id everywhere."""
        return uuid5(VERSION_NAMESPACE, self.content_hash)

    @property
    def code(self) -> str:
        return self.programme.code

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons in the order of the class."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    def modules_at(self, level: str) -> tuple[Module, ...]:
        """The modules that lead to a level, in the order of the class."""
        return tuple(module for module in self.modules if module.level == level)

    def lessons_at(self, level: str) -> tuple[Lesson, ...]:
        """The lessons that a class of this level learns, in order."""
        return tuple(lesson for module in self.modules_at(level) for lesson in module.lessons)

    def lesson(self, code: str) -> Lesson:
        return _only((x for x in self.lessons if x.code == code), f"lesson {code}")

    def item(self, item_id: str) -> Item:
        return _only((x for x in self.items if x.id == item_id), f"item {item_id}")

    def task(self, task_id: str) -> ObservedTask:
        return _only((x for x in self.observed_tasks if x.id == task_id), f"task {task_id}")

    def skill(self, code: str) -> Skill:
        return _only((x for x in self.programme.skills if x.code == code), f"skill {code}")

    def medium(self, name: str) -> Media:
        return _only((x for x in self.media if x.name == name), f"media {name}")

    def blueprint(self, kind: str, level: str = "basic", module: str = "") -> Blueprint:
        named = (kind, level, module)
        found = (x for x in self.blueprints if (x.kind, x.level, x.module) == named)
        return _only(found, f"{kind} form for {level} {module}")

    def pass_rule(self, level: str = "basic") -> PassRule:
        return _only((x for x in self.pass_rules if x.level == level), f"pass rule for {level}")

    def tasks(self, level: str = "basic") -> tuple[ObservedTask, ...]:
        """The observed tasks of a level, in the order of their ids."""
        return tuple(task for task in self.observed_tasks if task.level == level)

    def pool(self, kind: str, level: str, row: BlueprintRow) -> tuple[Item, ...]:
        """The items that a row of a form of this kind may draw from, in the order of their ids."""
        bank, skill = bank_of(kind), row.skill
        found = (
            item
            for item in self.items
            if item.skill == skill and item.bank == bank and item.level == level
        )
        return tuple(x for x in found if not row.difficulty or x.difficulty in row.difficulty)


def bank_of(kind: str) -> str:
    """The bank that a form of this kind draws from."""
    return "measuring" if kind in MEASURING_KINDS else kind


def _only(found: Iterable[Record], what: str) -> Record:
    for record in found:
        return record
    raise UnknownContent(what)


def freeze(
    *,
    programme: Programme,
    modules: Sequence[Module],
    items: Iterable[Item],
    observed_tasks: Iterable[ObservedTask],
    blueprints: Iterable[Blueprint],
    pass_rules: Iterable[PassRule],
    media: Iterable[Media],
) -> ProgrammeVersion:
    """Put the parts in their canonical order and name the whole by its hash.

    Programme, modules and lessons keep the author's order, which learners see; the rest is sorted,
    so that the order of files never matters.
    """
    version = ProgrammeVersion(
        programme=programme,
        modules=tuple(modules),
        items=tuple(sorted(items, key=lambda item: item.id)),
        observed_tasks=tuple(sorted(observed_tasks, key=lambda task: task.id)),
        blueprints=tuple(sorted(blueprints, key=lambda plan: plan.code)),
        pass_rules=tuple(sorted(pass_rules, key=lambda rule: rule.level)),
        media=tuple(sorted(media, key=lambda medium: medium.name)),
        format=FORMAT,
    )
    return replace(version, content_hash=digest(canonical(version)))


def canonical(version: ProgrammeVersion) -> str:
    """The version as canonical JSON, without its hash; `digest` of it is `content_hash`."""
    return dumps(to_plain(version))


def from_canonical(text: str) -> ProgrammeVersion:
    """Read a version back from its canonical JSON.

    Raises CanonicalError when the text is damaged or of a newer format than this service knows.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise CanonicalError("no JSON") from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise CanonicalError(f"format {FORMAT} is expected")
    return replace(from_plain(ProgrammeVersion, plain), content_hash=digest(text))


def implied_levels(level: str) -> tuple[str, ...]:
    """The levels that somebody has who attained `level`: proficient implies basic."""
    return LEVELS[: LEVELS.index(level) + 1]
