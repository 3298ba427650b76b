"""Parts of pages that renew themselves (cohorts/js/live.js): asked again with the tag of what is shown."""

from collections.abc import Callable

from flask import Response, request

PART = "phan"


def wants_part() -> bool:
    """Whether only the part is asked for, not the page around it."""
    return PART in request.args


def part_or_unchanged(tag: str, render: Callable[[], str]) -> Response:
    """304 without a body when the browser shows this already, else what `render` makes, with its tag."""
    if wants_part() and request.if_none_match.contains(tag):
        answer = Response(status=304)
    else:
        answer = Response(render(), content_type="text/html; charset=utf-8")
    answer.set_etag(tag)
    return answer
