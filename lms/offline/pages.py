"""The player's document, its worker and its manifest. None of them holds anything personal."""

import gzip
import json
from functools import lru_cache

from flask import Blueprint, Response, current_app, render_template, request, url_for

from lms.cohorts import devices
from lms.core import web
from lms.core.assets import Assets
from lms.core.guard import CSP
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.offline.words import words

blueprint = Blueprint("player", __name__)

PLAYER_CSP = CSP.replace("img-src 'self'", "img-src 'self' blob:")
"""Pictures of a lesson are kept in the browser's own store and shown from there, with or without network."""
WORKER = "offline/worker/worker.js"
SHELL = (
    "offline/player.css", "offline/player.js", "offline/learn.js", "offline/trainer.js", "offline/ask.js",
    "offline/js/wait.js",
    "core/img/icons.svg", "core/img/pictures.svg",
    "core/img/mark.svg", "core/img/band.svg", "core/img/favicon.svg",
    "core/img/scenes/well-done.svg", "core/img/scenes/classroom.svg", "core/img/scenes/error.svg",
)  # fmt: skip
"""The static files that the player needs when there is no network."""


def _assets() -> Assets:
    return current_app.extensions["lms.assets"]  # type: ignore[no-any-return]


@blueprint.get("/may-hoc")
@allow(PUBLIC)
def player() -> Response:
    """The document of the player; the same for everybody."""
    sample = devices.sample_commune(web.session()) is not None
    page = render_template(
        "offline/player.html", words=words(), release=_assets().release, sample=sample
    )
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = PLAYER_CSP
    return _checked(answer)


@blueprint.get("/sw.js")
@allow(PUBLIC)
def worker() -> Response:
    """The service worker of this release, with the list of what it keeps."""
    assets = _assets()
    kept = [url_for("player.player"), url_for("player.manifest"), *map(assets.url, SHELL)]
    told = {"release": assets.release, "shell": kept, "player": kept[0]}
    body = f"const TOLD = {json.dumps(told)};\n" + assets.files[WORKER].body.decode()
    return _checked(Response(body, content_type="text/javascript; charset=utf-8"))


@blueprint.get("/ung-dung.webmanifest")
@allow(PUBLIC)
def manifest() -> Response:
    """What a tablet needs to put the player on its home screen."""
    icons = [
        {"src": _assets().url(f"core/img/icon-{size}.png"), "sizes": f"{size}x{size}",
         "type": "image/png", "purpose": purpose}
        for size in (192, 512) for purpose in ("any", "maskable")
    ]  # fmt: skip
    told = {
        "id": "/may-hoc", "name": _("Lớp Học Số"), "short_name": _("Lớp Học Số"), "lang": "vi",
        "description": _("Máy học của lớp bình dân học vụ số"), "start_url": "/may-hoc", "scope": "/",
        "display": "fullscreen", "background_color": "#fbf8f1", "theme_color": "#0b4f55",
        "icons": icons,
    }  # fmt: skip
    body = json.dumps(told, ensure_ascii=False)
    return _checked(Response(body, content_type="application/manifest+json; charset=utf-8"))


def _checked(answer: Response) -> Response:
    """Browsers may keep it, and ask each time whether it is still the newest."""
    answer.headers["Cache-Control"], answer.headers["Vary"] = "no-cache", "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.set_data(_packed(answer.get_data()))
        answer.headers["Content-Encoding"] = "gzip"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]  # It gives back what it was given.


@lru_cache(maxsize=8)
def _packed(body: bytes) -> bytes:
    """Compressed once for each release: the body changes with nothing else."""
    return gzip.compress(body, 9, mtime=0)
