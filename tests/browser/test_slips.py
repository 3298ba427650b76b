"""Slips on paper: two on a sheet, nothing runs over its edge, however long the names are."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader

from assessments.models import Attempt, LessonProgress, TaskObservation
from courses import actions as courses_actions
from courses.rules import Module, ProgrammeVersion, Skill, freeze
from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.ids import uuid7
from lms.people.account_models import Account
from lms.people.models import Person
from tests.browser.conftest import Visit, Visitor, World
from tests.factories.content import small_version

pytestmark = pytest.mark.browser
LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Phúc Hoàng Thị Thiên Hương Giang Thùy Trang"
LONG = (
    "Dùng Cổng Dịch vụ công quốc gia để tìm, nộp, theo dõi và nhận kết quả một thủ tục của gia đình "
    "mình ngay tại nhà"
)


def long_version() -> ProgrammeVersion:
    """Every title is as long as an author may write it, and there are many of each."""
    small = small_version("dai-dong", f"{LONG}, số 0")
    (lesson,), task = small.modules[0].lessons[:1], small.observed_tasks[0]
    lessons = [replace(lesson, code=f"b{n}", title=f"{LONG}, số {n}") for n in range(5)]
    tasks = [replace(task, id=f"viec-{n}", title=f"{LONG}, số {n}") for n in range(6)]
    skills = [Skill(one.code, f"{LONG}, số {n}") for n, one in enumerate(small.programme.skills)]
    return freeze(
        programme=replace(small.programme, skills=tuple(skills)),
        modules=(Module("m1", "Học phần 1", "Thử.", tuple(lessons)),),
        items=small.items,
        observed_tasks=tasks,
        blueprints=small.blueprints,
        pass_rules=[replace(small.pass_rules[0], required_tasks=("viec-1",))],
        media=[],
    )


def crowd(world: World) -> None:
    """Lan has the longest of everything; Hùng has just come."""
    version, cast = long_version(), world.cast
    with world.database.write() as session:
        courses_actions.publish(session, version, {})
        cohort = session.get_one(Cohort, (cast["TBT"], cast["k1"]))
        cohort.version_id, cohort.programme_code = version.id, version.code
        cohort.name, cohort.place = LONG, f"Nhà văn hóa {LONG}"
        session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = LONG_NAME
        session.get_one(Account, cast["trang"]).display_name = LONG_NAME
        common = {"commune_id": cast["TBT"], "enrolment_id": cast["hv_lan"]}
        for task in version.observed_tasks:
            session.add(TaskObservation(
                **common, id=uuid7(), task=task.id, result="can_do", observer_id=cast["trang"],
                occurred_at=clock.now(), event_id=uuid7(),
            ))  # fmt: skip
        session.add(
            LessonProgress(**common, id=uuid7(), lesson="b0", screens_seen=3, last_at=clock.now())
        )
        session.add(_mastery(version, common))


def _mastery(version: ProgrammeVersion, common: dict[str, UUID]) -> Attempt:
    return Attempt(
        **common, id=uuid7(), version_id=version.id, level="basic", purpose="practice",
        blueprint="practice/basic", seed="x", form={}, state="final", started_at=clock.now(),
        submitted_at=clock.now(), points=3, max_points=3, trail={"sitting": None}, clock_flag=False,
        mark={"items": {}, "skills": {skill.code: [1, 1] for skill in version.programme.skills}},
    )  # fmt: skip


def pages_of(visitor: Visitor) -> list[tuple[float, float]]:
    """The sizes in millimetres of the sheets that the page prints on."""
    printed = PdfReader(BytesIO(visitor.page.pdf(prefer_css_page_size=True)))
    boxes = (page.mediabox for page in printed.pages)
    return [(round(float(b.width) * 0.3528), round(float(b.height) * 0.3528)) for b in boxes]


def overflowing(visitor: Visitor) -> list[str]:
    """The slips on paper whose text does not fit, and the heads that are not shown alone."""
    visitor.page.emulate_media(media="print")
    found: list[str] = visitor.page.evaluate(
        """() => [...document.querySelectorAll('.slip')]
          .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
          .map((one) => `${one.scrollHeight} > ${one.clientHeight}: ${one.innerText.slice(0, 60)}`)"""
    )
    return found


def test_two_slips_fit_on_a_sheet_with_the_longest_names(visit: Visit, world: World) -> None:
    crowd(world)
    trang = visit({"width": 1200, "height": 900})
    trang.be("lms_staff", world.cast.staff_tokens["trang"])
    page = trang.go(f"/lop-hoc/{world.cast['k1']}/phieu")
    assert page.locator(".slip").count() == 2
    assert pages_of(trang) == [(297, 210)]
    assert overflowing(trang) == []
    assert date(2026, 11, 20).strftime("%d/%m/%Y") in page.locator(".slip").first.inner_text()


def test_one_slip_is_one_sheet(visit: Visit, world: World) -> None:
    trang = visit({"width": 1200, "height": 900})
    trang.be("lms_staff", world.cast.staff_tokens["trang"])
    page = trang.go(f"/ghi-danh/{world.cast['hv_lan']}/phieu")
    assert page.locator(".slip").count() == 1
    assert pages_of(trang) == [(297, 210)]
    assert overflowing(trang) == []


def test_slips_can_be_read_on_a_phone(visit: Visit, world: World) -> None:
    crowd(world)
    trang = visit({"width": 320, "height": 640})
    trang.be("lms_staff", world.cast.staff_tokens["trang"])
    page = trang.go(f"/lop-hoc/{world.cast['k1']}/phieu")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
