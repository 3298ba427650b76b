"""Pages of the floor itself: the style guide, robots.txt, security of the theme cookie."""

from flask import Blueprint, Flask, Response, render_template, request

from lms.core.policy import PUBLIC, allow
from lms.core.web import back

blueprint = Blueprint("core", __name__)


@blueprint.get("/styleguide")
@allow(PUBLIC)
def styleguide() -> str:
    """Every token and component in use."""
    return render_template("styleguide/index.html")


@blueprint.post("/giao-dien")
@allow(PUBLIC)
def theme() -> Response:
    """Keep the reader's choice of colours in a cookie; back to where the reader was."""
    chosen = "contrast" if request.form.get("theme") == "contrast" else "light"
    answer = back()
    answer.set_cookie("theme", chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return answer


@blueprint.get("/robots.txt")
@allow(PUBLIC)
def robots() -> Response:
    """Only the communes' own public pages are for search engines: people look there for a class."""
    rules = "User-agent: *\nAllow: /xa/\nAllow: /assets/\nDisallow: /\n"
    return Response(rules, content_type="text/plain; charset=utf-8")


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
