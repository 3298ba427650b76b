"""For every endpoint of classes and tablets: who may not."""

import pytest
from flask import Flask

from lms.core.db import Database
from lms.core.policy import PUBLIC, policy_of
from tests.cast import Cast
from tests.cohorts.conftest import Browser

pytestmark = pytest.mark.db

POSTS = {
    "/buoi/{k1_buoi}/mo": "/buoi/{xa_k1_buoi}/mo",
    "/buoi/{k1_buoi}/dong": "/buoi/{xa_k1_buoi}/dong",
    "/buoi/{k1_buoi}/diem-danh": "/buoi/{xa_k1_buoi}/diem-danh",
    "/lop-hoc/{k1}/giam-sat": "/lop-hoc/{xa_k1}/giam-sat",
    "/lop-hoc/{k1}/giam-sat/ket-thuc": "/lop-hoc/{xa_k1}/giam-sat/ket-thuc",
    "/lop-hoc/{k1}/giam-sat/ho-tro": "/lop-hoc/{xa_k1}/giam-sat/ho-tro",
    "/lop-hoc/{k1}/buoi": "/lop-hoc/{xa_k1}/buoi",
    "/ghi-danh/{hv_lan}/mo-khoa": "/ghi-danh/{xa_hv_lan}/mo-khoa",
    "/ghi-danh/{hv_lan}/da-giup": "/ghi-danh/{xa_hv_lan}/da-giup",
    "/ghi-danh/{hv_lan}/pin": "/ghi-danh/{xa_hv_lan}/pin",
    "/may/{k1_may}/thu-hoi": "/may/{xa_k1_may}/thu-hoi",
    "/lop-hoc/{k1}/the": "/lop-hoc/{xa_k1}/the",
    "/lop-hoc/{k1}/the/khach": "/lop-hoc/{xa_k1}/the/khach",
    "/ghi-danh/{hv_lan}/the": "/ghi-danh/{xa_hv_lan}/the",
    "/lop-hoc/{k1}/ma-o-nha": "/lop-hoc/{xa_k1}/ma-o-nha",
    "/ghi-danh/{hv_lan}/ma-o-nha": "/ghi-danh/{xa_hv_lan}/ma-o-nha",
}
GETS = {
    "/api/v1/cohorts/{k1}": "/api/v1/cohorts/{xa_k1}",
    "/api/v1/cohorts/{k1}/enrolments": "/api/v1/cohorts/{xa_k1}/enrolments",
    "/lop-hoc/{k1}/the": "/lop-hoc/{xa_k1}/the",
    "/lop-hoc/{k1}/ma-o-nha": "/lop-hoc/{xa_k1}/ma-o-nha",
    "/buoi/{k1_buoi}/qr": "/buoi/{xa_k1_buoi}/qr",
    "/buoi/{k1_buoi}/qr.svg": "/buoi/{xa_k1_buoi}/qr.svg",
}
OPEN = {"/may": "", "/api/v1/cohorts": "", "/the/cua-toi": ""}


def filled(path: str, cast: Cast) -> str:
    return path.format(**cast.ids)


def form(cast: Cast) -> dict[str, str]:
    return {
        "planned_on": "2026-12-01",
        "enrolment_id": str(cast["hv_lan"]),
        f"state-{cast['hv_lan']}": "present",
        "label": "Máy 77",
        "count": "2",
    }


@pytest.mark.parametrize("path", [*POSTS, "/may", "/the/cua-toi"])
def test_who_may_not_post(browser: Browser, cast: Cast, path: str) -> None:
    for who, status in (("", 401), ("bao", 403), ("tinh", 403)):
        answer = browser(staff=who).post(filled(path, cast), data=form(cast))
        assert answer.status_code == status, who
    assert browser(learner="lan").post(filled(path, cast), data=form(cast)).status_code == 403
    device = browser()
    device.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {cast.device_credentials['k1_may']}"
    assert device.post(filled(path, cast), data=form(cast)).status_code == 403


@pytest.mark.parametrize("path", [path for path in POSTS if not path.startswith("/may")])
def test_a_trainer_posts_only_in_own_classes(browser: Browser, cast: Cast, path: str) -> None:
    assert browser(staff="tuan").post(filled(path, cast), data=form(cast)).status_code == 403


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("who", ["trang", "oanh", "an"])
def test_things_of_another_commune_look_like_missing_ones(
    browser: Browser, cast: Cast, path: str, who: str
) -> None:
    foreign = filled(POSTS[path], cast)
    answer = browser(staff=who).post(foreign, data=form(cast))
    assert answer.status_code == 404
    nowhere = POSTS[path].format_map(
        dict.fromkeys(cast.ids, "01890000-0000-7000-8000-000000000000")
    )
    same = browser(staff=who).post(nowhere, data=form(cast))
    assert (same.status_code, same.data) == (404, answer.data)


@pytest.mark.parametrize("path", POSTS)
def test_who_may(browser: Browser, cast: Cast, path: str) -> None:
    for who in ("trang", "oanh", "an"):
        answer = browser(staff=who).post(filled(path, cast), data=form(cast))
        assert answer.status_code in (200, 303), who


@pytest.mark.parametrize("path", [*GETS, *OPEN])
def test_who_may_not_read(browser: Browser, cast: Cast, path: str) -> None:
    for who, status in (("", 401), ("bao", 403), ("tinh", 403)):
        assert browser(staff=who).get(filled(path, cast)).status_code == status
    assert browser(learner="lan").get(filled(path, cast)).status_code == 403
    if path in GETS:
        assert browser(staff="tuan").get(filled(path, cast)).status_code == 403
        for who in ("trang", "oanh", "an"):
            assert browser(staff=who).get(filled(path, cast)).status_code == 200
            assert browser(staff=who).get(filled(GETS[path], cast)).status_code == 404


def test_lists_hold_only_what_one_may_see(browser: Browser, cast: Cast) -> None:
    def codes(who: str) -> list[str]:
        return [one["id"] for one in browser(staff=who).get("/api/v1/cohorts").get_json()]

    assert codes("trang") == [str(cast["k1"])]
    assert sorted(codes("oanh")) == sorted([str(cast["k1"]), str(cast["k2"])])
    assert sorted(codes("xa_an")) == sorted([str(cast["xa_k1"]), str(cast["xa_k2"])])
    page = browser(staff="trang").get("/may").get_data(as_text=True)
    assert "k1_may" in page
    assert "xa_k1_may" not in page


def test_an_enrolment_is_answered_by_pseudonym(browser: Browser, cast: Cast) -> None:
    answer = browser(staff="trang").get(f"/api/v1/cohorts/{cast['k1']}/enrolments")
    assert {one["id"] for one in answer.get_json()} == {str(cast["hv_lan"]), str(cast["hv_hung"])}
    assert "Lan" not in answer.get_data(as_text=True)
    assert "pin" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "referer",
    ["https://evil.example/x", "http://localhost//evil.example", "javascript:alert(1)", ""],
)
def test_a_form_goes_back_only_to_own_pages(browser: Browser, cast: Cast, referer: str) -> None:
    client, path = browser(staff="trang"), f"/ghi-danh/{cast['hv_lan']}/mo-khoa"
    headers = {"Referer": referer} if referer else {}
    assert client.post(path, headers=headers).location == "/"
    own = {"Referer": f"http://localhost/lop-hoc/{cast['k1']}?xem=1"}
    assert client.post(path, headers=own).location == f"/lop-hoc/{cast['k1']}?xem=1"


def test_every_other_route_of_these_packages_is_named_here(app: Flask) -> None:
    """A new endpoint must be put into one of the lists above, or be public on purpose."""
    named = {path.split("{")[0] for path in [*POSTS, *GETS, *OPEN, "/ma-o-nha/{}"]}
    rules = [
        r
        for r in app.url_map.iter_rules()
        if r.endpoint.split(".")[0] in ("teaching", "classes", "cards", "own_phones")
    ]
    assert len(rules) >= 15
    for rule in rules:
        known = any(rule.rule.startswith(start) for start in named)
        assert known
    public = {
        r.rule for r in app.url_map.iter_rules()
        if r.endpoint.startswith("cohorts.") and policy_of(app, r.endpoint) is PUBLIC
    }  # fmt: skip
    assert public == {
        "/vao-lop", "/vao-lop/may-thu", "/vao-lop/ten", "/vao-lop/pin/<uuid:enrolment_id>",
        "/nguoi-tiep-theo", "/vao-lop/the", "/the",
    }  # fmt: skip


def test_a_tablet_is_enrolled_and_revoked(browser: Browser, cast: Cast, database: Database) -> None:
    client = browser(staff="trang")
    assert client.post("/may", data={"label": "  Máy   07 "}).location == "/may"
    cookie = client.get_cookie("lms_device")
    assert cookie is not None
    assert cookie.value.startswith("TBT.")
    assert "Máy đang dùng là Máy 07" in client.get("/may").get_data(as_text=True)
    again = browser(staff="oanh").post("/may", data={"label": "Máy 07"})
    assert again.status_code == 422
    assert "Đã có máy tên Máy 07" in again.get_data(as_text=True)
    assert browser(staff="oanh").post("/may", data={"label": " "}).status_code == 422
    for _ in range(2):
        assert client.post(f"/may/{cast['k1_may']}/thu-hoi").location == "/may"
    # The label of a tablet that is gone may be used again.
    assert client.post("/may", data={"label": "k1_may"}).status_code == 303
