"""New files of a draft: they begin as something that can be read, and are named where they belong."""

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

import yaml
from sqlalchemy.orm import Session

from courses import drafts
from courses.draft_files import HEAD, check_path, skills_of
from courses.problems import ContentError
from courses.reading import read_text, read_yaml
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _, lazy
from lms.core.text import fold

SORTS = (
    ("lesson", lazy("Bài học")),
    ("practice", lazy("Tệp câu luyện")),
    ("certifying", lazy("Tệp câu thi")),
    ("measuring", lazy("Tệp câu đo đầu vào, đầu ra")),
    ("task", lazy("Bài thực hành")),
    ("module", lazy("Học phần")),
)
_ODD = re.compile(r"[^a-z0-9]+")

LESSON = """\
---
title: Bài mới
minutes: 10
skills: [{skill}]
sources: [kinh nghiệm lớp học]
reviewed_on: {today}
take_home:
  - Viết một dòng học viên mang về nhà.
---
# Viết tựa màn hình thứ nhất

Viết một ý ngắn.

---

# Viết tựa màn hình thứ hai

Viết ý tiếp theo.
"""
MODULE = """\
title: Học phần mới
summary: Viết một câu nói học phần này giúp người học làm được gì.
lessons: [{lesson}]
"""
ITEMS = """\
skill: {skill}
level: basic
difficulty: 1
{flag}source: kinh nghiệm lớp học
reviewed_on: {today}
items:
  - id: {name}-1
    prompt: Viết câu hỏi ở đây?
    options:
      - right: Phương án đúng
      - wrong: Phương án sai thứ nhất
      - wrong: Phương án sai thứ hai
      - wrong: Phương án sai thứ ba
    explanation: Viết vì sao phương án ấy đúng.
"""
TASK = """\
title: Bài thực hành mới
level: basic
skill: {skill}
prompt: Viết lời mời học viên làm một việc thật.
prepare: Viết giáo viên cần chuẩn bị gì trước buổi học.
steps:
  - text: Viết bước phải tự làm được
  - {{text: Viết bước làm được thì tốt, must: false}}
source: kinh nghiệm lớp học
reviewed_on: {today}
"""


def slug(name: str) -> str:
    """A file's name out of what somebody typed: "An toàn" → "an-toan"."""
    return _ODD.sub("-", fold(name)).strip("-")


def start_file(
    session: Session, who: Actor, draft_id: UUID, sort: str, name: str, module: str = ""
) -> str:
    """Put a new file into the draft and name it in the file above it; gives its path.

    `sort` is one of SORTS; a lesson needs the code of its module. Conflict when the path is taken.
    """
    content = drafts.files_of(session, who, draft_id)
    made = list(_made(sort, slug(name), module, _skill(content)))
    for path, _text in made:
        check_path(path)
        if path in content:
            raise Conflict(_("Bản nháp đã có tệp %(path)s. Hãy đặt tên khác.", path=path))
    for path, text in made:
        drafts.write_file(session, who, draft_id, path, text.encode(), None)
    above, listing = _above(sort, module)
    if above in content:
        told = with_listed(above, content[above], listing, slug(name))
        row = drafts.file(session, who, draft_id, above)
        drafts.write_file(session, who, draft_id, above, told, row.sha256)
    return made[-1][0]


def _skill(content: Mapping[str, bytes]) -> str:
    """A skill that is there, so that a new file begins without a problem."""
    return next((code for code, _title in skills_of(content.get(HEAD, b""))), "ky-nang")


def modules_of(content: Mapping[str, bytes]) -> list[str]:
    """The codes of the draft's modules."""
    return [p.split("/")[1] for p in content if p.endswith("/module.yaml")]


def _made(sort: str, name: str, module: str, skill: str) -> Iterator[tuple[str, str]]:
    """Path and text of each file; the one to be edited first comes last."""
    day = clock.today().isoformat()
    if sort == "lesson":
        yield f"modules/{module}/{name}.md", LESSON.format(skill=skill, today=day)
    elif sort == "module":
        lesson = f"{name}-bai-1"
        yield f"modules/{name}/{lesson}.md", LESSON.format(skill=skill, today=day)
        yield f"modules/{name}/module.yaml", MODULE.format(lesson=lesson)
    elif sort == "task":
        yield f"tasks/{name}.yaml", TASK.format(skill=skill, today=day)
    elif sort in ("practice", "certifying", "measuring"):
        flag = "" if sort == "practice" else f"{sort}: true\n"
        text = ITEMS.format(skill=skill, today=day, name=name, flag=flag)
        yield f"items/{name}.yaml", text
    else:
        raise Invalid(_("Hãy chọn loại tệp cần thêm."), fields={"sort": [_("Hãy chọn một loại.")]})


def _above(sort: str, module: str) -> tuple[str, str]:
    """The file that has to name the new one, and the list in it."""
    if sort == "lesson":
        return f"modules/{module}/module.yaml", "lessons"
    return (HEAD, "modules") if sort == "module" else ("", "")


def with_listed(path: str, body: bytes, name: str, code: str) -> bytes:
    """A YAML file with one more code at the end of a list at its top.

    A file that cannot be read, or has no such list, stays as it is: the loader says what is missing.
    """
    try:
        text = read_text(path, body)
        read_yaml(path, text)
    except ContentError:
        return body
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = next((value for key, value in pairs if key.value == name), None)
    if not isinstance(found, yaml.SequenceNode) or code in [one.value for one in found.value]:
        return body
    return _grown(text, found, code).encode()


def _grown(text: str, node: yaml.SequenceNode, code: str) -> str:
    if node.flow_style:
        at = node.end_mark.index - 1
        return f"{text[:at].rstrip()}{', ' if node.value else ''}{code}{text[at:]}"
    at = node.value[-1].end_mark.index
    return f"{text[:at]}\n{' ' * node.start_mark.column}- {code}{text[at:]}"
