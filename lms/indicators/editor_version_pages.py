"""The versions of a plan: the list, one of them, two compared, an older one taken up again."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from lms.core import web
from lms.core.errors import Conflict, NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.web import see
from lms.indicators import editor_drafts as drafts
from lms.indicators import editor_versions
from lms.indicators.editor_carry import restored
from lms.indicators.editor_save_pages import yaml_file
from lms.indicators.editor_sheet import outline
from lms.indicators.editor_versions import Version, numbered, versions
from lms.indicators.headline import place_text
from lms.indicators.pages import blueprint
from lms.indicators.plan_diff import Change, differences, grouped
from lms.people.account_queries import account_names


@blueprint.get("/ke-hoach/<code>/phien-ban")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def plan_versions(code: str) -> str:
    """Every version of the plan that has held here, and two of them compared."""
    return _list(code, "")


def _versions(code: str) -> list[Version]:
    found = versions(web.session(), actor().commune, code)
    if not found:
        raise NotFound(_("Xã chưa dùng kế hoạch “%(code)s”. Hãy chọn lại.", code=code))
    return found


def _list(code: str, refusal: str) -> str:
    found = _versions(code)
    last = len(found)
    one = numbered(found, request.args.get("a", max(1, last - 1), int))
    other = numbered(found, request.args.get("b", last, int))
    return render_template(
        "indicators/plan_versions.html",
        code=code,
        title=found[-1].plan.title,
        versions=found[::-1],
        names=_names(found),
        one=one,
        other=other,
        changes=_changes(one, other),
        refusal=refusal,
        draft=drafts.draft_of(web.session(), actor(), code),
    )


def _changes(old: Version, new: Version) -> dict[str, list[Change]]:
    return grouped(differences(old.plan, new.plan, (old.annexes, new.annexes)))


def _names(found: list[Version]) -> dict[Any, str]:
    ids = {version.by for version in found if version.by}
    return dict(account_names(web.session(), ids))


@blueprint.get("/ke-hoach/<code>/phien-ban/<int:number>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def plan_version(code: str, number: int) -> str:
    """One version: what it said, and what taking it up again would change."""
    found = _versions(code)
    wanted, newest = numbered(found, number), found[-1]
    now, then = ((v.row.wording, v.row.choices) for v in (newest, wanted))
    return render_template(
        "indicators/plan_version.html",
        code=code,
        version=wanted,
        newest=newest,
        place=place_text(wanted.plan),
        names=_names(found),
        state=outline(drafts.data_of_text(wanted.source, code)),
        changes=_changes(newest, wanted),
        lost=restored(wanted.plan, now, then, newest.plan).lost,
    )


@blueprint.get("/ke-hoach/<code>/phien-ban/<int:number>/tep.yaml")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def version_file(code: str, number: int) -> Response:
    """The plan file of one version, as it was written."""
    version = numbered(_versions(code), number)
    return yaml_file(version.source, f"{code}-{number}.yaml")


@blueprint.post("/ke-hoach/<code>/phien-ban/<int:number>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def return_to_version(code: str, number: int) -> Response:
    """Take an older version up again, as a new one."""
    seen = request.form.get("seen", 0, int)
    try:
        editor_versions.return_to(web.session(), actor(), code, number, seen)
    except Conflict as refusal:
        web.session().rollback()
        return make_response(_list(code, refusal.message), refusal.status)
    return see(url_for("indicators.plan_versions", code=code))
