"""Pages of the floor itself: the style guide, robots.txt, security of the theme cookie."""

from flask import Blueprint, Flask, Response, render_template

from lms.core.policy import PUBLIC, allow

blueprint = Blueprint("core", __name__)


@blueprint.get("/styleguide")
@allow(PUBLIC)
def styleguide() -> str:
    """Every token and component in use."""
    return render_template("styleguide/index.html")


@blueprint.get("/robots.txt")
@allow(PUBLIC)
def robots() -> Response:
    """Nothing here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
