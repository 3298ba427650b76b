"""Questions on their way in: named, checked by the loader itself, and kept or told as lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.activities import KINDS
from courses.canonical import digest, dumps
from courses.drawings import drawing_problems
from courses.exchange.losses import Imported, Loss, NotCarried, quoted, refused
from courses.exchange.plain_text import Picture, plain_text
from courses.exchange.yaml_text import to_yaml
from courses.faults import words
from courses.item_reading import read_items
from courses.reader import Reader
from lms.core.i18n import _
from lms.core.text import fold

LONGEST_ID = 60
LONGEST_EXPLANATION = 600
LONGEST_HINT = 200
MOST_HINTS = 3
MOST_QUESTIONS = 1000
"""Questions of one file: each is read by the loader, a few milliseconds long."""
_FILE = "items.yaml"
_STAND_IN = {
    "skill": "chung", "level": "basic", "source": "-", "reviewed_on": "2026-01-01", "difficulty": 1,
}  # fmt: skip


def slug(text: str) -> str:
    """A code: "Mã OTP là gì?" becomes "ma-otp-la-gi"."""
    bare = re.sub(r"[^a-z0-9]+", "-", fold(text))
    return bare.strip("-")[:LONGEST_ID].strip("-")


@dataclass(slots=True)
class Draft:
    """A question as its file tells it. `names` are what an id may be made from, the best first."""

    where: str
    kind: str = "single"
    prompt: str = ""
    names: list[str] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    explanation: str = ""
    difficulty: int | None = None
    pictures: list[Picture] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def lose(self, message: str) -> None:
        """Tell, once, of a part that is not carried."""
        if message not in self.lost:
            self.lost.append(message)

    def plain(self, text: str, form: str = "plain", *, pictured: bool = False) -> str:
        """The text without markup; what goes is told. Pictures count only where `pictured`."""
        found = plain_text(text, form)
        for sentence in found.gone:
            self.lose(sentence)
        if pictured:
            self.pictures += found.pictures
        else:
            for picture in found.pictures:
                name = quoted(picture.words or picture.source)
                self.lose(_("Hình %(name)s không giữ: chỉ đề bài có hình.", name=name))
        return found.text

    def item(self) -> dict[str, Any]:
        """The entry of items/*.yaml, but for its id."""
        told: dict[str, Any] = {} if self.kind == "single" else {"kind": self.kind}
        if self.difficulty:
            told["difficulty"] = self.difficulty
        told |= {"prompt": self.prompt} | {k: v for k, v in self.parts.items() if v}
        if self.hints:
            told["hints"] = self.hints
        return told | {"explanation": self.explanation}


class Gathering:
    """Takes questions one by one; `imported` is the whole."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0
        self.items: list[dict[str, Any]] = []
        self.losses: list[Loss] = []
        self.places: list[str] = []
        self.media: dict[str, bytes] = {}
        self._ids: set[str] = set()

    def imported(self) -> Imported:
        """What has been gathered."""
        return Imported(tuple(self.items), tuple(self.losses), tuple(self.places), dict(self.media))

    def lose(self, where: str, message: str, *, whole: bool = False) -> None:
        """Tell of something that is not carried."""
        self.losses.append(Loss(where, message, whole))

    def take(self, where: str, read: Callable[[Draft], None]) -> None:
        """Let `read` fill a draft, and keep it when it is a question that loads."""
        self.count += 1
        if self.count > MOST_QUESTIONS:
            message = _("Tệp có hơn %(most)s câu. Hãy chia thành nhiều tệp.", most=MOST_QUESTIONS)
            raise refused(self.file, 0, message)
        draft = Draft(where)
        try:
            read(draft)
            _trim_hints(draft)
            item = self._named(draft)
            _check(item)
        except NotCarried as reason:
            self.lose(where, str(reason), whole=True)
            return
        self._illustrate(draft, item)
        self._ids.add(item["id"])
        self.items.append(item)
        self.places.append(where)
        _tell_explanation(draft)
        self.losses += [Loss(where, message) for message in draft.lost]

    def _named(self, draft: Draft) -> dict[str, Any]:
        """The item with an id: from its name, else from its content, so that it stays the same."""
        told = draft.item()
        first, *others = [name for name in draft.names if slug(name)] or [""]
        for other in others:
            if slug(other) != slug(first):
                draft.lose(
                    _("Tên %(name)s không giữ: câu đã có mã riêng trong tệp.", name=quoted(other))
                )
        wanted = slug(first) or f"cau-{digest(dumps(told))[:8]}"
        name, number = wanted, 1
        while name in self._ids:
            number += 1
            tail = f"-{number}"
            name = wanted[: LONGEST_ID - len(tail)].rstrip("-") + tail
        if name != wanted:
            draft.lose(_("Mã “%(id)s” đã có câu khác dùng, nên câu này mang mã “%(name)s”.",
                         id=wanted, name=name))  # fmt: skip
        return {"id": name} | told

    def _illustrate(self, draft: Draft, item: dict[str, Any]) -> None:
        """Carry the one drawing that our rules allow; tell of the others."""
        for picture in draft.pictures:
            message = _picture_fault(draft, picture, "illustration" in item)
            if message:
                draft.lose(message)
                continue
            name = self._store(item["id"], picture, draft.files)
            item["illustration"] = {"media": name, "alt": picture.words}
        shown = {_file_name(picture.source) for picture in draft.pictures}
        for name in draft.files:
            if name not in shown:
                draft.lose(_("Tệp %(name)s không giữ: đề bài không dùng tới.", name=quoted(name)))

    def _store(self, item_id: str, picture: Picture, files: dict[str, bytes]) -> str:
        source = _file_name(picture.source)
        name = f"{slug(source.rpartition('.')[0]) or item_id}.svg"
        if self.media.get(name, files[source]) != files[source]:
            name = f"{item_id}.svg"
        self.media[name] = files[source]
        return name


def _file_name(source: str) -> str:
    from urllib.parse import unquote

    return unquote(source.rpartition("/")[2])


def _picture_fault(draft: Draft, picture: Picture, has_one: bool) -> str:
    """Why this picture is not carried; empty when it is."""
    name = quoted(picture.words or _file_name(picture.source) or picture.source)
    content = draft.files.get(_file_name(picture.source))
    if content is None:
        return _("Hình %(name)s không giữ: tệp hình không nằm trong tệp câu hỏi.", name=name)
    if has_one:
        return _("Hình %(name)s không giữ: mỗi câu chỉ có một hình.", name=name)
    found = drawing_problems(content)
    if found:
        return _("Hình %(name)s không giữ: %(why)s", name=name, why=found[0])
    if not 0 < len(picture.words) <= 300:
        return _("Hình %(name)s không giữ: thiếu lời tả hình (alt) từ 1 đến 300 ký tự.", name=name)
    return ""


def _trim_hints(draft: Draft) -> None:
    kept: list[str] = []
    for hint in draft.hints:
        if len(hint) > LONGEST_HINT:
            draft.lose(_("Gợi ý %(hint)s không giữ: dài quá 200 ký tự.", hint=quoted(hint)))
        elif len(kept) == MOST_HINTS:
            draft.lose(_("Gợi ý %(hint)s không giữ: mỗi câu có nhiều nhất ba gợi ý.",
                         hint=quoted(hint)))  # fmt: skip
        elif hint:
            kept.append(hint)
    draft.hints = kept


def _tell_explanation(draft: Draft) -> None:
    if not draft.explanation:
        draft.lose(_("Cần bổ sung lời giải thích: trường explanation đang để trống."))
    elif len(draft.explanation) > LONGEST_EXPLANATION:
        draft.lose(_("Lời giải thích dài quá 600 ký tự: hãy rút gọn ở trường explanation."))


def _check(item: dict[str, Any]) -> None:
    """Let the loader read the item; NotCarried with its sentences when it would refuse it.

    The explanation is left out of it: one that is missing or too long is the author's to write.
    """
    if not item["prompt"]:
        raise NotCarried(_("Câu không có đề bài."))
    told = _problems(_STAND_IN | item | {"explanation": "-"})
    if told:
        raise NotCarried(_("Không hợp quy định câu hỏi ở đây: %(why)s", why=" ".join(told)))


def _problems(item: dict[str, Any]) -> Sequence[str]:
    reader = Reader({_FILE: to_yaml([item], {})})
    found = read_items(reader, _FILE)
    if reader.problems:
        return list(dict.fromkeys(problem.message for problem in reader.problems))
    return [words(fault) for one in found if one for fault in KINDS[one.kind].faults(one)]
