"""Pages of restatements and of two periods side by side, each with the people behind every number."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from lms.core import audit, clock, web
from lms.core.errors import Invalid, NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import allow
from lms.core.web import see
from lms.indicators import comparing_periods as pairs
from lms.indicators import queries, restating, restating_two
from lms.indicators import snapshot_queries as held
from lms.indicators.export_json import Paper
from lms.indicators.headline import plan_title
from lms.indicators.pages import blueprint
from lms.indicators.restating import CAUSE_NOTES, CAUSE_WORDS, KINDS, Compared
from lms.indicators.rules.facts import Key
from lms.indicators.snapshot_models import ReportSnapshot
from lms.indicators.snapshot_pages import OFFICE, surroundings
from lms.indicators.snapshot_people import Named, by_merge, by_proof, by_record, named
from lms.indicators.snapshot_rules import Cause
from lms.people.queries import survivors

MOST = 500
"""People shown of one kind behind one cause; more are a number."""


@blueprint.get("/ke-hoach/ban-chot/<uuid:snapshot_id>/dieu-chinh")
@allow(OFFICE)
def restating_page(snapshot_id: UUID) -> str:
    """What changed since the closing and why; `chi-tieu` and `do` open the people behind a cause."""
    return _restating_page(snapshot_id, {})


def _restating_page(snapshot_id: UUID, problems: dict[str, str]) -> str:
    session = web.session()
    row = held.snapshot(session, actor().commune, snapshot_id)
    found = restating.compared(session, row)
    return render_template(
        "indicators/snapshot_restate.html",
        changes=restating.changes_of(found),
        found=found,
        opened=_opened(session, row, found),
        published=held.restatements(session, row),
        problems=problems,
        reason=request.form.get("reason", ""),
        number=found.base.number + 1,
        draft=True,
        **_second_person(session, row),
        **_words(),
        **surroundings(row),
    )


def _second_person(session: Session, row: ReportSnapshot) -> dict[str, Any]:
    """Whether another person must publish, and what waits for one."""
    found = restating_two.waiting(session, row)
    return {
        "two": held.needs_two(session, row.commune_id),
        "waiting": found,
        "proposer": restating_two.proposer(session, found) if found else "",
        "is_mine": found is not None and found.made_by == actor().id,
    }


def _words() -> dict[str, Any]:
    return {
        "cause_words": {cause.value: _(word) for cause, word in CAUSE_WORDS.items()},
        "cause_notes": {cause.value: _(word) for cause, word in CAUSE_NOTES.items()},
        "change_text": restating.change_text,
        "kind_words": {
            "joined": _("vào số đạt"), "left": _("ra khỏi số đạt"), "came": _("vào đối tượng"),
            "gone": _("ra khỏi đối tượng"),
        },
    }  # fmt: skip


def _opened(session: Session, row: ReportSnapshot, found: Compared) -> dict[str, Any] | None:
    """The people behind the cause that the address names."""
    code, cause = request.args.get("chi-tieu", ""), request.args.get("do", "")
    people = restating.people_behind(found.restated, code, cause)
    if not people:
        return None
    line = found.lines.get(code) or found.base.lines.get(code) or {}
    return _shown(
        session, row, code, cause, line, people, _telling(session, row, found, code, cause)
    )


def _telling(session: Session, row: ReportSnapshot, found: Compared, code: str, cause: str) -> Any:
    """What is said beside each name: what became of the record, whose it is now, or what counted."""
    if cause == Cause.RECORD:
        return by_record(found.base.world.facts, found.now.facts)
    if cause == Cause.MERGED:
        return by_merge(found.restated.roots)
    return by_proof(_proofs(session, row, found, code))


def _proofs(
    session: Session, row: ReportSnapshot, found: Compared, code: str
) -> dict[Key, tuple[Key, ...]]:
    """What counts today, and what had counted for those who are no longer in."""
    old = held.sets_of(session, row, found.base.number).get(code, {}).get("proofs", {})
    figures = (*found.restated.report.figures, *found.restated.report.commitments)
    figure = next((one for one in figures if one.code == code), None)
    new = {who: figure.evidence_of(who) for who in figure.people} if figure else {}
    return {**old, **new}


def _shown(
    session: Session, row: ReportSnapshot, code: str, cause: str, line: dict[str, Any],
    people: dict[str, list[Key]], tell: Any = None,
) -> dict[str, Any]:  # fmt: skip
    subject = line.get("subject", "person")
    rows: dict[str, list[Named]] = {
        kind: named(session, row.commune_id, subject, people[kind], 0, MOST, tell)
        for kind in KINDS
        if people.get(kind)
    }
    more = {kind: max(0, len(people[kind]) - MOST) for kind in rows}
    return {"code": code, "cause": cause, "line": line, "rows": rows, "more": more}


@blueprint.post("/ke-hoach/ban-chot/<uuid:snapshot_id>/dieu-chinh")
@allow(OFFICE)
def publish(snapshot_id: UUID) -> Response:
    """Publish or propose what the officer has seen (`reason`, `seen`); `viec=tra-lai` returns a proposal."""
    form, session, who = request.form, web.session(), actor()
    if form.get("viec") == "tra-lai":
        restating_two.take_back(session, who, snapshot_id)
        return see(url_for("indicators.restating_page", snapshot_id=snapshot_id))
    try:
        reason, seen = form.get("reason", ""), form.get("seen", "")
        made = restating_two.submit(session, who, snapshot_id, reason, seen)
    except Invalid as error:
        problems = {name: " ".join(map(str, why)) for name, why in error.fields.items()}
        return Response(_restating_page(snapshot_id, problems), 422)
    return _on_to(snapshot_id, made.number if made else None)


def _on_to(snapshot_id: UUID, number: int | None) -> Response:
    """To what was published, or back to the page where it waits."""
    if number is None:
        return see(url_for("indicators.restating_page", snapshot_id=snapshot_id))
    return see(url_for("indicators.restated_page", snapshot_id=snapshot_id, number=number))


@blueprint.get("/ke-hoach/ban-chot/<uuid:snapshot_id>/dieu-chinh/<int:number>")
@allow(OFFICE)
def restated_page(snapshot_id: UUID, number: int) -> str:
    """A restatement as it was published."""
    session = web.session()
    row = held.snapshot(session, actor().commune, snapshot_id)
    made = held.restatement(session, row, number)
    told = held.body_of(made)
    return render_template(
        "indicators/snapshot_restate.html",
        changes=told["changes"],
        made=made,
        told=told,
        opened=_opened_before(session, row, number, told),
        files=held.kept_files(session, row, number),
        published=held.restatements(session, row),
        number=number,
        draft=False,
        **_words(),
        **surroundings(row),
    )


def _opened_before(
    session: Session, row: ReportSnapshot, number: int, told: dict[str, Any]
) -> dict[str, Any] | None:
    code, cause = request.args.get("chi-tieu", ""), request.args.get("do", "")
    people = restating.published_behind(session, row, number, code, cause)
    if not people:
        return None
    line: dict[str, Any] = next((one for one in told["lines"] if one["code"] == code), {})
    return _shown(session, row, code, cause, line, people)


# --- two periods --------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/so-sanh")
@allow(OFFICE)
def compare_periods(code: str) -> str:
    """Two closings side by side, or a closing and today: `truoc` and `sau`; `chi-tieu` opens people."""
    session, commune = web.session(), actor().commune
    adopted = queries.adopted(session, commune, code)
    rows = [one for one in held.snapshots(session, commune, code) if one.state == "standing"]
    old, new = _two(rows)
    compared = _compared(session, code, old, new) if old else []
    return render_template(
        "indicators/snapshot_compare.html", plan=adopted.plan, title=plan_title(adopted.plan),
        rows=rows, old=old, new=new, pairs=compared, opened=_moved(session, compared),
        today=clock.today(),
    )  # fmt: skip


def _two(rows: list[ReportSnapshot]) -> tuple[ReportSnapshot | None, ReportSnapshot | None]:
    """The closings to compare; without an address the last two, or the only one and today."""
    by_id = {str(row.id): row for row in rows}
    asked = {name: request.args.get(name, "") for name in ("truoc", "sau")}
    if any(key and key not in by_id for key in asked.values()):
        raise NotFound(_("Không tìm thấy bản chốt này. Hãy mở lại trang kế hoạch."))
    if asked["truoc"]:
        return by_id[asked["truoc"]], by_id.get(asked["sau"])
    latest = sorted(rows, key=lambda row: (row.as_of, row.number), reverse=True)
    return (latest[1], latest[0]) if len(latest) > 1 else (next(iter(latest), None), None)


def _compared(
    session: Session, code: str, old: ReportSnapshot, new: ReportSnapshot | None
) -> list[pairs.Pair]:
    after = pairs.side_of_snapshot(session, new) if new else pairs.side_of_report(_today(code))
    return pairs.side_by_side(
        pairs.side_of_snapshot(session, old), after, _roots(session, old.commune_id)
    )


def _roots(session: Session, commune_id: UUID) -> dict[Key, Key]:
    """Records joined by now, with the one that stands for each."""
    return {key.hex: root.hex for key, root in survivors(session, commune_id).items()}


def _today(code: str) -> Paper:
    session, commune, today = web.session(), actor().commune, clock.today()
    report = queries.report(session, commune, code, today.year, today)
    row = queries.commune_of(session, commune)
    return Paper(report, row, audit.checkpoint(session, commune))


def _moved(session: Session, compared: list[pairs.Pair]) -> dict[str, Any] | None:
    """The people new in a figure, or no longer in it."""
    pair = next((one for one in compared if one.code == request.args.get("chi-tieu")), None)
    which = request.args.get("nguoi", "")
    keys = {"moi": pair.joined, "mat": pair.left}.get(which) if pair else None
    if pair is None or keys is None:
        return None
    subject = (pair.new or pair.old or {}).get("subject", "person")
    tell = by_merge(_roots(session, actor().commune)) if subject == "person" else None
    rows = named(session, actor().commune, subject, keys, 0, MOST, tell)
    return {"pair": pair, "which": which, "rows": rows, "more": max(0, len(keys) - MOST)}
