"""What is gathered while the files of a programme are read: problems, and the places of things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marshmallow import ValidationError

from courses import schemas
from courses.problems import ContentError, Problem
from courses.reading import Document, Path, read_text
from lms.core.i18n import _

Made = TypeVar("Made")


@dataclass(slots=True)
class Reader:
    """Collects the problems and the places of things while the files are read."""

    files: Mapping[str, bytes]
    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def tried(self, make: Callable[..., Made], *args: Any) -> Made | None:
        """Run one step; its refusal is noted and the reading goes on."""
        try:
            return make(*args)
        except ContentError as error:
            self.problems.extend(error.problems)
            return None

    def text(self, file: str, named_in: str) -> str:
        if file not in self.files:
            raise ContentError([Problem(named_in, 0, _("Thiếu tệp %(file)s.", file=file))])
        self.read.add(file)
        return read_text(file, self.files[file])

    def note(self, what: str, key: str, document: Document, *path: str | int) -> None:
        line = document.lines.get(path, 1)
        if (what, key) in self.places:
            other = self.places[what, key]
            message = _(
                "Mã “%(key)s” đã dùng ở %(file)s:%(line)s.", key=key, file=other[0], line=other[1]
            )
            self.problems.append(Problem(document.file, line, message))
        self.places[what, key] = (document.file, line)


def checked(document: Document, schema: schemas.Shape, data: Any, *at: str | int) -> dict[str, Any]:
    """The data in its schema's types; ContentError with file and line for what does not fit."""
    try:
        return dict(schema.load(data))
    except ValidationError as error:
        told = schemas.messages(error)
        problems = [document.problem((*at, *path), _named(path, text)) for path, text in told]
        raise ContentError(problems) from error


def _named(path: Path, sentence: str) -> str:
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return f"{name}: {sentence}" if name else sentence
