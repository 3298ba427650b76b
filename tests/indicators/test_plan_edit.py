"""The plan editor: forms that say exactly what the file says, drafts, versions, who may."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.guard import system
from lms.indicators import actions, editor_versions, queries
from lms.indicators.editor_models import PlanDraft
from lms.indicators.plan_file import shipped_plans
from tests.cast import Cast
from tests.indicators.form_reader import Form

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}
CODE = "hung-chau"
EDIT = f"/ke-hoach/{CODE}/sua"


@pytest.fixture
def office(database: Database, cast: Cast) -> Cast:
    """The cast with a plan."""
    with database.write() as session:
        actions.adopt_shipped(session, system(cast["TBT"]), CODE)
    return cast


def signed_in(app: Flask, cast: Cast, name: str | None = "oanh") -> FlaskClient:
    client = app.test_client()
    if name in cast.learner_tokens:
        client.set_cookie("lms_learner", cast.learner_tokens[name])
    elif name:
        client.set_cookie("lms_staff", cast.staff_tokens[name])
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


def boxes(client: FlaskClient, url: str) -> MultiDict[str, str]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status
    return Form(answer.get_data(as_text=True)).fields


def saved(client: FlaskClient, url: str, **others: str) -> str:
    """Open the page, change these boxes, save; where it leads."""
    fields = boxes(client, url)
    for name, value in others.items():
        fields.setlist(name.replace("__", "."), [value])
    answer = client.post(url, data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    return str(answer.location)


def draft(database: Database) -> PlanDraft:
    with database.read() as session:
        return session.scalars(select(PlanDraft)).one()


# --- drafts -------------------------------------------------------------------------------------


def words(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.status
    return str(answer.get_data(as_text=True))


def test_a_change_is_seen_in_words_and_figures_before_it_is_saved_once(
    app: Flask, database: Database, office: Cast
) -> None:
    client = signed_in(app, office)
    assert "Bắt đầu sửa" in words(client, EDIT)
    client.post(EDIT)
    leads = saved(client, f"{EDIT}/chi-tieu/3", targets__2026__value="75,5", population="residents")
    assert leads == f"{EDIT}#chi-tieu"
    page = words(client, f"{EDIT}/thay-doi")
    assert "mức 2026 từ phấn đấu &gt; 60% thành phấn đấu &gt; 75,5%" in page
    assert "đối tượng từ người dân đủ 18 tuổi thành người dân" in page
    assert "Có đổi: 1 dòng" in page
    fields = boxes(client, f"{EDIT}/thay-doi")
    first = client.post(f"{EDIT}/thay-doi", data=fields)
    again = client.post(f"{EDIT}/thay-doi", data=fields)
    assert (first.status_code, again.status_code) == (303, 303)
    with database.read() as session:
        found = editor_versions.versions(session, office["TBT"], CODE)
        assert [version.number for version in found] == [1, 2]
        assert session.scalars(select(PlanDraft)).all() == []
        told = session.scalars(select(AuditEntry.body)).all()
        (entry,) = (body for body in told if found[1].sha256 in body)
        assert f'"before":"{found[0].sha256}"' in entry
        rule = found[1].plan.indicators[3].years[2026]
        assert rule.target is not None
        assert (str(rule.target.value), rule.target.word) == ("75.5", "phấn đấu")
    assert "75,5" in words(client, f"/ke-hoach/{CODE}")


def test_two_officers_at_once_see_both_versions_and_nothing_is_lost(
    app: Flask, database: Database, office: Cast
) -> None:
    oanh, an = signed_in(app, office), signed_in(app, office, "an")
    oanh.post(EDIT)
    url = f"{EDIT}/chi-tieu/0"
    hers, his = boxes(oanh, url), boxes(an, url)
    his["title"], hers["title"] = "Của anh An", "Của chị Oanh"
    assert an.post(url, data=his).status_code == 303
    assert an.post(url, data=his).status_code == 303
    answer = oanh.post(url, data=hers)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Của anh An" in page
    assert "Của chị Oanh" in page
    assert oanh.post(url, data=Form(page).fields).status_code == 303
    assert "Của chị Oanh" in draft(database).source
    assert oanh.post(f"{EDIT}/viec", data={"seen": "1", "do": "bo:chi-tieu:0"}).status_code == 409
    gone = boxes(an, f"{EDIT}/chi-tieu/4")
    oanh.post(f"{EDIT}/viec", data={"seen": str(draft(database).revision), "do": "bo:chi-tieu:4"})
    answer = an.post(f"{EDIT}/chi-tieu/4", data={**gone, "title": "Muộn"})
    assert (answer.status_code, "vừa bỏ phần này" in answer.get_data(as_text=True)) == (409, True)


def test_an_indicator_numbered_anew_keeps_its_code_and_a_file_that_loses_it_is_asked(
    app: Flask, database: Database, office: Cast
) -> None:
    client = signed_in(app, office)
    client.post(EDIT)
    saved(client, f"{EDIT}/chi-tieu/4", no="e")
    assert "code: dd" in draft(database).source
    lost = shipped_plans()[CODE].replace("no: đ", "no: e")
    row = draft(database)
    sent = {"seen": str(row.revision), "text": lost}
    assert client.post(f"{EDIT}/yaml", data=sent).status_code == 303
    page = words(client, f"{EDIT}/thay-doi")
    assert "đổi mã từ dd sang e" in page
    seen = str(draft(database).revision)
    client.post(f"{EDIT}/viec", data={"seen": seen, "do": "giu-ma:e:dd"})
    page = words(client, f"{EDIT}/thay-doi")
    assert "đổi mã" not in page
    assert "số trong kế hoạch từ “đ” thành “e”" in page


# --- years, new plans, versions -----------------------------------------------------------------


def test_a_plan_is_written_from_nothing_and_taken_up(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = signed_in(app, cast)
    head = boxes(client, "/ke-hoach/moi")
    assert head["name"] == "Tân Bình Thượng"
    answer = client.post("/ke-hoach/moi", data={**head, "years": "20255"})
    assert answer.status_code == 422
    assert "hãy viết một số nguyên từ 2020 đến 2100" in answer.get_data(as_text=True)
    url = client.post("/ke-hoach/moi", data={**head, "years": "2026"}).location
    assert url == "/ke-hoach/tan-binh-thuong/sua"
    assert client.post("/ke-hoach/moi", data={**head, "years": "2026"}).status_code == 409
    assert "kế hoạch chưa có chỉ tiêu nào" in words(client, url)
    part = client.post(f"{url}/viec", data={"seen": "1", "do": "them:chi-tieu"}).location
    typed = {
        "no": "1",
        "title": "Người dân có kỹ năng số",
        "where": "II.1",
        "population": "adults",
        "measure": "attained",
        "targets.2026.set": "some",
        "targets.2026.operator": ">=",
        "targets.2026.value": "80",
    }
    fields = {**boxes(client, part), **typed}
    assert client.post(part, data=fields).location == f"{url}#chi-tieu"
    assert client.post(part, data=fields).status_code == 303
    assert "mọi chỉ tiêu đều mới" in words(client, f"{url}/thay-doi")
    client.post(f"{url}/thay-doi", data=boxes(client, f"{url}/thay-doi"))
    assert "Người dân có kỹ năng số" in words(client, "/ke-hoach/tan-binh-thuong")


def test_wording_and_choices_go_along_and_come_back_with_an_older_version(
    app: Flask, database: Database, office: Cast
) -> None:
    client, who = signed_in(app, office), system(office["TBT"])
    with database.write() as session:
        actions.word_indicator(session, who, CODE, "a", "Nguyên văn của a")
        actions.word_indicator(session, who, CODE, "c", "Nguyên văn của c")
        actions.choose(session, who, CODE, "denominators", "adults", "register")
    client.post(EDIT)
    client.post(f"{EDIT}/viec", data={"seen": "1", "do": "bo:chi-tieu:2"})
    page = words(client, f"{EDIT}/thay-doi")
    assert "Nguyên văn của chỉ tiêu “c”: “Nguyên văn của c”" in page
    assert "“a”: “" not in page
    client.post(f"{EDIT}/thay-doi", data=boxes(client, f"{EDIT}/thay-doi"))
    with database.read() as session:
        row = queries.adopted(session, office["TBT"], CODE).row
        assert row.wording == {"a": "Nguyên văn của a"}
        assert row.choices == {"denominators": {"adults": "register"}}
    page = words(client, f"/ke-hoach/{CODE}/phien-ban/1")
    assert "thêm chỉ tiêu" in page
    for _each in range(2):
        answer = client.post(f"/ke-hoach/{CODE}/phien-ban/1", data={"seen": "2"})
        assert answer.status_code == 303
    with database.read() as session:
        found = editor_versions.versions(session, office["TBT"], CODE)
        assert [v.sha256 for v in found] == [found[0].sha256, found[1].sha256, found[0].sha256]
        assert found[2].row.wording == {"a": "Nguyên văn của a", "c": "Nguyên văn của c"}
    stale = client.post(f"/ke-hoach/{CODE}/phien-ban/2", data={"seen": "2"})
    assert (stale.status_code, "đã có bản 3" in stale.get_data(as_text=True)) == (409, True)
    assert "Từ bản 1 đến bản 2" in words(client, f"/ke-hoach/{CODE}/phien-ban?a=1&b=2")
    words(client, f"/ke-hoach/{CODE}/phien-ban/9", 404)


def test_a_draft_begun_before_another_version_says_so_and_is_not_saved_over_it_unseen(
    app: Flask, database: Database, office: Cast
) -> None:
    client = signed_in(app, office)
    client.post(EDIT)
    saved(client, f"{EDIT}/chi-tieu/0", title="Tên mới")
    fields = boxes(client, f"{EDIT}/thay-doi")
    other = shipped_plans()[CODE].replace("value: 40", "value: 45")
    with database.write() as session:
        actions.import_plan(session, system(office["TBT"]), other)
    answer = client.post(f"{EDIT}/thay-doi", data=fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "mức 2025 từ phấn đấu ≥ 45% thành phấn đấu ≥ 40%" in page
    assert client.post(f"{EDIT}/thay-doi", data=Form(page).fields).status_code == 303


def test_what_is_wrong_stays_typed_and_a_wrong_file_stays_in_its_box(
    app: Flask, database: Database, office: Cast
) -> None:
    client = signed_in(app, office)
    client.post(EDIT)
    url = f"{EDIT}/chi-tieu/2"
    assert saved(client, url, targets__2025__value="85%", starts="mười") == url
    page, sent = words(client, url), boxes(client, url)
    assert (sent["targets.2025.value"], sent["starts"]) == ("85%", "mười")
    for box in ("targets.2025.value", "starts"):
        assert f'href="#f-{box}"' in page
        assert f'id="f-{box}-error"' in page
    assert "ở đây cần một số, hãy viết như 95 hoặc 85.5" in page
    assert "Còn 2 chỗ phải sửa" in words(client, EDIT)
    assert "Lưu bản mới" not in words(client, f"{EDIT}/thay-doi")
    sent.setlist("population.levels", ["primary"])
    answer = client.post(url, data=sent)
    assert answer.status_code == 422
    assert "cấp học chỉ dùng cho học sinh, sinh viên" in answer.get_data(as_text=True)
    for text, said in (
        ("code: hung-chau\ncode: <b>x</b>\n", "dòng 2, code: trường này viết hai lần"),
        ("code: !!python/object:os.system x\n", "dòng 1: không dùng thẻ (!)"),
        ("a: " + "x" * 600_000, "tệp lớn hơn 512 KB"),
        (shipped_plans()["viet-tri"], "Kế hoạch này mang mã “viet-tri”"),
    ):
        answer = client.post(f"{EDIT}/yaml", data={"seen": "2", "text": text})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert said in page
        assert "<b>x" not in page
    assert draft(database).revision == 2
    head = boxes(client, f"{EDIT}/chung/0")
    empty = dict.fromkeys(head, "") | {"seen": "2"}
    assert client.post(f"{EDIT}/chung/0", data=empty).location == f"{EDIT}/chung/0"
    for url in (EDIT, f"{EDIT}/chung/0", f"{EDIT}/chi-tieu/0", f"{EDIT}/thay-doi", f"{EDIT}/yaml"):
        words(client, url)
    for odd in ("them:la", "len:chi-tieu:x", "nam-chep:0", "giu-ma:", "bo:chung:0", "x"):
        answer = client.post(f"{EDIT}/viec", data={"seen": "3", "do": odd})
        assert answer.status_code in (303, 422), odd
    hostile = {"contradictions.rows": "99999", "targets.years": "0", "was": "a", "seen": "x"}
    assert client.post(f"{EDIT}/chi-tieu/0", data=hostile).status_code == 409
    assert client.post(f"{EDIT}/chi-tieu/99999999", data=hostile).status_code == 409
    assert client.post(f"{EDIT}/bo", data={"seen": "3"}).status_code == 422
    for _each in range(2):
        assert client.post(f"{EDIT}/bo", data={"seen": "3", "sure": "1"}).status_code == 303
    with database.read() as session:
        assert session.scalars(select(PlanDraft)).all() == []


def test_only_officers_and_administrators_write_plans(app: Flask, office: Cast) -> None:
    versions = f"/ke-hoach/{CODE}/phien-ban"
    for name in (None, "lan", "trang", "tinh", "bao"):
        client = signed_in(app, office, name)
        for url in (EDIT, f"{EDIT}/chung/0", f"{EDIT}/thay-doi", versions):
            assert client.get(url).status_code in (401, 403), url
        for url in ("/ke-hoach/moi", EDIT, f"{EDIT}/yaml", f"{EDIT}/thay-doi", f"{versions}/1"):
            assert client.post(url).status_code in (401, 403), url
