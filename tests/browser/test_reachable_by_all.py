"""axe-core on a page of each role, in both themes: nothing serious, nothing critical."""

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.conftest import LAPTOP, PLAN, TABLET, Visit, Visitor, World
from tests.browser.steps import sign_in_learner, sign_in_staff, tap_main
from tests.courses.drafting import copy

pytestmark = pytest.mark.browser
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
BESIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def learner(visitor: Visitor, world: World) -> list[str]:
    """At home, at a question."""
    visitor.be("lms_device", world.cast.device_credentials["k1_may"])
    sign_in_learner(visitor)
    tap_main(visitor.page)
    tap_main(visitor.page)
    return [visitor.page.url.removeprefix(visitor.address), "/hoc"]


def trainer(visitor: Visitor, world: World) -> list[str]:
    """The open class, as one looks at it all day."""
    sign_in_staff(visitor, "trang")
    return ["/hom-nay", f"/lop-hoc/{world.cast['k1']}", f"/lop-hoc/{world.cast['k1']}/ket-qua"]


def officer(visitor: Visitor, world: World) -> list[str]:
    """A plan, one of its figures, and the measured change."""
    sign_in_staff(visitor, "oanh")
    return [f"/ke-hoach/{PLAN}", f"/ke-hoach/{PLAN}/nguoi-dan", "/thay-doi"]


def author(visitor: Visitor, world: World) -> list[str]:
    """A draft of the commune's own programme: its list, an editor, its questions, what it would change."""
    with world.database.write() as session:
        draft = f"/chuong-trinh/ban-nhap/{copy(session, world.cast)}"
    sign_in_staff(visitor, "oanh")
    pages = ("", "/tep", "/cau-hoi", "/cau-hoi/nhap", "/xuat-ban")
    return ["/chuong-trinh/ban-nhap/moi/sao-chep", *(draft + page for page in pages)]


def administrator(visitor: Visitor, world: World) -> list[str]:
    """Accounts, one's own among them, and the log."""
    sign_in_staff(visitor, "an")
    return ["/tai-khoan", "/tai-khoan-cua-toi", "/nhat-ky"]


def anyone(visitor: Visitor, world: World) -> list[str]:
    """The front door and the check of a certificate."""
    return ["/", "/gcn"]


Role = Callable[[Visitor, World], list[str]]
ROLES = [
    pytest.param(learner, TABLET, id="learner"),
    pytest.param(trainer, LAPTOP, id="trainer"),
    pytest.param(officer, LAPTOP, id="officer"),
    pytest.param(author, LAPTOP, id="author"),
    pytest.param(administrator, LAPTOP, id="administrator"),
    pytest.param(anyone, LAPTOP, id="anyone"),
]


@pytest.mark.parametrize(("role", "size"), ROLES)
def test_nothing_serious_stands_in_anybodys_way(
    visit: Visit, world: World, role: Role, size: dict[str, int]
) -> None:
    visitor = visit(size, has_touch=size is TABLET)
    found = []
    for theme in ("light", "contrast"):
        if theme == "light":
            paths = role(visitor, world)
        visitor.be("theme", theme)
        for path in paths:
            page = visitor.go(path)
            assert page.locator("html").get_attribute("data-theme") == theme
            page.evaluate(AXE_SCRIPT)
            found += [
                f"{path} {theme}: {fault['id']} {node['target']}"
                for fault in page.evaluate(RUN)
                if fault["impact"] in ("serious", "critical")
                for node in fault["nodes"]
            ]
    assert found == []


@pytest.mark.parametrize(("role", "size"), ROLES[1:])
def test_pages_still_read_at_320_pixels(
    visit: Visit, world: World, role: Role, size: dict[str, int]
) -> None:
    visitor = visit(size)
    paths = role(visitor, world)
    visitor.page.set_viewport_size({"width": 320, "height": 700})
    beside = {path: visitor.go(path).evaluate(BESIDE) for path in paths}
    assert {path: px for path, px in beside.items() if px > 0} == {}
