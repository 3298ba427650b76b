"""Questions into a draft from other people's files, and out of it for other systems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from courses import drafts, exchange, rules
from courses.draft_files import HEAD, skills_of
from courses.draft_state import Remark, check, remarks, state
from courses.exchange import Imported, Loss
from courses.new_files import slug
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import clean

BANKS = ("practice", "certifying", "measuring")
FORMATS = {"gift": ("text/plain; charset=utf-8", "gift"), "moodle": ("application/xml", "xml")}
"""What questions are given out as: content type and ending of the file."""
LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would bring: its questions, what stays behind, the files that would be written."""

    imported: Imported
    files: Mapping[str, bytes]
    problems: tuple[Remark, ...]
    """What would have to be mended in these files afterwards."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the author says of all questions of a file."""

    skill: str
    level: str
    bank: str
    difficulty: int
    source: str
    name: str

    def common(self) -> dict[str, Any]:
        """The common fields of an items file."""
        return {
            "skill": self.skill, "level": self.level, "difficulty": self.difficulty,
            "source": self.source, "reviewed_on": clock.today(),
            "certifying": self.bank == "certifying", "measuring": self.bank == "measuring",
        }  # fmt: skip


def wish(typed: Mapping[str, str], file: str) -> Wish:
    """Read the form of an import; Invalid names the field. An empty name or source is that of the file."""
    level, bank, difficulty = (typed.get(key, "") for key in ("level", "bank", "difficulty"))
    for key, value, allowed in (
        ("level", level, rules.LEVELS), ("bank", bank, BANKS), ("difficulty", difficulty, ("1", "2", "3")),
    ):  # fmt: skip
        if value not in allowed:
            raise Invalid(
                _("Hãy chọn lại trong danh sách."), fields={key: [_("Hãy chọn một dòng.")]}
            )
    return Wish(
        skill=typed.get("skill", ""),
        level=level,
        bank=bank,
        difficulty=int(difficulty),
        source=clean(typed.get("source", ""))[:LONGEST_SOURCE]
        or _("nhập từ tệp %(file)s", file=file),
        name=slug(typed.get("name", "")) or slug(file.rsplit(".", 1)[0]) or "cau-hoi",
    )


def previewed(
    session: Session, who: Actor, draft_id: UUID, file: str, content: bytes, told: Wish
) -> Preview:
    """What the file would bring; the draft is not touched.

    ContentError when the file cannot be read, Invalid when no question in it can be carried and nothing
    is lost either, Conflict when the draft has a file of this name.
    """
    held = drafts.files_of(session, who, draft_id)
    if told.skill not in dict(skills_of(held.get(HEAD, b""))):
        message = _("Hãy chọn kỹ năng có trong programme.yaml.")
        raise Invalid(message, fields={"skill": [message]})
    imported = exchange.read(file, content)
    if not imported.items:
        return Preview(imported, {}, ())
    files = exchange.yaml_files(imported.items, told.common(), told.name)
    files |= {f"media/{name}": body for name, body in imported.media.items()}
    _refuse_taken(held, files)
    told_problems = remarks(check({**held, **files}).problems, files)
    return Preview(imported, files, tuple(r for r in told_problems if r.file in files))


def keep(session: Session, who: Actor, draft_id: UUID, files: Mapping[str, bytes]) -> str:
    """Write a preview's files into the draft, all or none; gives the first path. Safe to repeat."""
    drafts.draft(session, who, draft_id)
    if not files:
        raise Invalid(_("Không có câu nào để ghi. Hãy chọn lại tệp."))
    for path, body in files.items():
        if not path.startswith(("items/", "media/")):
            raise Invalid(_("Chỉ ghi được tệp câu hỏi và hình. Hãy chọn lại tệp."))
        drafts.write_file(session, who, draft_id, path, body, None)
    return next(iter(files))


def given_out(
    session: Session, who: Actor, draft_id: UUID, form: str, bank: str
) -> tuple[bytes, Sequence[Loss], int]:
    """The draft's questions as GIFT or Moodle XML, what could not be carried, and how many were asked.

    An empty `bank` means all three. Invalid while the draft cannot be read.
    """
    found = state(session, who, draft_id)
    if found.version is None:
        raise Invalid(_("Bản nháp còn lỗi nên chưa tải câu hỏi được. Hãy sửa các lỗi trước."))
    items = [item for item in found.version.items if bank in ("", item.bank)]
    if form == "moodle":
        media = {m.name: found.content[f"media/{m.name}"] for m in found.version.media}
        return (*exchange.write_moodle(items, media), len(items))
    return (*exchange.write_gift(items), len(items))


def _refuse_taken(held: Mapping[str, bytes], files: Mapping[str, bytes]) -> None:
    for path, body in files.items():
        if path in held and held[path] != body:
            message = _("Bản nháp đã có tệp %(path)s. Hãy đặt tên khác.", path=path)
            raise Conflict(message, fields={"name": [message]})
