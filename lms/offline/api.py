"""The sync calls. Only the device's credential opens them: sign-out and hand-over never block one."""

from typing import Any
from uuid import UUID

import msgspec
from flask import Response, request

from lms.core import clock, web
from lms.core.api import ApiBlueprint
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.ledger import generation, queries
from lms.ledger.actions import Receipt, accept, refuse_body
from lms.ledger.rules import millis
from lms.ledger.web import count, project_after
from lms.offline.bodies import Unreadable, read_batch
from lms.offline.box.receipts import confirmed_here
from lms.offline.schemas import BatchIn, HaveOut, ReceiptOut, TimeOut

blueprint = ApiBlueprint("sync", __name__, description="Máy tính bảng gửi việc đã làm về xã.")


@blueprint.post("/sync/batches")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": BatchIn}}})
@blueprint.alt_response(200, schema=ReceiptOut)
@allow(device=Reach.OWN)
def post_batch() -> Response:
    """Store a batch of events and answer each one; whatever the body holds, nothing is thrown away."""
    device, commune_id = actor().key, actor().commune
    receipt = _take(commune_id, device)
    # The events are durable before the answer says so.
    web.commit()
    count(receipt)
    return project_after(_answer(receipt), commune_id)


def _take(commune_id: UUID, device_id: UUID) -> Receipt:
    now = clock.now()
    try:
        texts = read_batch(request)
    except Unreadable as body:
        return refuse_body(web.session(), commune_id, device_id, body.raw, body.reason, now)
    return accept(web.session(), commune_id, device_id, texts, now)


def _answer(receipt: Receipt) -> Response:
    body = {
        **_now(),
        "events": [
            {"index": f.index, "id": f.event_id, "fate": f.outcome, "reason": f.reason}
            for f in receipt.fates
        ],
        # A box has what it stored; home is what the commune has.
        "confirmed": confirmed_here(web.session(), receipt.confirmed),
    }
    return Response(msgspec.json.encode(body), content_type="application/json")


def _now() -> dict[str, Any]:
    told = generation.told(web.database())
    return {"store_generation": told, "server_time": millis(clock.now())}


@blueprint.get("/sync/have")
@blueprint.response(200, HaveOut)
@allow(device=Reach.OWN)
def get_have() -> dict[str, Any]:
    """What the store holds of the calling device, as runs per epoch."""
    device, now = actor().key, _now()
    held = queries.have(web.session(), actor().commune, device)
    return {**now, "device": device, "epochs": held}


@blueprint.get("/sync/time")
@blueprint.response(200, TimeOut)
@allow(device=Reach.OWN)
def get_time() -> dict[str, Any]:
    """The commune's clock and the store's generation."""
    return _now()
