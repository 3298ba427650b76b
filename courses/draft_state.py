"""How a draft stands: its files in groups, what is wrong and where, and whether it can be published."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from courses import drafts, queries
from courses.actions import per_cent
from courses.advice import Checked, check_files
from courses.chance import MOST_GUESSERS
from courses.draft_files import HEAD, head_of
from courses.models import CourseDraft
from courses.problems import Problem
from courses.question_words import BANK_NAMES
from courses.rules import ProgrammeVersion
from lms.core.guard import Actor
from lms.core.i18n import _, lazy

LONGEST_QUOTE = 160
GROUPS = (
    ("head", lazy("Chương trình và học phần"), re.compile(r"programme\.yaml|modules/[^/]+/module\.yaml")),
    ("lesson", lazy("Bài học"), re.compile(r"modules/.+\.md")),
    ("items", lazy("Câu hỏi"), re.compile(r"items/.+")),
    ("task", lazy("Bài thực hành"), re.compile(r"tasks/.+")),
    ("media", lazy("Hình"), re.compile(r"media/.+")),
)  # fmt: skip
_TITLE = re.compile(r"^title: *(.+)$", re.M)
_QUESTION = re.compile(r"^ *(?:- +)?prompt:", re.M)
_BANK = re.compile(r"^(certifying|measuring): *true", re.M)


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem or advice for the eye; `quote` is the text of that line, '' when there is none."""

    file: str
    line: int
    message: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file in the list: its path, what it is in words, how many problems it has."""

    path: str
    title: str
    faults: int


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one sort, under a heading."""

    code: str
    title: str
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A draft with everything that its page shows."""

    draft: CourseDraft
    content: Mapping[str, bytes]
    checked: Checked
    problems: tuple[Remark, ...]
    """What keeps it from being published."""
    advice: tuple[Remark, ...]
    groups: tuple[Group, ...]
    guesses: tuple[tuple[str, str, bool], ...]
    """For each certifying form: the level's title, the chance of guessing, whether it is too high."""
    published: ProgrammeVersion | None
    """The newest version of this code that the commune published."""

    @property
    def version(self) -> ProgrammeVersion | None:
        return self.checked.version

    @property
    def is_published(self) -> bool:
        """Nothing has changed since it was published."""
        return bool(self.version and self.published and self.version.id == self.published.id)


def state(session: Session, who: Actor, draft_id: UUID) -> State:
    """The draft as it stands now; NotFound for another commune's."""
    row = drafts.draft(session, who, draft_id)
    content = drafts.files_of(session, who, draft_id)
    checked = check(content)
    problems = (*checked.problems, *_obstacles(session, row, content))
    return State(
        draft=row,
        content=content,
        checked=checked,
        problems=remarks(problems, content),
        advice=remarks(checked.advice, content),
        groups=_groups(content, Counter(problem.file for problem in problems)),
        guesses=_guesses(checked),
        published=_published(session, who, row.code),
    )


def check(content: Mapping[str, bytes]) -> Checked:
    """Read the files as publishing would; the same files are read once."""
    return _check(frozenset(content.items()))


@lru_cache(maxsize=4)
def _check(content: frozenset[tuple[str, bytes]]) -> Checked:
    return check_files(dict(sorted(content)))


def remarks(problems: tuple[Problem, ...], content: Mapping[str, bytes]) -> tuple[Remark, ...]:
    """The problems with the text of their lines."""
    return tuple(Remark(p.file, p.line, p.message, _quote(p, content)) for p in sorted(problems))


def _quote(problem: Problem, content: Mapping[str, bytes]) -> str:
    lines = content.get(problem.file, b"").decode("utf-8", "replace").split("\n")
    text = lines[problem.line - 1].strip() if 0 < problem.line <= len(lines) else ""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def _obstacles(
    session: Session, row: CourseDraft, content: Mapping[str, bytes]
) -> Iterator[Problem]:
    """What reads well and still cannot be published."""
    code = head_of(content.get(HEAD, b"")).code
    line = _line_of(content.get(HEAD, b""), "code:")
    if queries.is_shipped(session, code):
        yield Problem(HEAD, line, _("Mã này là của chương trình có sẵn. Hãy đặt mã riêng cho xã."))
    elif code and code != row.code:
        yield Problem(HEAD, line, _("Xã đã có bản nháp khác mang mã này. Hãy đặt mã khác."))


def _line_of(body: bytes, start: str) -> int:
    lines = body.decode("utf-8", "replace").split("\n")
    return next((number for number, text in enumerate(lines, 1) if text.startswith(start)), 0)


def _guesses(checked: Checked) -> tuple[tuple[str, str, bool], ...]:
    if checked.version is None or checked.figures is None:
        return ()
    titles = {level.code: level.title for level in checked.version.programme.levels}
    return tuple(
        (titles.get(level, level), per_cent(chance), chance > MOST_GUESSERS)
        for level, chance in checked.figures.chances.items()
    )


def _published(session: Session, who: Actor, code: str) -> ProgrammeVersion | None:
    own = queries.own_versions(session, who.commune)
    rows = [r for r in queries.newest(session, who.commune) if r.code == code and r.id in own]
    return queries.version(session, rows[0].id) if rows else None


def _groups(content: Mapping[str, bytes], faults: Mapping[str, int]) -> tuple[Group, ...]:
    return tuple(
        Group(
            code,
            str(title),
            tuple(
                FileLine(path, title_of(path, content[path]), faults.get(path, 0))
                for path in sorted(content, key=lambda path: (path != HEAD, path))
                if pattern.fullmatch(path)
            ),
        )
        for code, title, pattern in GROUPS
    )


def title_of(path: str, body: bytes) -> str:
    """What a file is, in words: the title it begins with, or the questions it holds."""
    text = body.decode("utf-8", "replace")
    if path.startswith("items/"):
        found = _BANK.search(text)
        return _(
            "%(name)s: %(bank)s, %(count)s câu",
            name=path.removeprefix("items/").removesuffix(".yaml"),
            bank=str(BANK_NAMES[found[1] if found else "practice"]).lower(),
            count=len(_QUESTION.findall(text)),
        )
    title = None if path.endswith(".svg") else _TITLE.search(text)
    return title[1].strip().strip("\"'") if title else ""
