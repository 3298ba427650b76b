"""What other systems read: counts with counts:read, records with records:read. docs/api.md shows each.

Officers may ask for the counts too, with their session: they see the same figures on their pages.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from lms.core import web
from lms.core.api import ApiBlueprint
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Policy, Reach, Role, allow
from lms.indicators import queries
from lms.indicators.api import plan_summary
from lms.people import machines
from lms.people.machine_use import tell
from lms.people.machine_words import RECORD_WORDS
from lms.people.models import Commune
from lms.reports import feed_counts, feed_records
from lms.reports import feed_schemas as js
from lms.reports.feed_changes import (
    Mark,
    Source,
    brought_up,
    changes_after,
    cursor,
    digest_of,
    point,
)
from lms.reports.feed_dhis2 import value_set
from lms.reports.feed_queries import closing_of, communes_of, day_asked

blueprint = ApiBlueprint("feed_api", __name__, url_prefix="/feed", description="Cho hệ thống khác")

COUNTS = Policy(
    {Role.MACHINE: Reach.COMMUNE, Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE},
    machines.COUNTS,
)
RECORDS = Policy({Role.MACHINE: Reach.COMMUNE}, machines.RECORDS)
Made = dict[str, Any]
Answer = tuple[Any, int, dict[str, str]] | Response


# --- what everything else names -----------------------------------------------------------------


@blueprint.get("/communes")
@blueprint.response(200, js.FeedCommuneOut(many=True))
@allow(COUNTS)
def communes() -> Answer:
    """List the communes this client may read: its own, or those of its province."""
    found = [
        {
            "code": one.short_code, "name": one.title, "province": one.province,
            "is_sample": one.is_sample,
        }
        for one in communes_of(web.session(), actor())
    ]  # fmt: skip
    return _tagged(digest_of(found), lambda: _told(found))


@blueprint.get("/units")
@blueprint.arguments(js.CommuneIn, location="query")
@blueprint.response(200, js.FeedUnitOut(many=True))
@allow(COUNTS)
def units(asked: dict[str, Any]) -> Answer:
    """List the units of a commune, also those that were merged; id and code never change."""
    rows = feed_counts.units_of(web.session(), _commune(asked).id).values()
    found = [
        {
            "id": one.id, "code": one.code, "name": one.name, "kind": one.kind,
            "opened_on": one.opened_on, "closed_on": one.closed_on, "part_of": one.part_of_id,
        }
        for one in rows
    ]  # fmt: skip
    return _tagged(digest_of(found), lambda: _told(found))


@blueprint.get("/plans")
@blueprint.arguments(js.CommuneIn, location="query")
@blueprint.response(200, js.FeedPlanOut(many=True))
@allow(COUNTS)
def plans(asked: dict[str, Any]) -> Answer:
    """List the plans of a commune with their indicators; codes never change."""
    adopted = queries.adopted_plans(web.session(), _commune(asked).id)
    found = [
        {
            **plan_summary(one),
            "indicators": [
                {"code": i.code, "no": i.no, "title": i.official_title or i.title}
                for i in one.plan.indicators
            ],
        }
        for one in adopted
    ]
    return _tagged(digest_of(found), lambda: _told(found))


# --- counts -------------------------------------------------------------------------------------


@blueprint.get("/counts")
@blueprint.arguments(js.CountsIn, location="query")
@blueprint.response(200, js.CountsPageOut)
@allow(COUNTS)
def counts(asked: dict[str, Any]) -> Answer:
    """Show closed periods as they were published last: all, or those changed since a cursor."""
    mark = _mark(asked, feed_counts.CLOSINGS)
    seq = point(mark, asked["changed_since"])
    tag = digest_of(mark, seq, asked, _names_of_units(mark.commune_id))
    return _tagged(tag, lambda: _closings(_commune(asked), mark, seq, asked))


def _names_of_units(commune_id: UUID) -> str:
    """Unit names stand beside their codes as they are today."""
    rows = feed_counts.units_of(web.session(), commune_id).values()
    return digest_of([(one.code, one.name) for one in rows])


def _closings(commune: Commune, mark: Mark, seq: int, asked: Mapping[str, Any]) -> Made:
    session = web.session()
    held = feed_counts.closings(session, commune.id)
    found = changes_after(session, mark, seq, asked["limit"])
    rows = [(held[key] if key in held and not gone else None, key) for key, gone in found.rows]
    wanted = [row for row, _key in rows if row and asked["plan"] in ("", row.plan_code)]
    items = [feed_counts.closed_document(session, commune, row) for row in wanted]
    tell(sum(len(item["figures"]) for item in items))
    return {"items": items, "next": cursor(mark, found.end), "more": found.more}


@blueprint.get("/counts/present")
@blueprint.arguments(js.DayIn, location="query")
@blueprint.response(200, js.FeedCountsOut)
@allow(COUNTS)
def present(asked: dict[str, Any]) -> Answer:
    """Show a plan's figures of any day as they are counted now; nobody has approved them."""
    commune, session = _commune(asked), web.session()
    adopted = queries.adopted(session, commune.id, asked["plan"])
    day = day_asked(asked.get("as_of"))
    tag = feed_counts.present_tag(session, commune, adopted, day)

    def made() -> Made:
        found = feed_counts.present_document(session, commune, adopted, day)
        tell(len(found["figures"]))
        return found

    return _tagged(tag, made)


@blueprint.get("/dhis2")
@blueprint.arguments(js.Dhis2In, location="query")
@blueprint.response(200, js.DataValueSetOut)
@allow(COUNTS)
def dhis2(asked: dict[str, Any]) -> Answer:
    """Show the same figures as a DHIS2 data value set; ids are our codes (idScheme=code)."""
    commune, session = _commune(asked), web.session()
    document = closing_of(session, commune, asked)
    made = value_set(document, asked["level"]).document
    tell(len(made["dataValues"]))
    return _tagged(digest_of(made), lambda: made)


# --- records ------------------------------------------------------------------------------------


@blueprint.get("/attainments")
@blueprint.arguments(js.ChangedIn, location="query")
@blueprint.response(200, js.AttainmentsPageOut)
@allow(RECORDS)
def attainments(asked: dict[str, Any]) -> Answer:
    """List results under pseudonyms: all, or those changed since a cursor."""
    return _records(asked, feed_records.ATTAINMENTS, feed_records.attainments)


@blueprint.get("/certificates")
@blueprint.arguments(js.ChangedIn, location="query")
@blueprint.response(200, js.CertificatesPageOut)
@allow(RECORDS)
def certificates(asked: dict[str, Any]) -> Answer:
    """List certificates under pseudonyms: all, or those changed since a cursor."""
    return _records(asked, feed_records.CERTIFICATES, feed_records.certificates)


Reader = Callable[..., dict[UUID, Made]]


def _records(asked: dict[str, Any], source: Source, read: Reader) -> Answer:
    mark, names = _mark(asked, source), _with_names()
    seq = point(mark, asked["changed_since"])

    def made() -> Made:
        found = changes_after(web.session(), mark, seq, asked["limit"])
        ids = [key for key, why in found.rows if not why]
        told = read(web.session(), mark.commune_id, ids, names=names)
        tell(
            len(found.rows), what=source.kind, said=RECORD_WORDS[source.kind], after=seq, until=found.end,
            names="1" if names else "0",
        )  # fmt: skip
        items = [_item(key, why, told) for key, why in found.rows]
        return {"items": items, "next": cursor(mark, found.end), "more": found.more}

    return _tagged(digest_of(mark, seq, asked, names), made)


def _item(key: UUID, why: str, told: Mapping[UUID, Made]) -> Made:
    """A record, or that it is gone; one that went between the two readings comes with the next call."""
    return told.get(key, {"id": key, "gone": why or "removed"})


def _with_names() -> bool:
    return machines.of_commune(web.session(), actor().commune, actor().key).with_names


# --- what all of them do ------------------------------------------------------------------------


def _commune(asked: Mapping[str, Any]) -> Commune:
    """The commune that is asked for, when this caller may read it; else it looks like a missing one."""
    open_to_it = communes_of(web.session(), actor(), asked["commune"])
    found = next(iter(open_to_it), None)
    if found is None:
        raise NotFound(
            _("Không có xã này, hoặc hệ thống không được đọc. Hãy xem /api/v1/feed/communes.")
        )
    return found


def _mark(asked: Mapping[str, Any], source: Source) -> Mark:
    """The comparison runs in transactions of its own, with no other one of this request open."""
    commune_id = _commune(asked).id
    web.commit()
    return brought_up(web.database(), commune_id, source)


def _tagged(tag: str, make: Callable[[], Any]) -> Answer:
    """The answer with its ETag, or 304 where the caller has it already; an empty tag is none."""
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "private, no-cache"} if tag else {}
    if tag and request.if_none_match.contains_weak(tag):
        return Response(status=304, headers=headers)
    return make(), 200, headers


def _told(rows: Collection[Any]) -> Collection[Any]:
    tell(len(rows))
    return rows
