"""Frameworks of digital competence as versioned data, and which of it a programme's skills cover.

A skill names competences as `framework:competence` ("tt-02-2025:1.2"). The files of this folder are
data like the library: a new edition of a framework is a new file with a code of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from courses.frameworks.schemas import FrameworkFileIn
from courses.reader import checked
from courses.reading import read_text, read_yaml
from courses.rules import ProgrammeVersion


@dataclass(frozen=True, slots=True)
class Competence:
    """One competence: `code` is the framework's own."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Area:
    """A domain of competences."""

    code: str
    title: str
    competences: tuple[Competence, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One edition of a framework. `status` says how far we have compared it with its text."""

    code: str
    version: str
    title: str
    issued_by: str
    basis: str
    status: str
    reviewed_on: date
    levels: tuple[Competence, ...]
    areas: tuple[Area, ...]

    @property
    def competences(self) -> Iterator[Competence]:
        return (one for area in self.areas for one in area.competences)


@cache
def catalogues() -> dict[str, Catalogue]:
    """Code → framework, in the order of the codes."""
    folder = files("courses") / "frameworks"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    read = (_read(name, (folder / name).read_bytes()) for name in names)
    return {one.code: one for one in read}


def _read(name: str, content: bytes) -> Catalogue:
    document = read_yaml(name, read_text(name, content))
    data = checked(document, FrameworkFileIn(), document.data)
    areas = tuple(
        Area(area["code"], area["title"], _named(area["competences"])) for area in data["areas"]
    )
    return Catalogue(**data | {"levels": _named(data["levels"]), "areas": areas})


def _named(rows: list[dict[str, str]]) -> tuple[Competence, ...]:
    return tuple(Competence(row["code"], row["title"]) for row in rows)


def is_known(reference: str) -> bool:
    """Whether `framework:competence` names a competence that is here."""
    framework, _mark, competence = reference.partition(":")
    held = catalogues().get(framework)
    return held is not None and any(one.code == competence for one in held.competences)


def known_edition(code: str, version: str) -> bool:
    """Whether this edition of a framework is here."""
    held = catalogues().get(code)
    return held is not None and held.version == version


def coverage(version: ProgrammeVersion, framework: str) -> dict[str, tuple[str, ...]]:
    """Competence → titles of the programme's skills that are meant for it; only those that are met."""
    found: dict[str, list[str]] = {}
    for skill in version.programme.skills:
        for reference in skill.framework:
            code, _mark, competence = reference.partition(":")
            if code == framework:
                found.setdefault(competence, []).append(skill.title)
    return {competence: tuple(titles) for competence, titles in found.items()}
