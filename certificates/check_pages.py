"""What anyone may open: the check of one certificate, and the page where its code is typed."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import checks, queries, rules, wording
from certificates.pages import blueprint
from lms.core import web
from lms.core.policy import PUBLIC, allow


@blueprint.get("/gcn")
@allow(PUBLIC)
def enter() -> Response:
    """Type, paste or scan a code."""
    typed = request.args.get("ma", "")
    code = rules.read_code(typed)
    if code is not None:
        return redirect(url_for("certificates.check", token=code.token), 303)
    return _hidden(render_template("certificates/enter.html", light=True, typed=typed[:80]), 200)


@blueprint.get("/gcn/<token>")
@allow(PUBLIC)
def check(token: str) -> Response:
    """What a certificate is worth today, for anyone who holds its code."""
    checks.count(web.database(), web.keys(), request.remote_addr)
    shown = queries.check(web.session(), token)
    page = render_template("certificates/check.html", light=True, shown=shown, words=wording)
    return _hidden(page, 200 if shown else 404)


def _hidden(page: str, status: int) -> Response:
    answer = Response(page, status, content_type="text/html; charset=utf-8")
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
