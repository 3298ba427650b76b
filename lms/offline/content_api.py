"""The calls by which a tablet loads what is taught: an index, and parts named by their hash."""

import re
from uuid import uuid5

from flask import Response, current_app, request, url_for

from courses import queries as courses_queries
from courses.rules import VERSION_NAMESPACE
from lms.core import web
from lms.core.api import ApiBlueprint
from lms.core.assets import Assets
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.shelf import Shelf
from lms.offline.content import Content, Part, content_of
from lms.offline.content_schemas import ContentOut, ContentPartOut

blueprint = ApiBlueprint("content", __name__, description="Bài học và câu ôn cho máy học.")

FOR_EVER = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"
"""An index is kept too, but a newer release of the service may cut the parts differently."""
SHELF: Shelf[tuple[str, str, str], Content] = Shelf(room=16)
"""By content hash, level and release of the service."""
_HASH = re.compile(r"[0-9a-f]{64}")


@blueprint.get("/content/<string:content>/<string:level>")
@blueprint.alt_response(200, schema=ContentOut)
@allow(learner=Reach.OWN, device=Reach.OWN)
def get_content(content: str, level: str) -> Response:
    """The index of a programme version at one level; its parts are named by their SHA-256."""
    return _answer(_content(content, level).index, ASK_AGAIN)


@blueprint.get("/content/<string:content>/<string:level>/parts/<string:sha256>")
@blueprint.alt_response(200, schema=ContentPartOut)
@allow(learner=Reach.OWN, device=Reach.OWN)
def get_content_part(content: str, level: str, sha256: str) -> Response:
    """A lesson or the bank of practice. After a 404 the index is asked for again."""
    part = _content(content, level).parts.get(sha256)
    if part is None:
        raise _missing()
    return _answer(part, FOR_EVER)


def _content(content: str, level: str) -> Content:
    """The content that this commune may see, from the shelf or made now."""
    if not _HASH.fullmatch(content):
        raise _missing()
    session, key = web.session(), uuid5(VERSION_NAMESPACE, content)
    courses_queries.require_visible(session, actor().commune, key)
    return SHELF.get((content, level, _release()), lambda: _made(content, level))


def _made(content: str, level: str) -> Content:
    version = courses_queries.version(web.session(), uuid5(VERSION_NAMESPACE, content))
    if level not in {one.code for one in version.programme.levels}:
        raise _missing()
    return content_of(version, level, lambda sha: url_for("courses.picture", sha256=sha))


def _release() -> str:
    assets: Assets = current_app.extensions["lms.assets"]
    return assets.release


def _answer(part: Part, kept: str) -> Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(part.packed if packed else part.body, content_type="application/json")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Cache-Control"], answer.headers["Vary"] = kept, "Accept-Encoding"
    answer.set_etag(part.sha256)
    return answer.make_conditional(request)  # type: ignore[return-value]  # It gives back what it was given.


def _missing() -> NotFound:
    return NotFound(_("Không tìm thấy nội dung này. Hãy tải lại trang học."))
