"""When a certificate may be issued, what its number and code look like, and what strangers may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from courses.rules import LEVELS, PassRule

LADDER = ("self_declared", "test_passed", "test_supervised", "task_observed")
"""Proofs from the weakest to the strongest."""
VALID, REPLACED, REVOKED, DUPLICATE = "valid", "replaced", "revoked", "duplicate"
SAME_PERSON = "trùng người"
"""Why a certificate is a duplicate: two records turned out to be one person."""

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters that people read aloud and type: 32 of them, five bits each."""
SECRET_LENGTH = 26
"""130 random bits."""
REASON_LENGTHS = (5, 300)
_CODE = re.compile(rf"([A-Z0-9]{{3,6}})\.([{ALPHABET}]{{{SECRET_LENGTH}}})")
LONGEST_INPUT = 300


@dataclass(frozen=True, slots=True)
class Held:
    """A proof a person holds that counts today, under any of the person's records."""

    id: str
    level: str
    proof: str
    occurred_on: date


@dataclass(frozen=True, slots=True)
class Lack:
    """What is still missing. `code`: proof (then `name` is the proof asked for) or task (its id)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a certificate may be issued, on what, and since when; or what is missing."""

    attainment: str | None
    proof: str
    completed_on: date | None
    lacks: tuple[Lack, ...]

    @property
    def eligible(self) -> bool:
        return not self.lacks


def weigh(held: Iterable[Held], done: Mapping[str, date], rule: PassRule) -> Verdict:
    """Whether what a person holds is enough for the certificate of `rule.level`.

    `done` maps each observed task to the day on which it was first "làm được". A stronger proof stands
    for a weaker one and a proficient proof for a basic one; an observed proof includes its tasks.
    """
    counts = [one for one in held if LEVELS.index(one.level) >= LEVELS.index(rule.level)]
    best = _best(counts, rule.certificate.proof)
    lacks = [] if best else [Lack("proof", rule.certificate.proof)]
    tasks = rule.required_tasks if rule.certificate.tasks else ()
    if not any(one.proof == "task_observed" for one in counts):
        lacks += [Lack("task", task) for task in tasks if task not in done]
    if lacks or best is None:
        return Verdict(None, "", None, tuple(lacks))
    if best.proof == "task_observed" or not tasks:
        return Verdict(best.id, best.proof, best.occurred_on, ())
    # The test under one record and the tasks under another, which a merge brought together.
    last = max(best.occurred_on, *(done[task] for task in tasks))
    return Verdict(best.id, "task_observed", last, ())


def _best(counts: Sequence[Held], asked: str) -> Held | None:
    """The strongest proof that is at least the one asked for; the earliest of equals."""
    enough = [one for one in counts if LADDER.index(one.proof) >= LADDER.index(asked)]
    return min(
        enough, key=lambda one: (-LADDER.index(one.proof), one.occurred_on, one.id), default=None
    )


def number_text(sequence: int, year: int, short_code: str) -> str:
    """'000123/2026/TBT'."""
    return f"{sequence:06d}/{year}/{short_code}"


def token_text(short_code: str, secret: str) -> str:
    """The public name of a certificate; ValueError when the secret is no 130 bits of the alphabet."""
    token = f"{short_code}.{secret}"
    if not _CODE.fullmatch(token):
        raise ValueError("a token is the commune's code, a point and 26 letters")
    return token


@dataclass(frozen=True, slots=True)
class Code:
    """A code that has the right form; whether it names a certificate is another question."""

    short_code: str
    token: str


def read_code(typed: str) -> Code | None:
    """What somebody typed, pasted or scanned: small letters, blanks and the whole address are fine."""
    if len(typed) > LONGEST_INPUT:
        return None
    bare = re.sub(r"[\s\-]", "", typed.rsplit("/", 1)[-1]).upper()
    match = _CODE.fullmatch(bare)
    return Code(match[1], bare) if match else None


def spaced(token: str) -> str:
    """'TBT.ABCD EFGH …': in groups of four, as it is printed for those who type it."""
    code, _point, secret = token.partition(".")
    groups = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return f"{code}.{groups}"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a certificate says, as data: frozen at issue beside what is drawn."""

    number: str
    name: str
    birth_date: str | None
    birth_year: int | None
    commune: str
    """'xã Tân Bình Thượng'."""
    place: str
    """'Tân Bình Thượng'."""
    province: str
    programme_code: str
    programme: str
    level: str
    level_title: str
    hours: int
    proof: str
    completed_on: str
    """ISO day of the last evidence."""
    where: str
    issued_on: str
    replaces: str | None = None
    """Number of the certificate this one replaces."""
    sample: bool = False
    skills: tuple[str, ...] = ()
    """Titles of the skills that are taught up to this level, in the programme's order."""
    tasks: tuple[str, ...] = ()
    """Titles of the observed tasks that the certificate asks for."""
    frameworks: tuple[str, ...] = ()
    """Competences those skills name, without doubles: 'digcomp-2-2:1.2'."""

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Claims:
        """Read back from JSON, whose lists become tuples; what an older release left out is empty."""
        known: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()
        }
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Shown:
    """What anyone who holds the code may see: enough to compare with the paper, no more."""

    status: str
    status_on: date | None
    reason: str
    number: str
    masked_name: str
    commune: str
    province: str
    programme: str
    level: str
    level_title: str
    hours: int
    proof: str
    completed_on: date
    where: str
    issued_on: date
    replaces: str | None
    replaced_by: str | None
    sample: bool
    skills: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    """Tasks that were done before an observer; none where the proof is a test alone."""
    title: str = ""
    """What the paper is called on itself; empty for the product's own words."""
    issuer: str = ""
    """Who issues as the paper names it; empty for the people's committee of the commune."""


def shown(
    claims: Claims, masked_name: str, status: str, status_on: date | None, reason: str,
    replaced_by: str | None, design: Mapping[str, str],
) -> Shown:  # fmt: skip
    """The public part of a certificate. No birth, no full name, no unit, no other record.

    `design` is the commune's own wording as it was printed: whoever compares paper and page line by
    line must find the same words on both.
    """
    return Shown(
        status=status, status_on=status_on, reason=reason, number=claims.number,
        masked_name=masked_name, commune=claims.commune, province=claims.province,
        programme=claims.programme, level=claims.level, level_title=claims.level_title, hours=claims.hours,
        proof=claims.proof, completed_on=date.fromisoformat(claims.completed_on),
        where=claims.where, issued_on=date.fromisoformat(claims.issued_on),
        replaces=claims.replaces, replaced_by=replaced_by, sample=claims.sample,
        skills=claims.skills, tasks=claims.tasks if claims.proof == LADDER[-1] else (),
        title=design.get("title", ""), issuer=design.get("issuer", ""),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate of a person who may have several records; `order` is that of issue."""

    id: str
    person: str
    programme: str
    level: str
    status: str
    order: tuple[int, int]


def settled(standing: Iterable[Standing], survivors: Mapping[str, str]) -> dict[str, str]:
    """Certificates whose status changes by merges and undone merges: id → valid or duplicate.

    Of several that count for one person, programme and level the first stays, the later ones become
    duplicates. A duplicate counts again when its merge is undone, and for no other reason: of several
    whose first turns out to be somebody else's, the first of the rest does.
    """
    groups: dict[tuple[str, str, str], list[Standing]] = {}
    for one in sorted(standing, key=lambda one: one.order):
        key = (survivors.get(one.person, one.person), one.programme, one.level)
        groups.setdefault(key, []).append(one)
    changed: dict[str, str] = {}
    for group in groups.values():
        valid = [one for one in group if one.status == VALID]
        changed |= {one.id: DUPLICATE for one in valid[1:]}
        doubled = [one for one in group if one.status == DUPLICATE]
        if doubled and not valid and not _withdrawn_elsewhere(group):
            changed[doubled[0].id] = VALID
    return changed


def _withdrawn_elsewhere(group: Iterable[Standing]) -> bool:
    """Whether of several records one ended with a revocation, which a mark that is lifted would undo."""
    last = {one.person: one.status for one in group}
    return len(last) > 1 and REVOKED in last.values()
