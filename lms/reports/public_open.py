"""What everybody may open without signing in: a commune's page and its publications.

The pages are some kilobytes, without scripts, and may be kept by caches and search engines: people are
to find the class of their village. They name no learner and no officer.
"""

from flask import Response, render_template, request

from lms.core import clock, web
from lms.core.policy import PUBLIC, allow
from lms.people.models import Commune
from lms.reports import public_queries as public
from lms.reports.public_models import PublicPage
from lms.reports.public_pages import address_of, blueprint

KEPT = 300
"""Seconds that a cache may hold a page before asking again."""


@blueprint.get("/xa/<short_code>")
@allow(PUBLIC)
def page(short_code: str) -> Response:
    """Classes to join, events, how far the commune is, and where a certificate is checked."""
    session, today = web.session(), clock.today()
    commune, page = public.open_commune(session, short_code)
    listed = public.publications(session, commune.id)
    standing = [row for row in listed if row.withdrawn_at is None]
    latest = {row.plan_code: row for row in sorted(standing, key=lambda row: row.number)}
    return _answer(commune, page, "reports/public_page.html",
        classes=[one for one in public.classes(session, commune.id, today) if one.is_shown],
        events=public.events_around(session, commune.id, today), listed=listed,
        latest=[(row, public.body_of(row)) for row in latest.values()],
    )  # fmt: skip


@blueprint.get("/xa/<short_code>/so-lieu/<int:number>")
@allow(PUBLIC)
def publication(short_code: str, number: int) -> Response:
    """One publication as it was made, or that it was withdrawn and why."""
    session = web.session()
    commune, page = public.open_commune(session, short_code)
    row = public.publication(session, commune.id, number)
    body = None if row.withdrawn_at else public.body_of(row)
    answer = _answer(commune, page, "reports/public_publication.html", row=row, body=body)
    if body is None:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _answer(commune: Commune, page: PublicPage, template: str, **known: object) -> Response:
    """A light page with a tag of its content; the sample commune's is for no search engine."""
    text = render_template(
        template, light=True, page=page, here=commune, address=address_of(commune.short_code),
        commune={"name": commune.title, "is_sample": commune.is_sample}, **known,
    )  # fmt: skip
    answer = Response(text, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT}"
    # A reader's choice of colours is in the page.
    answer.headers["Vary"] = "Cookie"
    if commune.is_sample:
        answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]  # It gives back what it was given.
