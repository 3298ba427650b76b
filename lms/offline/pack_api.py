"""A carried class as a tablet fetches it, and what a device tells of itself."""

from typing import Any

from flask import Response, request

from lms.cohorts import carry_queries, queries
from lms.core import clock, web
from lms.core.api import ApiBlueprint
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.ledger import generation
from lms.ledger import queries as ledger_queries
from lms.ledger.rules import millis
from lms.offline.pack_schemas import PackOut
from lms.offline.report import keep_report
from lms.offline.schemas import ReportedOut, ReportIn

blueprint = ApiBlueprint(
    "packs", __name__, description="Lớp mang đi, và điều máy tính bảng tự báo."
)


@blueprint.get("/packs/current")
@blueprint.alt_response(200, schema=PackOut)
@allow(device=Reach.OWN)
def get_pack() -> Response:
    """The newest pack of the class that the calling tablet stands in, byte for byte as it was made."""
    session, who = web.session(), actor()
    pack = carry_queries.newest_pack(session, queries.device(session, who.commune, who.key))
    if pack is None or pack.body is None:
        raise NotFound(_("Lớp này chưa có gói mang đi. Thầy cô bấm “Mang lớp đi” ở trang của lớp."))
    answer = Response(pack.body, content_type="application/json")
    # It holds given names: no cache of the browser keeps it, the player does and clears it.
    answer.headers["Cache-Control"] = "no-store"
    answer.set_etag(pack.sha256)
    return answer.make_conditional(request)  # type: ignore[return-value]  # It gives back what it was given.


@blueprint.put("/sync/report")
@blueprint.arguments(ReportIn)
@blueprint.response(200, ReportedOut)
@allow(device=Reach.OWN)
def put_report(told: dict[str, Any]) -> dict[str, Any]:
    """What the device holds, made and could not send; it learns the commune's clock by the answer."""
    session, commune, device = web.session(), actor().commune, actor().key
    fresh = told.pop("fresh")
    keep_report(session, commune, device, told)
    told_now = generation.told(web.database())
    held = ledger_queries.have(session, commune, device) if fresh else None
    return {"store_generation": told_now, "server_time": millis(clock.now()), "epochs": held}
