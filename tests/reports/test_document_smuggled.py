"""Templates that hide what they do: in asides, under other names, behind letters written as numbers."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

import pytest
from jinja2 import TemplateRuntimeError

from lms.reports import document_render
from lms.reports.document_check import faults
from lms.reports.document_docx import base_template
from lms.reports.document_paper import paper
from lms.reports.document_render import docx_bytes
from tests.reports.papers import source

pytestmark = pytest.mark.pure
MADE = datetime(2026, 11, 16, 9, 0)  # noqa: DTZ001 - Word's properties hold naive instants.
TYPES, MAIN, CORE = "[Content_Types].xml", "word/document.xml", "docProps/core.xml"
WAYS, TOP = "word/_rels/document.xml.rels", "_rels/.rels"
LOOP = b"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
SAID = b"<w:p><w:r><w:t>" + LOOP + b"</w:t></w:r></w:p>"
SPACE = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NOTES = b"<w:footnotes " + SPACE + b"><w:footnote>" + SAID + b"</w:footnote></w:footnotes>"
OVERRIDE = (
    b'<Override PartName="/word/a.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.footnotes+xml"/>'
)
IMAGE = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/image" Target="http://127.0.0.1:9/a.png" TargetMode="&#69;xternal"/>'
)
STRICT = b'<s:instrText xmlns:s="http://purl.oclc.org/ooxml/wordprocessingml/main">INCLUDETEXT a</s:instrText>'
Edits = Mapping[str, tuple[bytes, bytes]]


def edited(edits: Edits, names: Mapping[str, str], more: Mapping[str, bytes]) -> bytes:
    """The standard template with words replaced, parts called otherwise, and parts added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base_template("ubnd"))) as before,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            old, new = edits.get(name, (b"", b""))
            inside = before.read(name)
            assert not old or old in inside
            after.writestr(names.get(name, name), inside.replace(old, new) if old else inside)
        for name, inside in more.items():
            after.writestr(name, inside)
    return target.getvalue()


@pytest.mark.parametrize(
    ("edits", "names", "more"),
    [
        ({MAIN: (b"<w:body>", b"<w:body><!-- " + LOOP + b" -->")}, {}, {}),
        ({MAIN: (b"<w:body>", b"<w:body><?a " + LOOP + b" ?>")}, {}, {}),
        ({MAIN: (b"<w:body>", b"<w:body><w:p><w:r>" + STRICT + b"</w:r></w:p>")}, {}, {}),
        ({CORE: (b"<cp:revision>", b"<dc:identifier>&#123;{ 7*7 }}</dc:identifier><cp:revision>")},
         {}, {}),
        ({CORE: (b"<cp:revision>", b"<dc:identifier>{{ 7*7 }}</dc:identifier><cp:revision>"),
          TOP: (b"core.xml", b"a.xml"), TYPES: (b"core.xml", b"a.xml")},
         {CORE: "docProps/a.xml"}, {}),
        ({"word/header1.xml": (b"</w:hdr>", SAID + b"</w:hdr>"), WAYS: (b"header1.xml", b"a.XML"),
          TYPES: (b"header1.xml", b"a.XML")}, {"word/header1.xml": "word/a.XML"}, {}),
        ({TYPES: (b"</Types>", OVERRIDE + b"</Types>")}, {}, {"word/a.xml": NOTES}),
        ({TOP: (b"word/document.xml", b"word/a.xml")}, {},
         {"word/a.xml": b"<w:document " + SPACE + b"><w:body>" + SAID + b"</w:body></w:document>"}),
        ({WAYS: (b"</Relationships>", IMAGE + b"</Relationships>")}, {}, {}),
        ({MAIN: (b"<w:body>", b"<w:body>" + b"<w:p>" * 9000 + b"</w:p>" * 9000)}, {}, {}),
    ],
    ids=["comment", "instruction", "strict", "numbers", "properties", "header", "notes", "main", "out", "deep"],
)  # fmt: skip
@pytest.mark.counts("XML attacks refused")
def test_what_no_reader_of_a_template_sees_is_refused(
    edits: Edits, names: Mapping[str, str], more: Mapping[str, bytes]
) -> None:
    assert faults(edited(edits, names, more))


def test_a_template_that_swells_over_many_paragraphs_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(document_render, "MOST_MADE", 300_000)
    told = paper(source("thuan-an", results="\n".join("a" * 40)), 2026)
    page = b"<w:p><w:r><w:t>" + b"a" * 9000 + b"</w:t></w:r></w:p>"
    loop = b"{%p for doan in phan.doan %}</w:t></w:r></w:p>"
    swelling = edited({MAIN: (loop, loop + page)}, {}, {})
    assert faults(swelling) == []
    assert docx_bytes(base_template("ubnd"), told, MADE)
    with pytest.raises(TemplateRuntimeError):
        docx_bytes(swelling, told, MADE)
