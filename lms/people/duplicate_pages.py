"""The review of duplicates: pairs side by side, one person or two, and every decision taken back."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import clock, web
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.people import actions, dossiers, duplicates
from lms.people.blueprint import blueprint
from lms.people.dossiers import Merge
from lms.people.pages import WORDS, masked_id, page_number, ways_of
from lms.people.schemas import DistinctIn, LinkIn, UndoLinkIn, form
from lms.people.wording import reasons

PAIRS = 10
"""Pairs side by side on a page."""


@blueprint.get("/dan-cu/trung")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def duplicate_pairs() -> str:
    """Pairs that may be one person, side by side, and the merges that stand."""
    session, who = web.session(), actor()
    found = duplicates.review(session, who, clock.today(), page_number(), PAIRS)
    merged = dossiers.recent_merges(session, who.commune)
    ways = ways_of("people.duplicate_pairs", found.page, PAIRS, found.total)
    return render_template(
        "people/duplicates.html", found=found, ways=ways, merged=merged, say=reasons, masked=masked_id,
        just_merged=_just_merged(), just_parted=_just_parted(), **WORDS,
    )  # fmt: skip


def _just_merged() -> tuple[Merge, str] | None:
    """The merge that was made a moment ago, while it stands."""
    link = request.args.get("gop", "")
    if not link:
        return None
    return dossiers.merge_of(web.session(), actor().commune, web.uuid_field(link, "gop"))


def _just_parted() -> tuple[tuple[UUID, str], tuple[UUID, str]] | None:
    """The two who were said to be two people a moment ago, while that stands."""
    one, other = (request.args.get(name, "") for name in ("mot", "hai"))
    if not one or not other:
        return None
    ids = web.uuid_field(one, "mot"), web.uuid_field(other, "hai")
    return duplicates.parted(web.session(), actor().commune, *ids)


def _back(just: dict[str, Any] | None = None) -> Response:
    """Back to the page of pairs, which says what was just done."""
    return make_response(redirect(url_for("people.duplicate_pairs", **(just or {})), 303))


@blueprint.post("/dan-cu/trung")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def merge() -> Response:
    """Join a record to the one that stands for it."""
    given = form(LinkIn)
    made = actions.link(
        web.session(), actor(), given["duplicate"], given["survivor"], given["reason"]
    )
    return _back({"gop": made.id})


@blueprint.post("/dan-cu/trung/khac-nhau")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def tell_apart() -> Response:
    """The two are two people."""
    given = form(DistinctIn)
    actions.mark_distinct(web.session(), actor(), given["one"], given["other"])
    return _back({"mot": given["one"], "hai": given["other"]})


@blueprint.post("/dan-cu/trung/khac-nhau/xem-lai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def look_again() -> Response:
    """The two may be one person after all: propose them again."""
    given = form(DistinctIn)
    actions.unmark_distinct(web.session(), actor(), given["one"], given["other"])
    return _back()


@blueprint.post("/dan-cu/trung/<uuid:link_id>/tach")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def undo_merge(link_id: UUID) -> Response:
    """Take a merge back; whoever was reviewing pairs goes on with them."""
    given = form(UndoLinkIn)
    link = actions.undo_link(web.session(), actor(), link_id)
    if given["reviewing"]:
        return _back()
    return make_response(redirect(url_for("people.person", person_id=link.duplicate_id), 303))
