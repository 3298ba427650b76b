"""Pages of closed periods: what is missing before closing, closing, the second person, the kept files."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for

from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Policy, Reach, Role, allow
from lms.core.text import day
from lms.core.web import see
from lms.indicators import queries, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import Wanted, closable, free_day, next_to_close
from lms.indicators.headline import plan_title
from lms.indicators.pages import EXPORTS, blueprint
from lms.indicators.period import period
from lms.indicators.snapshot_models import ReportSnapshot
from lms.indicators.snapshot_people import by_proof, named

PAGE = 50
OFFICE = Policy({Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE})
STATE_KINDS = {
    "proposed": "info", "standing": "success", "returned": "warning", "withdrawn": "neutral",
    "replaced": "neutral",
}  # fmt: skip


# --- closing a period ---------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/chot-so-lieu")
@allow(OFFICE)
def closing(code: str) -> str:
    """Choose a period, see what is missing, close it."""
    return _closing_page(code, {})


@blueprint.post("/ke-hoach/<code>/chot-so-lieu")
@allow(OFFICE)
def close(code: str) -> Response:
    """Close the chosen period, or propose it where a second person must approve."""
    try:
        row = snapshots.close(web.session(), actor(), code, _closing_form(code))
    except Invalid as error:
        problems = {name: " ".join(map(str, why)) for name, why in error.fields.items()}
        return Response(_closing_page(code, problems), 422)
    return see(url_for("indicators.snapshot", snapshot_id=row.id))


def _closing_form(code: str) -> snapshots.Closing:
    form = request.form
    wanted, _offered = _wanted(code, request.form.get("as_of", ""))
    replaces, key = form.get("replaces", ""), form.get("key", "")
    return snapshots.Closing(
        wanted,
        remark=form.get("remark", ""),
        in_spite=form.get("in_spite", ""),
        replaces=web.uuid_field(replaces, "replaces") if replaces else None,
        key=web.uuid_field(key, "key") if key else None,
    )


def _to_show(code: str) -> tuple[Wanted, list[Wanted], dict[str, str]]:
    """The period asked for; with its own cut-off, and why, where the day asked for cannot be.

    Who chooses another period on the page sends the day of the former one along.
    """
    try:
        return *_wanted(code, request.values.get("as_of", "")), {}
    except Invalid as error:
        problems = {name: " ".join(map(str, why)) for name, why in error.fields.items()}
    wanted, offered = _wanted(code, "")
    said = _("Ngày này không chốt được cho kỳ này nên đã lấy ngày %(day)s.", day=day(wanted.as_of))
    return wanted, offered, {"as_of": said} if request.method == "GET" else problems


def _wanted(code: str, until: str) -> tuple[Wanted, list[Wanted]]:
    """The period that the address or the form names, up to this day, and all that are offered."""
    adopted = queries.adopted(web.session(), actor().commune, code)
    today, asked = clock.today(), request.values
    offered = closable(adopted.plan, today)
    if "ky" not in asked:
        return next_to_close(offered, today) or free_day(today), offered
    if asked["ky"] == "":
        return free_day(_until(adopted, until) if until else today), offered
    found = next((one for one in offered if key_of(one) == asked["ky"]), None)
    if found is None:
        raise NotFound(_("Kế hoạch không có kỳ báo cáo này. Hãy mở lại trang chốt số liệu."))
    return (_on(found, _until(adopted, until)) if until else found), offered


def _until(adopted: queries.Adopted, as_of: str) -> date:
    """The cut-off that was typed; one that no page can show is refused."""
    return period(adopted.plan, clock.today(), as_of=as_of).as_of


def _on(wanted: Wanted, as_of: date) -> Wanted:
    """The period with another cut-off; one outside the period is refused."""
    if not wanted.starts <= as_of <= wanted.ends:
        wrong = _("Ngày chốt phải nằm trong kỳ báo cáo. Hãy chọn lại.")
        raise Invalid(wrong, fields={"as_of": [wrong]})
    return Wanted(wanted.report, wanted.title, wanted.starts, wanted.ends, as_of)


def key_of(wanted: Wanted) -> str:
    """The period in an address: 'quy|2026-12-31'; a free day is empty."""
    return f"{wanted.report}|{wanted.ends.isoformat()}" if wanted.report else ""


def _closing_page(code: str, problems: dict[str, str]) -> str:
    session, who = web.session(), actor()
    wanted, offered, corrected = _to_show(code)
    ready = snapshots.prepared(session, who, code, wanted)
    return render_template(
        "indicators/snapshot_close.html",
        plan=ready.adopted.plan,
        title=plan_title(ready.adopted.plan),
        wanted=wanted,
        chosen=key_of(wanted),
        offered=[(key_of(one), one) for one in offered],
        ready=ready,
        standing=held.of_period(session, who.commune, code, wanted, "standing"),
        waiting=held.of_period(session, who.commune, code, wanted, "proposed"),
        two=held.needs_two(session, who.commune),
        may_set=who.role is Role.ADMINISTRATOR,
        today=clock.today(),
        form_key=request.form.get("key") or uuid7(),
        problems=problems,
        corrected=corrected,
        typed=request.form,
        **closed_list(code),
    )


def closed_list(code: str) -> dict[str, Any]:
    """The closings of a plan, for the list on its page and below the form."""
    session, who = web.session(), actor()
    rows = held.snapshots(session, who.commune, code)
    return {
        "closed": rows,
        "people": held.names_for(session, rows),
        "state_words": {key: _(word) for key, word in held.STATE_WORDS.items()},
        "state_kinds": STATE_KINDS,
    }


@blueprint.post("/ke-hoach/chot-so-lieu/hai-nguoi")
@allow(administrator=Reach.COMMUNE)
def two_persons() -> Response:
    """Ask for a second person, or no longer: field `two_persons` 1 or 0."""
    snapshots.set_two_persons(web.session(), actor(), request.form.get("two_persons") == "1")
    return web.back(url_for("indicators.plans"))


# --- one closing --------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/ban-chot/<uuid:snapshot_id>")
@allow(OFFICE)
def snapshot(snapshot_id: UUID) -> str:
    """A closing as it was printed."""
    return _snapshot_page(snapshot_id)


def _snapshot_page(snapshot_id: UUID, refusal: str = "") -> str:
    session, who = web.session(), actor()
    row = held.snapshot(session, who.commune, snapshot_id)
    waits = row.state == "proposed"
    return render_template(
        "indicators/snapshot.html",
        moved=waits and snapshots.has_moved(session, row),
        own=row.proposed_by == who.id,
        files=held.kept_files(session, row),
        published=held.restatements(session, row),
        others=[one for one in held.snapshots(session, who.commune, row.plan_code) if one != row],
        refusal=refusal,
        **surroundings(row),
    )


def surroundings(row: ReportSnapshot) -> dict[str, Any]:
    """What every page of a closing shows."""
    body = held.body_of(row)
    names = held.names_for(web.session(), [row])
    return {
        "row": row,
        "body": body,
        "title": body["title"],
        "by": names.get(row.proposed_by, "") if row.proposed_by else body["closed"]["by"],
        "decided_by": names.get(row.decided_by, "") if row.decided_by else "",
        "state_text": _(held.STATE_WORDS[row.state]),
        "state_kind": STATE_KINDS[row.state],
        "replaces": held.number_of(web.session(), row),
    }


@blueprint.post("/ke-hoach/ban-chot/<uuid:snapshot_id>/duyet")
@allow(OFFICE)
def approve(snapshot_id: UUID) -> Response:
    """Let a proposal stand; field `although_changed` when its figures changed meanwhile."""
    seen = request.form.get("although_changed") == "1"
    try:
        snapshots.approve(web.session(), actor(), snapshot_id, although_changed=seen)
    except Conflict as error:
        return Response(_snapshot_page(snapshot_id, error.message), 409)
    return see(url_for("indicators.snapshot", snapshot_id=snapshot_id))


@blueprint.post("/ke-hoach/ban-chot/<uuid:snapshot_id>/tra-lai")
@allow(OFFICE)
def send_back(snapshot_id: UUID) -> Response:
    """Return a proposal: field `reason`."""
    snapshots.send_back(web.session(), actor(), snapshot_id, request.form.get("reason", ""))
    return see(url_for("indicators.snapshot", snapshot_id=snapshot_id))


@blueprint.post("/ke-hoach/ban-chot/<uuid:snapshot_id>/rut")
@allow(OFFICE)
def withdraw(snapshot_id: UUID) -> Response:
    """Take a proposal back."""
    snapshots.withdraw(web.session(), actor(), snapshot_id)
    return see(url_for("indicators.snapshot", snapshot_id=snapshot_id))


@blueprint.get("/ke-hoach/ban-chot/<uuid:snapshot_id>/tep/<kind>")
@allow(OFFICE)
def snapshot_file(snapshot_id: UUID, kind: str) -> Response:
    """An official file, byte for byte as it was made; `lan` names a restatement."""
    if kind not in EXPORTS:
        raise NotFound(_("Bản chốt này không có tệp đó. Hãy mở lại trang bản chốt."))
    row = held.snapshot(web.session(), actor().commune, snapshot_id)
    file = held.kept(web.session(), row, kind, request.args.get("lan", 0, int))
    answer = Response(file.content, content_type=EXPORTS[kind])
    answer.headers["ETag"] = f'"{file.sha256}"'
    return as_file(answer, file.name)


@blueprint.get("/ke-hoach/ban-chot/<uuid:snapshot_id>/chi-tieu/<no>")
@allow(OFFICE)
def snapshot_figure(snapshot_id: UUID, no: str) -> str:
    """Who stood in a closed figure and who was missing, by today's names."""
    row = held.snapshot(web.session(), actor().commune, snapshot_id)
    found = surroundings(row)
    line = next((one for one in found["body"]["lines"] if one["code"] == no), None)
    if line is None:
        raise NotFound(_("Bản chốt không có chỉ tiêu này. Hãy mở lại trang bản chốt."))
    people = _people(row, no)
    return render_template("indicators/snapshot_figure.html", line=line, people=people, **found)


def _people(row: ReportSnapshot, no: str) -> dict[str, Any]:
    """One page of the people, in it or missing."""
    figure = held.sets_of(web.session(), row)[no]
    counts = {"in": len(figure["people"]), "missing": len(figure["missing"] or ())}
    state = request.args.get("state", "missing" if counts["missing"] else "in")
    keys = figure["missing"] or frozenset() if state == "missing" else figure["people"]
    page = max(1, request.args.get("page", 1, int))
    rows = named(web.session(), row.commune_id, figure["subject"], keys, (page - 1) * PAGE, PAGE,
                 by_proof(figure["proofs"]))  # fmt: skip
    return {
        "rows": rows, "state": state, "page": page, "counts": counts,
        "listed": figure["missing"] is not None, "pages": max(1, -(-len(keys) // PAGE)),
        "total": len(keys),
    }  # fmt: skip
