"""At the commune: which laptops carry classes, making one, giving it classes, disabling it."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.core import lan, web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Policy, Reach, Role, allow
from lms.core.web import see
from lms.offline.box import giving, queries, seal
from lms.offline.box.files import attachment, file_name
from lms.people.proof import weighs

blueprint = Blueprint("boxes", __name__)
OFFICE = Policy({Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE})


@blueprint.get("/may-lop")
@allow(OFFICE)
def page() -> str:
    """The boxes of the commune, what each lacks, and the form of a new one."""
    return _page()


def _page(refusal: Invalid | None = None) -> str:
    session, commune = web.session(), actor().commune
    return render_template(
        "offline/boxes.html", boxes=queries.boxes_of(session, commune), refusal=refusal,
        giveable=queries.giveable(session, commune), label=request.form.get("label", ""),
        chosen=request.form.getlist("cohort"),
    )  # fmt: skip


def _classes() -> list[UUID]:
    return [web.uuid_field(one, "cohort") for one in request.form.getlist("cohort")]


@blueprint.post("/may-lop")
@allow(OFFICE)
@weighs
def prepare() -> str | tuple[str, int]:
    """Check what was typed, and show the one-time code with the button that makes the file."""
    new = _new(uuid7(), seal.new_code())
    try:
        giving.check_new(web.session(), actor(), new)
    except Invalid as refusal:
        return _page(refusal), refusal.status
    names = [
        one for one in queries.giveable(web.session(), actor().commune) if one.id in new.cohort_ids
    ]
    return render_template("offline/box_file.html", new=new, classes=names)


def _new(key: UUID, code: str) -> giving.NewBox:
    url = web.settings().public_url or (
        "" if lan.is_this_machine(request.host) else request.url_root
    )
    return giving.NewBox(
        key, request.form.get("label", "")[:200], _classes(), code, url.rstrip("/")
    )


@blueprint.post("/may-lop/tep")
@allow(OFFICE)
@weighs
def download() -> Response:
    """Make the box and hand out its file; the same form again gives a file of the same box."""
    key = web.uuid_field(request.form.get("id", ""), "id")
    new = _new(key, request.form.get("code", "")[:40])
    made = giving.create_box(web.session(), actor(), web.keys(), new)
    return attachment(file_name("may-lop", new.label), made)


@blueprint.post("/may-lop/<uuid:box_id>/lop")
@allow(OFFICE)
def give(box_id: UUID) -> Response:
    """Let the box hold exactly the classes of the form's `cohort` fields."""
    giving.give_classes(web.session(), actor(), box_id, _classes())
    return see(url_for("boxes.page", _anchor=f"may-{box_id}"))


@blueprint.post("/may-lop/<uuid:box_id>/ban-moi")
@allow(OFFICE)
def snapshot(box_id: UUID) -> Response:
    """The newest snapshot of a box, as a file for a stick."""
    box, made = giving.snapshot_for(web.session(), actor(), web.keys(), box_id)
    return attachment(file_name("ban-moi", box.label), made)


@blueprint.post("/may-lop/<uuid:box_id>/ngung")
@allow(OFFICE)
def disable(box_id: UUID) -> Response:
    """Take nothing in from this box any more; the form's `sure` says that it was meant."""
    giving.box_of_commune(web.session(), actor().commune, box_id)
    if request.form.get("sure") != "1":
        words = _("Hãy đánh dấu ô “Tôi hiểu” rồi bấm lại.")
        raise Invalid(words, fields={"sure": [words]})
    giving.disable_box(web.session(), actor(), box_id)
    return see(url_for("boxes.page", _anchor=f"may-{box_id}"))


@blueprint.post("/may-lop/<uuid:box_id>/dung-lai")
@allow(OFFICE)
@weighs
def enable(box_id: UUID) -> Response:
    """A box that was disabled is found again."""
    giving.enable_box(web.session(), actor(), box_id)
    return see(url_for("boxes.page", _anchor=f"may-{box_id}"))
