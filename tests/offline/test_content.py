"""What a tablet loads: parts named by their hash, light, the same every time, and never a test's question."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses import actions as courses_actions
from courses.activities import KINDS, public_item
from courses.loader import LoadedProgramme, shipped_programmes
from courses.models import CommuneProgramme, ProgrammeVersionRow
from courses.rules import Item, ProgrammeVersion, canonical, from_canonical
from courses.spoken import spoken
from lms.core.db import Database
from lms.core.shelf import Shelf
from lms.core.text import markdown_html
from lms.offline.content import Content, SecretItem, content_of, pictures_of, practice_item
from tests.assessments import kinds
from tests.assessments.people import learner, staff
from tests.cast import Cast
from tests.factories.content import small_version

SHIPPED = shipped_programmes()
PLACES = [(one, level.code) for one in SHIPPED for level in one.version.programme.levels]
everywhere = pytest.mark.parametrize(
    ("loaded", "level"), PLACES, ids=[f"{one.version.code}-{level}" for one, level in PLACES]
)
LESSON_WITH_PICTURES, WHOLE = 2_000_000, 25_000_000
BASIC = "/api/v1/content/{}/basic"


def made(version: ProgrammeVersion, level: str = "basic") -> Content:
    return content_of(version, level, lambda sha: f"/hinh/{sha}")


def plain(content: Content) -> tuple[dict[str, Any], dict[str, dict[str, Any]], dict[str, Any]]:
    """Index, lessons by code and bank."""
    parts = {name: json.loads(part.body) for name, part in content.parts.items()}
    lessons = {code: parts[name] for code, name in content.lessons.items()}
    return json.loads(content.index.body), lessons, parts[content.bank]


def texts(content: Content) -> str:
    return "\n".join(part.body.decode() for part in (content.index, *content.parts.values()))


@pytest.mark.pure
@everywhere
def test_no_question_of_a_test_is_in_what_tablets_load(loaded: LoadedProgramme, level: str) -> None:
    version, told = loaded.version, texts(made(loaded.version, level))
    _index, lessons, bank = plain(made(version, level))
    practice = {item.id for item in version.items if item.bank == "practice"}
    for items in (bank["items"], *(one["items"] for one in lessons.values())):
        assert practice.issuperset(items)
    open_texts = {text for item in version.items if not item.secret for text in said_by(item)}
    # A lesson may well be called what a test asks.
    open_texts |= {text for one in version.lessons for text in one.take_home}
    open_texts |= {screen.title for one in version.lessons for screen in one.screens}
    for item in version.items:
        if item.secret:
            assert f'"{item.id}"' not in told
            own = said_by(item) - open_texts
            assert not [text for text in own if json.dumps(text, ensure_ascii=False) in told], (
                item.id
            )


def said_by(item: Item) -> set[str]:
    return {item.prompt, item.explanation}


@pytest.mark.pure
@everywhere
def test_a_lesson_and_the_whole_are_light(loaded: LoadedProgramme, level: str) -> None:
    version, content = loaded.version, made(loaded.version, level)
    index, lessons, _bank = plain(content)
    sizes = {one["name"]: one["bytes"] for one in index["media"]}
    for code, lesson in lessons.items():
        shown = {s["illustration"]["media"] for s in lesson["screens"] if s["illustration"]}
        shown |= {name for one in lesson["items"] for name in pictures_of(version.item(one))}
        part = len(content.parts[content.lessons[code]].body)
        assert part + sum(sizes[name] for name in shown) <= LESSON_WITH_PICTURES
    assert index["bytes"] + len(content.index.body) <= WHOLE


@pytest.mark.pure
@everywhere
def test_the_index_leads_to_all_there_is(loaded: LoadedProgramme, level: str) -> None:
    version, content = loaded.version, made(loaded.version, level)
    index, lessons, bank = plain(content)
    assert [one["code"] for one in index["lessons"]] == [x.code for x in version.lessons_at(level)]
    for one in index["lessons"]:
        assert content.parts[one["part"]["sha256"]].told == one["part"]
        assert one["screens"] == len(lessons[one["code"]]["screens"])
    assert content.parts[index["bank"]["sha256"]].told == index["bank"]
    named = {name for item in version.items if item.level == level for name in pictures_of(item)}
    assert named <= {one["name"] for one in index["media"]}
    for plan in index["plans"]:
        if plan["kind"] == "practice":
            for row in plan["rows"]:
                asked = [x for x in bank["items"].values() if x["skill"] == row["skill"]]
                assert len(asked) >= row["count"]
    taught = {code for module in index["modules"] for code in module["lessons"]}
    assert taught == set(lessons)


@pytest.mark.pure
@everywhere
def test_screens_read_as_on_the_pages_and_aloud(loaded: LoadedProgramme, level: str) -> None:
    _index, lessons, _bank = plain(made(loaded.version, level))
    for code, lesson in lessons.items():
        for screen, told in zip(
            loaded.version.lesson(code).screens, lesson["screens"], strict=True
        ):
            assert told["html"] == markdown_html(screen.body)
            assert "href" not in told["html"]
            assert not set("<>*|#`") & set(told["say"]), told["say"]
            assert told["say"].startswith(screen.title.strip()[:-1])
            assert told["say"].rstrip('”")»')[-1] in ".!?:;…", told["say"]
            assert told["item"] is None or told["item"] in lesson["items"]


@pytest.mark.pure
@everywhere
def test_the_same_version_gives_the_same_bytes(loaded: LoadedProgramme, level: str) -> None:
    again = from_canonical(canonical(loaded.version))
    one, other = made(loaded.version, level), made(again, level)
    assert (one.index, one.parts) == (other.index, other.parts)
    for part in (one.index, *one.parts.values()):
        assert part.sha256 == hashlib.sha256(part.body).hexdigest()
        assert gzip.decompress(part.packed) == part.body


@pytest.mark.pure
@pytest.mark.parametrize("kind", KINDS)
def test_a_practice_question_brings_what_judges_an_answer(kind: str) -> None:
    item = kinds.VERSION.item(f"{kind}-practice-1")
    told = practice_item(item)
    practice: Any = told.pop("practice")
    assert told == public_item(item) | {"difficulty": 1}
    assert practice["hint"] == item.hints[0]
    assert practice["explanation"] == item.explanation
    assert all(practice["right_words"])
    right = [option.id for option in item.options if option.right]
    expected: dict[str, dict[str, Any]] = {
        "single": {"right": right},
        "multiple": {"right": right},
        "order": {"sequence": [step.id for step in item.sequence]},
        "match": {"pairs": {pair.id: pair.right_id for pair in item.pairs}},
        "spot": {"dangers": sorted(spot.id for spot in item.spots if spot.danger)},
        "number": {"value": "45000", "tolerance": "0"},
        "simulation": {},
    }
    assert practice["key"] == expected[kind]


@pytest.mark.pure
@pytest.mark.parametrize("bank", ["certifying", "measuring"])
def test_a_secret_question_can_not_be_put_into_content(bank: str) -> None:
    for kind in KINDS:
        with pytest.raises(SecretItem):
            practice_item(kinds.VERSION.item(f"{kind}-{bank}-1"))


@pytest.mark.pure
def test_tables_lists_and_headings_are_read_as_sentences() -> None:
    source = "## Việc một\n\n- Mở máy\n- Bấm **gọi**!\n\n| Số | Ai |\n|---|---|\n| 113 | công an |\n\nHết"
    aloud = "Việc một. Mở máy. Bấm gọi! Số, Ai. 113, công an. Hết."
    assert spoken(str(markdown_html(source))) == aloud
    assert spoken("<p>Giá &lt; 5.000 &amp; rẻ</p>") == "Giá < 5.000 & rẻ."
    assert spoken("") == ""


@pytest.mark.pure
def test_the_shelf_makes_a_content_once_and_holds_few() -> None:
    shelf: Shelf[tuple[str, str, str], Content] = Shelf(room=2)
    calls: list[int] = []
    content = made(small_version())

    def make() -> Content:
        calls.append(1)
        return content

    threads = [
        threading.Thread(target=shelf.get, args=(("a", "basic", "1"), make)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    for name in "bc":
        shelf.get((name, "basic", "1"), make)
    assert len(shelf) == 2
    shelf.get(("a", "basic", "1"), make)
    assert len(calls) == 4


@pytest.fixture
def lan(app: Flask, cast: Cast) -> FlaskClient:
    """A learner's client."""
    return learner(app, cast, "lan")


VERSION = small_version()
INDEX = BASIC.format(VERSION.content_hash)


def links(client: FlaskClient) -> Iterator[str]:
    index = client.get(INDEX).get_json()
    yield INDEX
    for part in (*(one["part"] for one in index["lessons"]), index["bank"]):
        yield f"{INDEX}/parts/{part['sha256']}"


@pytest.mark.db
def test_a_learner_and_any_device_load_the_index_and_its_parts(
    app: Flask, cast: Cast, lan: FlaskClient
) -> None:
    tablet = {"Authorization": f"Bearer {cast.device_credentials['k1_may']}"}
    for path in links(lan):
        answer = lan.get(path)
        assert answer.status_code == 200
        assert answer.data == app.test_client().get(path, headers=tablet).data
        if "/parts/" in path:
            assert hashlib.sha256(answer.data).hexdigest() == path.rpartition("/")[2]


@pytest.mark.db
def test_a_part_is_kept_for_ever_and_an_index_is_asked_for_again(lan: FlaskClient) -> None:
    index, *parts = links(lan)
    kept = {path: lan.get(path) for path in (index, parts[0])}
    assert kept[index].headers["Cache-Control"] == "private, no-cache"
    assert kept[parts[0]].headers["Cache-Control"] == "private, max-age=31536000, immutable"
    for path, answer in kept.items():
        tag = answer.headers["ETag"]
        again = lan.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        packed = lan.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == answer.data


@pytest.mark.db
def test_the_player_loads_content_and_pictures_with_the_tablets_cookie(
    app: Flask, database: Database, cast: Cast
) -> None:
    kinds.teach(database, cast)
    client = app.test_client()
    client.set_cookie("lms_device", cast.device_credentials["k1_may"])
    path, tablet = BASIC.format(kinds.VERSION.content_hash), {"Authorization": "Tablet"}
    assert client.get(path).status_code == 401
    index = client.get(path, headers=tablet).get_json()
    for one in index["media"]:
        for headers in (tablet, {}):
            body = client.get(one["url"], headers=headers).data
            assert hashlib.sha256(body).hexdigest() == one["sha256"]
            assert len(body) == one["bytes"]


@pytest.mark.db
def test_who_may_not_load_content(app: Flask, cast: Cast, lan: FlaskClient) -> None:
    for path in links(lan):
        assert app.test_client().get(path).status_code == 401
        for name in ("trang", "oanh", "an", "bao", "tinh"):
            assert staff(app, cast, name).get(path).status_code == 403, (name, path)


@pytest.mark.db
def test_what_is_not_there_is_missing(lan: FlaskClient) -> None:
    sha = lan.get(INDEX).get_json()["bank"]["sha256"]
    elsewhere = BASIC.format("0" * 64)
    for path in (
        elsewhere, BASIC.format("x"), BASIC.format(VERSION.content_hash.upper()),
        INDEX.replace("basic", "proficient"), INDEX.replace("basic", "x"),
        f"{INDEX}/parts/{'0' * 64}", f"{elsewhere}/parts/{sha}", f"{INDEX}/parts/{sha}x",
    ):  # fmt: skip
        answer = lan.get(path)
        assert answer.status_code == 404, path
        assert "Không tìm thấy" in answer.get_json()["detail"]


@pytest.mark.db
def test_a_version_of_another_commune_looks_missing(
    app: Flask, database: Database, cast: Cast
) -> None:
    own = small_version("cua-phuong", "Của phường Khánh An")
    with database.write() as session:
        courses_actions.publish(session, own, {})
        session.flush()
        row = session.scalars(
            select(ProgrammeVersionRow).where(ProgrammeVersionRow.id == own.id)
        ).one()
        row.shipped = False
        session.add(CommuneProgramme(commune_id=cast["KHA"], version_id=own.id, code=own.code))
    path = BASIC.format(own.content_hash)
    assert learner(app, cast, "xa_lan").get(path).status_code == 200
    # It lies on the shelf now, and is still nobody else's.
    assert learner(app, cast, "lan").get(path).status_code == 404
