"""The commune's own design: a form with a preview, and the versions that were used before."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import design_form, design_preview, design_words, designs, wording
from certificates.design_form import DesignForm
from certificates.designs import Kept
from certificates.pages import base_address, blueprint
from lms.cohorts.managing import Changed
from lms.core import web
from lms.core.downloads import as_file
from lms.core.errors import Conflict, Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, Reach, allow
from lms.core.web import see
from lms.people.models import Commune


@blueprint.get("/mau-giay-chung-nhan")
@allow(TEACHING)
def design() -> str:
    """The design that is used today, and its earlier versions."""
    return _page(design_form.filled(_newest()))


def _newest() -> Kept:
    return designs.newest(web.session(), actor().commune)


def _commune() -> Commune:
    return web.session().get_one(Commune, actor().commune)


def _page(form: DesignForm, **more: Any) -> str:
    session, who = web.session(), actor()
    lines = design_words.lines(wording.issuer_of(_commune()))
    return render_template(
        "certificates/design.html", form=form, lines=lines, newest=_newest(),
        problems=design_words.named(form.problems),
        versions=designs.versions(session, who), keeper=who.role in designs.KEEPERS, **more,
    )  # fmt: skip


@blueprint.post("/mau-giay-chung-nhan")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def save_design() -> Response | tuple[str, int]:
    """Keep what is in the form as a new version; a refused form is shown again as it was typed."""
    form = _read()
    try:
        kept = _save(form)
    except Changed:
        return _overtaken(form), 409
    except Invalid as refusal:
        form.refuse(refusal, "title")
        return _page(form), 422
    return _saved(kept)


def _read() -> DesignForm:
    """The form as it was sent, on the version it was opened with."""
    opened, last = request.form.get("opened", ""), _newest()
    base = last
    if opened.isascii() and opened.isdigit() and int(opened[:8]) <= last.version:
        base = designs.version(web.session(), actor(), int(opened[:8]))
    file = request.files.get("logo")
    data = file.read() if file else b""
    return design_form.read(web.keys(), request.form, data, base.design)


def _save(form: DesignForm) -> Kept:
    """Faults of the reading and of the paper are told together; either keeps anything from being saved."""
    if form.errors:
        _look_further(form)
        faults = {name: [why] for name, why in form.errors.items()}
        raise Invalid(_("Chưa lưu được mẫu."), fields=faults)
    return designs.save(web.session(), actor(), form.design, form.opened)


def _look_further(form: DesignForm) -> dict[str, str]:
    """Add what the paper does not hold to what was wrong when the form was read."""
    readable = design_words.without(form.design, form.errors)
    form.errors = designs.unfit(readable, wording.issuer_of(_commune())) | form.errors
    return form.errors


def _overtaken(form: DesignForm) -> str:
    """Somebody saved meanwhile: both are shown, and the form now stands on what is saved."""
    last = _newest()
    design_form.put_onto(web.keys(), form, last)
    return _page(form, changes=design_words.changes(form.design, last.design))


def _saved(kept: Kept) -> Response:
    return see(url_for("certificates.design", luu=kept.version))


@blueprint.post("/mau-giay-chung-nhan/xem-truoc")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def preview_design() -> Response | tuple[str, int]:
    """What is in the form, as paper; nothing is saved. `?kho=a5` is the slip."""
    form = _read()
    if _look_further(form):
        page = render_template("certificates/design_faults.html", form=form, words=design_words)
        return page, 422
    return _drawn(form.design)


def _drawn(design: design_preview.Design) -> Response:
    sample = design_preview.sample(web.session(), _commune(), base_address(), design.issuer)
    paper = design_preview.slip if request.args.get("kho") == "a5" else design_preview.sheet
    made = Response(paper(sample, design), content_type="application/pdf")
    return as_file(made, "xem-truoc-giay-chung-nhan.pdf", shown=True)


@blueprint.get("/mau-giay-chung-nhan/<int:design>")
@allow(TEACHING)
def design_version(design: int) -> str:
    """One version as it was saved, to look at and to take again."""
    session, who = web.session(), actor()
    return render_template(
        "certificates/design_version.html", kept=designs.version(session, who, design),
        newest=_newest(), lines=design_words.lines(""), keeper=who.role in designs.KEEPERS,
    )  # fmt: skip


@blueprint.get("/mau-giay-chung-nhan/<int:design>.pdf")
@allow(TEACHING)
def design_version_pdf(design: int) -> Response:
    """One version as paper, with a made-up person. `?kho=a5` is the slip."""
    return _drawn(designs.version(web.session(), actor(), design).design)


@blueprint.get("/mau-giay-chung-nhan/<int:design>/lo-go.png")
@allow(TEACHING)
def design_logo(design: int) -> Response:
    """The mark of one version: our own PNG, whatever was sent."""
    kept = designs.version(web.session(), actor(), design)
    if not kept.design.logo:
        raise Conflict(_("Mẫu này không có lô-gô."))
    return Response(kept.design.logo, content_type="image/png")


@blueprint.post("/mau-giay-chung-nhan/<int:design>/dung-lai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def take_design_again(design: int) -> Response:
    """Use an old version again: it becomes the newest; sending it twice is once."""
    opened = request.form.get("opened", -1, type=int)
    return _saved(designs.take_again(web.session(), actor(), design, opened))
