"""The tablet answers questions exactly as the service does: the same screen, as surely, the same beside it."""

import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from courses.asking.answering import answer
from courses.asking.index import Index, Passage, build
from courses.asking.lexicon import lexicon
from courses.asking.passages import passages_of
from courses.loader import load_folder
from lms.core.keys import Keys
from lms.offline.content import content_of
from tests.browser.kinds_stage import MODULES, empty_service, open_bare

pytestmark = pytest.mark.browser
DEVELOPMENT = Path(__file__).parent.parent / "golden" / "assistant" / "development.toml"
PROGRAMME, LEVEL = "nguoi-cao-tuoi", "basic"
ANSWER = f"""async text => {{
  const {{ questions, asking, code, lessons }} = JSON.parse(text);
  const {{ askIndex, askLexicon, askPassages }} = await import('{MODULES}/ask/index.js');
  const {{ askAnswer }} = await import('{MODULES}/ask/answering.js');
  const lexicon = askLexicon(asking);
  const index = askIndex(askPassages(code, lessons), lexicon);
  const named = (one) => one && `${{one.key}} ${{one.screen}}`;
  return JSON.stringify(questions.map((question) => {{
    const {{ answer, beside, happened, certainty }} = askAnswer(index, lexicon, question);
    return [named(answer), beside.map(named), happened, Math.round(certainty * 1e6)];
  }}));
}}"""


@pytest.fixture(scope="module")
def page(
    chromium: Browser, sqlite_template: Path, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """The player's document with its words; nothing runs in it but what the test imports."""
    with empty_service(sqlite_template, keys, tmp_path_factory.mktemp("ask")) as served:
        page = chromium.new_page()
        open_bare(page, served.at())
        yield page
        page.close()


def questions() -> list[str]:
    """All of development, whatever it was asked of, each also without marks and cut short, and odd ones."""
    rows = tomllib.loads(DEVELOPMENT.read_text(encoding="utf-8"))["questions"]
    typed = [row["q"] for row in rows]
    odd = [
        "",
        "?",
        "ơ" * 400,
        "e\u0301 o\u0302\u0323",
        "Ⅷ 12 a1b2",
        "ĐƯỜNG LIÊN KẾT",
        "😀 mã otp",
        "__proto__",
    ]
    return [*typed, *(one[: len(one) // 2] for one in typed), *odd]


def told(index: Index, question: str) -> list[Any]:
    """What the service says, in the words of the page."""
    found = answer(index, lexicon(), question)
    beside = [named(one) for one in found.beside]
    return [
        found.answer and named(found.answer),
        beside,
        found.happened,
        round(found.certainty * 1e6),
    ]


def named(passage: Passage) -> str:
    return f"{passage.key} {passage.screen}"


def test_the_tablet_answers_as_the_service_does(page: Page) -> None:
    version = load_folder(files("courses") / "library" / PROGRAMME).version
    content = content_of(version, LEVEL, str)
    part = {sha: json.loads(one.body) for sha, one in content.parts.items()}
    outline = json.loads(content.index.body)
    lessons = [
        {"module": module["title"], "lesson": part[content.lessons[code]]}
        for module in outline["modules"] for code in module["lessons"]
    ]  # fmt: skip
    asking = part[outline["asking"]["sha256"]]
    sent = {"questions": questions(), "asking": asking, "code": version.code, "lessons": lessons}
    got = json.loads(page.evaluate(ANSWER, json.dumps(sent)))
    index = build(passages_of(version, LEVEL), lexicon())
    wanted = [told(index, question) for question in questions()]
    unlike = [pair for pair in zip(questions(), got, wanted, strict=True) if pair[1] != pair[2]]
    assert unlike == []
    assert sum(one[0] is not None for one in got) > len(got) / 5
