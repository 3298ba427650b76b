"""Frameworks of competence and what the programmes cover of them."""

from flask import Blueprint, render_template

from courses import queries
from courses.frameworks import Catalogue, catalogues, coverage
from courses.rules import ProgrammeVersion
from lms.core import web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow

blueprint = Blueprint("frameworks", __name__)


@blueprint.get("/chuong-trinh/khung")
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def frameworks() -> str:
    """Every framework, how far it has been compared, and how much of it each programme covers."""
    taught = _taught()
    rows = [
        (one, [(version, len(coverage(version, one.code))) for version in taught])
        for one in catalogues().values()
    ]
    return render_template("courses/frameworks.html", rows=rows)


@blueprint.get("/chuong-trinh/khung/<framework>")
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def framework(framework: str) -> str:
    """One framework: each competence with the programmes and skills that are meant for it."""
    shown = _catalogue(framework)
    covered = [(version, coverage(version, shown.code)) for version in _taught()]
    return render_template("courses/framework.html", framework=shown, covered=covered)


def _taught() -> list[ProgrammeVersion]:
    session = web.session()
    rows = queries.newest(session, actor().commune)
    return [queries.version(session, row.id) for row in rows]


def _catalogue(code: str) -> Catalogue:
    found = catalogues().get(code)
    if found is None:
        raise NotFound(_("Không tìm thấy khung này. Hãy chọn lại từ danh sách khung."))
    return found
