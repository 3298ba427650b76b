"""What a draft's files may be: their paths, sizes and code, and the head that names the programme."""

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

from courses.drawings import drawing_problems
from courses.problems import ContentError
from courses.reading import MAX_BYTES, read_text, read_yaml
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import _
from lms.core.text import clean

HEAD = "programme.yaml"
MAX_CODE = 60
MAX_TITLE = 120
MAX_PATH = 200
_NAME = "[a-z0-9]+(?:-[a-z0-9]+)*"
_CODE = re.compile(_NAME)
_PATH = re.compile(
    rf"programme\.yaml|modules/{_NAME}/(?:module\.yaml|{_NAME}(?:\.huong-dan)?\.md)"
    rf"|(?:items|tasks)/{_NAME}\.yaml|media/{_NAME}\.svg"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The code and title that programme.yaml names; empty where it cannot be read."""

    code: str = ""
    title: str = ""


def check_path(path: str) -> None:
    """Invalid for a path outside the layout of a programme's folder."""
    if len(path) > MAX_PATH or not _PATH.fullmatch(path):
        message = _(
            "Tên tệp không đúng: chỉ dùng chữ thường không dấu, chữ số và gạch nối, ví dụ items/an-toan.yaml."
        )
        raise Invalid(message, fields={"path": [message]})


def checked_body(path: str, body: bytes) -> bytes:
    """The bytes as they are kept: text with plain line ends. Refuses what no draft may hold."""
    check_path(path)
    body = body.replace(b"\r\n", b"\n")
    if path.endswith(".svg"):
        problems = drawing_problems(body)
        if problems:
            raise Invalid(f"{path}: {' '.join(problems)}", fields={"file": problems})
    elif len(body) > MAX_BYTES:
        raise TooLarge(_("%(path)s: tệp lớn quá 256 KB. Hãy chia thành nhiều tệp nhỏ.", path=path))
    elif not _is_text(body):
        message = _("%(path)s: tệp không phải chữ UTF-8. Hãy lưu lại với bảng mã UTF-8.", path=path)
        raise Invalid(message, fields={"file": [message]})
    return body


def checked_code(code: str) -> str:
    """A programme's code as it is kept; Invalid says how one looks."""
    code = clean(code).lower()
    if not is_code(code):
        message = _(
            "Mã chỉ gồm chữ thường không dấu, chữ số và gạch nối, ví dụ “nguoi-dan-tan-binh”."
        )
        raise Invalid(message, fields={"code": [message]})
    return code


def is_code(code: str) -> bool:
    """Whether this may name a programme."""
    return len(code) <= MAX_CODE and _CODE.fullmatch(code) is not None


def checked_title(title: str) -> str:
    """A programme's title as it is kept; Invalid when it is empty or long."""
    title = clean(title)
    if not 1 <= len(title) <= MAX_TITLE:
        message = _("Hãy ghi tên chương trình, không quá 120 chữ cái.")
        raise Invalid(message, fields={"title": [message]})
    return title


def head_of(body: bytes) -> Head:
    """The code and title of a programme.yaml; an unreadable one names nothing."""
    try:
        told = {name: str(node.value).strip() for name, node in _scalars(_text(body)).items()}
    except ContentError:
        return Head()
    return Head(told.get("code", ""), clean(told.get("title", "")))


def skills_of(body: bytes) -> list[tuple[str, str]]:
    """Code and title of each skill in a programme.yaml; none when it cannot be read."""
    try:
        data: Any = read_yaml(HEAD, read_text(HEAD, body)).data
        return [(str(one["code"]), str(one["title"])) for one in data["skills"]]
    except (ContentError, LookupError, TypeError):
        return []


def with_head(body: bytes, *, code: str, title: str) -> bytes:
    """programme.yaml with another code and title; all else, comments too, stays as it was typed.

    ContentError with the line when the file cannot be read.
    """
    text = _text(body)
    values = {"code": code, "title": json.dumps(title, ensure_ascii=False)}
    nodes = _scalars(text)
    missing = "".join(f"{name}: {values[name]}\n" for name in values if name not in nodes)
    # From the end to the beginning, so that the places before stay where they are.
    for name in sorted(values.keys() & nodes, key=lambda n: -nodes[n].start_mark.index):
        text = _replaced(text, nodes[name], values[name])
    return (missing + text).encode()


def _replaced(text: str, node: yaml.ScalarNode, value: str) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    line_end = "\n" if text[start:end].endswith("\n") else ""
    return f"{text[:start]}{value}{line_end}{text[end:]}"


def _text(body: bytes) -> str:
    text = read_text(HEAD, body)
    read_yaml(HEAD, text)
    return text


def _scalars(text: str) -> dict[str, yaml.ScalarNode]:
    """The texts at the top of a document that `read_yaml` has found harmless."""
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: value for key, value in pairs if isinstance(value, yaml.ScalarNode)}


def _is_text(body: bytes) -> bool:
    try:
        return "\x00" not in body.decode("utf-8")
    except UnicodeDecodeError:
        return False
