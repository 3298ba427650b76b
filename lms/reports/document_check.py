"""Whether a Word template from outside may be used: its shape as a file, then every field it names.

Nothing of it runs: only plain fields, `for` over the known lists and `if` are let through, each looked
at paragraph by paragraph, so that what is wrong is named with the words around it.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lms.core.i18n import _
from lms.reports.document_render import FIELDS, LISTS, MEMBERS

MAX_BYTES, MAX_PARTS, MAX_INSIDE = 2_000_000, 300, 20_000_000
MAX_WORDS = 1_500_000
"""Of the parts that hold text: they are what is rendered."""
MAX_LEVELS = 80
"""How deep elements may stand in each other: Word writes a few dozen, and looking grows with the square."""
MAX_DEPTH = 2
"""How deep loops may stand in each other: `phan.doan` within `cac_phan`, and nothing else is needed."""
MAIN = "word/document.xml"
_PLAIN_PARTS = (".xml", ".rels", ".png", ".jpg", ".jpeg", ".gif", ".odttf")
_INSTRUCTIONS = re.compile(
    r"(?:\s|\\[*#@]|PAGE|NUMPAGES|SECTIONPAGES|MERGEFORMAT|Arabic)*", re.IGNORECASE
)
"""Word's own fields that only number pages; others may fetch files or addresses."""
_MACRO = re.compile(r"vba|activex|/embeddings/|\.bin$|\.exe$|customui", re.IGNORECASE)
_DOCX = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEXT_ROOTS = frozenset({"document", "hdr", "ftr", "footnotes", "endnotes", "comments"})
"""What a part that holds text begins with. Its name says nothing: any part may be said to be a header."""
_ASIDES = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
"""Comments and instructions of XML: no reader sees them, and a renderer reads them like all the rest."""
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_NAME = r"([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?)"
_FIELD = re.compile(rf"^\{{\{{\s*{_NAME}\s*\}}\}}$")
_BLOCK = re.compile(r"^\{%(?:(p|tr)\s+|\s*)(.*?)\s*%\}$")
_FOR = re.compile(rf"^for\s+([a-z_][a-z0-9_]*)\s+in\s+{_NAME}$")
_IF = re.compile(rf"^(?:if|elif)\s+(?:not\s+)?{_NAME}$")
_TAG_OPENS = re.compile(r"\{[{%#]")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and what to do; `near` is the paragraph it stands in."""

    text: str
    near: str = ""

    def __str__(self) -> str:
        if not self.near:
            return self.text
        return _("Ở đoạn “%(near)s”: %(said)s", near=self.near[:120], said=self.text)


def faults(content: bytes) -> list[Fault]:
    """Everything for which the template is refused; nothing when it can be used."""
    shape = list(_shape(content))
    if shape:
        return shape
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = list(_words(archive))
    return found or list(_tried(content))


# --- the file -------------------------------------------------------------------------------------


def _shape(content: bytes) -> Iterator[Fault]:
    if len(content) > MAX_BYTES:
        yield Fault(_("Tệp lớn quá 2 MB. Hãy bỏ bớt hình trong mẫu rồi tải lại."))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _parts(archive)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        yield Fault(_not_word())


def _not_word() -> str:
    return _("Tệp không phải Word .docx. Hãy mở mẫu bằng Word, chọn Lưu thành, kiểu Word (.docx).")


def _parts(archive: zipfile.ZipFile) -> Iterator[Fault]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_PARTS or len({name.lower() for name in names}) != len(names):
        yield Fault(_("Tệp có quá nhiều phần. Hãy bắt đầu lại từ mẫu gốc rồi tải lên."))
    elif MAIN not in names or "[Content_Types].xml" not in names:
        yield Fault(_not_word())
    elif any(_MACRO.search(name) for name in names):
        yield Fault(
            _("Tệp có macro hoặc tệp nhúng bên trong. Hãy bỏ đi, lưu lại kiểu Word (.docx).")
        )
    elif not all(name.lower().endswith(_PLAIN_PARTS) for name in names if name[-1:] != "/"):
        yield Fault(_("Tệp có phần lạ bên trong. Hình thì dùng PNG hoặc JPEG; còn lại hãy bỏ đi."))
    else:
        yield from _insides(archive, entries)


def _insides(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[Fault]:
    room = MAX_INSIDE
    for entry in entries:
        with archive.open(entry) as part:
            inside = part.read(room + 1)
        room -= len(inside)
        if room < 0:
            yield Fault(_("Tệp phình ra quá lớn khi mở. Hãy bắt đầu lại từ mẫu gốc."))
            return
        yield from _part(entry.filename, inside)


def _part(name: str, inside: bytes) -> Iterator[Fault]:
    if name == "[Content_Types].xml" and _DOCX not in inside:
        yield Fault(_not_word())
    kind = name.lower()
    if not kind.endswith((".xml", ".rels")):
        return
    if not _is_plain_xml(inside):
        yield Fault(_("Một phần bên trong tệp bị hỏng. Hãy mở bằng Word, lưu lại rồi tải lên."))
    elif kind.endswith(".rels") and _leads_out(inside):
        yield Fault(
            _("Mẫu có liên kết ra ngoài (đường dẫn web, hình hoặc mẫu để ở nơi khác). Hãy bỏ liên "
              "kết: bấm chuột phải vào chữ có gạch chân, chọn Bỏ siêu liên kết, rồi lưu lại.")
        )  # fmt: skip


def _is_plain_xml(inside: bytes) -> bool:
    """Whether it is XML in UTF-8, as Word writes it, without entities and without tags in its asides."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError

    try:
        words = inside.decode("utf-8")
        return _is_flat(inside) and not any("{" in aside for aside in _ASIDES.findall(words))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return False


def _is_flat(inside: bytes) -> bool:
    from defusedxml.ElementTree import iterparse

    level = 0
    for event, _element in iterparse(io.BytesIO(inside), ("start", "end"), forbid_dtd=True):
        level += 1 if event == "start" else -1
        if level > MAX_LEVELS:
            return False
    return True


def _leads_out(inside: bytes) -> bool:
    from defusedxml.ElementTree import fromstring

    targets = (element.get("TargetMode", "Internal") for element in fromstring(inside).iter())
    return any(target.strip().lower() != "internal" for target in targets)


# --- the fields -----------------------------------------------------------------------------------


@dataclass
class _Open:
    """What is open at a place of a part: loops and conditions, and the names that loops bring."""

    blocks: list[tuple[str, str, str]] = field(default_factory=list)
    """(kind, the tag's mark for rows or paragraphs, the paragraph it stands in)."""
    names: list[tuple[str, str]] = field(default_factory=list)
    """(name, the list it goes through); an empty list is one of plain texts."""

    def list_of(self, name: str) -> str | None:
        """The list that a loop's name goes through, '' for plain texts, None when there is no such loop."""
        return next((many for one, many in reversed(self.names) if one == name), None)


def _words(archive: zipfile.ZipFile) -> Iterator[Fault]:
    from defusedxml.ElementTree import fromstring

    for name in sorted(archive.namelist()):
        if not name.lower().endswith(".xml"):
            continue
        inside = archive.read(name)
        root = fromstring(inside)
        if _local(root.tag) in _TEXT_ROOTS:
            yield from _part_words(inside)
        elif _TAG_OPENS.search("".join(root.itertext())) or _in_attributes(root):
            yield Fault(
                _("Phần Thuộc tính của tệp, hoặc một phần không in ra, có dấu {{ hoặc {%. Hãy xóa đi ở "
                  "Tệp → Thông tin, hoặc bắt đầu lại từ mẫu gốc.")
            )  # fmt: skip


def _local(name: str) -> str:
    """The name of an element or attribute without its namespace: office programs know several."""
    return name.rpartition("}")[2]


def _in_attributes(root: Any) -> bool:
    return any(_TAG_OPENS.search(value) for one in root.iter() for value in one.attrib.values())


def _part_words(inside: bytes) -> Iterator[Fault]:
    if len(inside) > MAX_WORDS:
        yield Fault(_("Phần chữ của mẫu dài quá. Hãy bắt đầu lại từ mẫu gốc."))
    if not _only_numbers_pages(inside):
        yield Fault(
            _("Mẫu có mã trường của Word ngoài số trang. Hãy bấm vào chỗ đó, nhấn Ctrl+Shift+F9 để "
              "đổi thành chữ thường.")
        )  # fmt: skip
    if _hides_tags(inside):
        yield Fault(
            _("Mẫu có trường nằm trong hình, đường dẫn hoặc mã trường của Word. Hãy ghi trường "
              "trong đoạn chữ thường.")
        )  # fmt: skip
    state = _Open()
    for near in _paragraphs(inside):
        yield from _paragraph(near, state)
    for kind, _mark, near in state.blocks:
        end = "endfor" if kind == "for" else "endif"
        yield Fault(_("mở mà chưa đóng. Hãy thêm một đoạn {%%p %(end)s %%} sau đó.", end=end), near)


def _only_numbers_pages(inside: bytes) -> bool:
    from defusedxml.ElementTree import fromstring

    told = []
    for element in fromstring(inside).iter():
        told += [value for name, value in element.attrib.items() if _local(name) == "instr"]
        told.append((element.text or "") if _local(element.tag) == "instrText" else "")
    return _INSTRUCTIONS.fullmatch(" ".join(told)) is not None


def _hides_tags(inside: bytes) -> bool:
    """Whether a tag stands where no reader sees it: in an attribute, or in text that is not printed."""
    from defusedxml.ElementTree import fromstring

    root = fromstring(inside)
    for element in root.iter():
        words = "" if element.tag == f"{_W}t" else element.text or ""
        if "{" in words or "{" in (element.tail or ""):
            return True
    return _in_attributes(root)


def _paragraphs(inside: bytes) -> Iterator[str]:
    """The text of every paragraph, in order."""
    from defusedxml.ElementTree import fromstring

    for paragraph in fromstring(inside).iter(f"{_W}p"):
        nested = {text for inner in paragraph.iter(f"{_W}p") if inner is not paragraph
                  for text in inner.iter(f"{_W}t")}  # fmt: skip
        yield "".join(t.text or "" for t in paragraph.iter(f"{_W}t") if t not in nested)


def _paragraph(near: str, state: _Open) -> Iterator[Fault]:
    for tag in _TAG.findall(near):
        said = tag.replace("“", '"').replace("”", '"')
        yield from (Fault(text, near) for text in _tag(said, near, state))
    if re.search(r"[{}]", _TAG.sub("", near)):
        yield Fault(
            _("có dấu { hoặc } lẻ. Mỗi trường phải nằm gọn trong một đoạn và đủ cả hai đầu, như "
              "{{ trich_yeu }}; ngoài trường ra không dùng các dấu này."),
            near,
        )  # fmt: skip


def _tag(tag: str, near: str, state: _Open) -> Iterator[str]:
    if tag.startswith("{#"):
        yield _("ghi chú {# #} không dùng được. Hãy xóa đi.")
    elif tag.startswith("{{"):
        yield from _field(tag, state)
    else:
        yield from _block(tag, near, state)


def _field(tag: str, state: _Open) -> Iterator[str]:
    named = _FIELD.match(tag)
    if named is None:
        yield _("không hiểu %(tag)s. Hãy chỉ ghi tên trường, như {{ trich_yeu }}.", tag=tag)
        return
    yield from _known(named[1], state, tag, wants_list=False)


def _known(name: str, state: _Open, tag: str, *, wants_list: bool | None) -> Iterator[str]:
    """Nothing when the name stands for what is wanted here (None: either), else what to do."""
    one, _dot, member = name.partition(".")
    many = state.list_of(one)
    if many is not None:
        yield from _member(one, member, many, tag, wants_list)
    elif member or one not in {*FIELDS, *LISTS}:
        yield _(
            "không có trường “%(name)s”. Hãy xem danh sách trường ở trang Mẫu báo cáo.", name=name
        )
    elif wants_list is False and one in LISTS:
        yield _(
            "“%(name)s” có nhiều dòng, phải viết ba đoạn: {%%p for dong in %(name)s %%}, {{ dong }}, "
            "{%%p endfor %%}.", name=one,
        )  # fmt: skip
    elif wants_list is True and one in FIELDS:
        yield _("“%(name)s” chỉ có một nội dung, hãy viết {{ %(name)s }}.", name=one)


def _member(one: str, member: str, many: str, tag: str, wants_list: bool | None) -> Iterator[str]:
    known = MEMBERS.get(many, {})
    if not known and member:
        yield _("“%(one)s” là một dòng chữ, hãy viết {{ %(one)s }}.", one=one)
    elif known and member not in known:
        names = ", ".join(f"{one}.{name}" for name in known)
        yield _("%(tag)s chưa đúng. Ở đây có: %(names)s.", tag=tag, names=names)
    elif wants_list is not None and isinstance(known.get(member, ""), list) is not wants_list:
        yield _("%(tag)s chưa đúng chỗ. Hãy xem ví dụ trong mẫu gốc.", tag=tag)


def _block(tag: str, near: str, state: _Open) -> Iterator[str]:
    read = _BLOCK.match(tag)
    mark, words = (read[1] or "", " ".join(read[2].split())) if read else ("", "")
    looped, asked = _FOR.match(words), _IF.match(words)
    if looped:
        yield from _opened_loop(looped, tag, state)
        state.blocks.append(("for", mark, near))
        many = _list_name(looped[2], state)
        state.names.append((looped[1], many))
    elif asked:
        yield from _known(asked[1], state, tag, wants_list=None)
        if words.startswith("if"):
            state.blocks.append(("if", mark, near))
    elif words in ("endfor", "endif"):
        yield from _closed(words, mark, state)
    elif words != "else":
        yield _(
            "không hiểu %(tag)s. Mẫu chỉ dùng được {%%p for … in … %%}, {%%p if … %%}, {%%p else %%}, "
            "{%%p endfor %%}, {%%p endif %%} (trong bảng: tr thay cho p).", tag=tag,
        )  # fmt: skip


def _opened_loop(looped: re.Match[str], tag: str, state: _Open) -> Iterator[str]:
    if looped[1] in FIELDS or looped[1] in LISTS:
        yield _("“%(name)s” là tên trường, hãy đặt tên khác như “dong”.", name=looped[1])
    if sum(kind == "for" for kind, _mark, _near in state.blocks) >= MAX_DEPTH:
        yield _("lồng quá nhiều vòng for vào nhau. Hãy bớt đi.")
    elif state.names and "." not in looped[2]:
        yield _("trong một vòng for chỉ đặt được {%p for doan in phan.doan %}.")
    yield from _known(looped[2], state, tag, wants_list=True)


def _list_name(name: str, state: _Open) -> str:
    """The list a loop goes through, as MEMBERS names it; '' for one of plain texts."""
    return name if name in MEMBERS and state.list_of(name) is None else ""


def _closed(words: str, mark: str, state: _Open) -> Iterator[str]:
    kind = words.removeprefix("end")
    if not state.blocks or state.blocks[-1][0] != kind:
        yield _("thừa {%% %(words)s %%}: không có gì mở trước nó.", words=words)
        return
    _kind, opened, _near = state.blocks.pop()
    if kind == "for":
        state.names.pop()
    if opened != mark:
        yield _(
            "mở bằng {%%%(opened)s … %%} mà đóng bằng {%%%(mark)s … %%}. Hãy dùng cùng một chữ.",
            opened=opened, mark=mark,
        )  # fmt: skip


# --- a trial --------------------------------------------------------------------------------------


def _tried(content: bytes) -> Iterator[Fault]:
    """Put an example into the template: whatever still goes wrong refuses it."""
    from docx import Document

    from lms.reports.document_example import example
    from lms.reports.document_render import docx_bytes
    from lms.reports.document_zip import MADE

    try:
        Document(io.BytesIO(docx_bytes(content, example(), MADE)))
    except Exception:
        # A file from outside may break the libraries in any way; each of them is a refusal.
        yield Fault(
            _("Đã thử lập báo cáo theo mẫu này mà không được. Hãy bắt đầu lại từ mẫu gốc, sửa ít một "
              "rồi tải lên để biết chỗ sai.")
        )  # fmt: skip
