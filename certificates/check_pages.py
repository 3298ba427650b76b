"""What anyone may open: the check of one certificate, and the page where its code is typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import batch, check_words, checks, queries, rules, wording
from certificates.pages import base_address, blueprint
from lms.core import clock, web
from lms.core.policy import PUBLIC, allow


@blueprint.get("/gcn")
@allow(PUBLIC)
def enter() -> Response:
    """Type, paste or scan a code."""
    typed = request.args.get("ma", "")
    code = rules.read_code(batch.tidy(typed))
    if code is not None:
        return redirect(url_for("certificates.check", token=code.token), 303)
    return _light("certificates/enter.html", 200, typed=typed[:80])


@blueprint.get("/gcn/<token>")
@allow(PUBLIC)
def check(token: str) -> Response:
    """What a certificate is worth today, for anyone who holds its code."""
    checks.count(web.database(), web.keys(), request.remote_addr)
    shown, code = queries.check(web.session(), token), rules.read_code(token)
    printed = rules.spaced(code.token) if code else ""
    return _light("certificates/check.html", 200 if shown else 404, shown=shown, code=printed)


def _light(template: str, status: int, **known: Any) -> Response:
    """A page of a few kilobytes without scripts, with who runs it, and where."""
    page = render_template(
        template,
        light=True,
        say=check_words,
        words=wording,
        at=clock.now(),
        keepers=queries.keepers(web.session()),
        host=urlsplit(base_address()).netloc,
        **known,
    )
    return hidden(page, status)


def hidden(page: str, status: int) -> Response:
    """A page that no search engine keeps."""
    answer = Response(page, status, content_type="text/html; charset=utf-8")
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
