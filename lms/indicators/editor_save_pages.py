"""A draft as text, what it would change, saving it as the new version, throwing it away; a new plan."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from lms.core import web
from lms.core.downloads import as_file
from lms.core.errors import Conflict, Invalid, NotFound, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.text import clean
from lms.core.web import see
from lms.indicators import editor_deeds as deeds
from lms.indicators import editor_drafts as drafts
from lms.indicators import editor_versions, queries
from lms.indicators.editor_deeds import new_plan
from lms.indicators.editor_drafts import Overtaken
from lms.indicators.editor_effect import effects
from lms.indicators.editor_fields import Years, cleaned, short_code
from lms.indicators.editor_models import PlanDraft
from lms.indicators.editor_pages import surroundings
from lms.indicators.pages import blueprint
from lms.indicators.plan_annex import annex_remarks, annexes_in
from lms.indicators.plan_diff import differences, grouped, renumbered
from lms.indicators.plan_file import PlanError, checked, load_plan, shipped_plans
from lms.indicators.plan_text import MAX_BYTES
from lms.people.models import COMMUNE_KINDS

YAML = "application/yaml; charset=utf-8"
EMPTY_HEAD = dict.fromkeys(
    ("title", "kind", "name", "province", "letterhead", "years", "source", "code", "file"), ""
)
"""The boxes of a new plan's form."""


# --- as text ------------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/sua/yaml")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def plan_text(code: str) -> Response:
    """The draft as a plan file, for those who would rather write that."""
    draft = drafts.draft_of(web.session(), actor(), code)
    if draft is None:
        return see(url_for("indicators.edit_plan", code=code))
    return make_response(_text_page(draft, draft.source, ()))


def _text_page(draft: PlanDraft, text: str, problems: Any, refusal: str = "") -> str:
    return render_template(
        "indicators/plan_edit_text.html",
        text=text,
        problems=problems,
        refusal=refusal,
        **surroundings(draft.code, draft),
    )


@blueprint.post("/ke-hoach/<code>/sua/yaml")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def save_plan_text(code: str) -> Response:
    """Put another text in the draft's place; a wrong one is shown again with its lines."""
    text, form = _sent_text(), request.form
    try:
        drafts.put_text(web.session(), actor(), code, form.get("seen", 0, int), text)
    except (Invalid, Overtaken) as refusal:
        web.session().rollback()
        return _text_again(code, text, refusal)
    return see(url_for("indicators.edit_plan", code=code))


def _text_again(code: str, text: str, refusal: Refusal) -> Response:
    """What was typed, with every line that is wrong; a text too long for a plan is cut off."""
    draft = drafts.held(web.session(), actor(), code)
    problems = refusal.problems if isinstance(refusal, PlanError) else ()
    said = "" if problems else refusal.message
    return make_response(_text_page(draft, text[:MAX_BYTES], problems, said), refusal.status)


def _sent_text() -> str:
    """The file that was chosen, else the text of the box."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return request.form.get("text", "").replace("\r\n", "\n")
    try:
        return str(chosen.read(), "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        message = _("Tệp không phải UTF-8. Hãy lưu lại dạng UTF-8 rồi chọn lại.")
        raise Invalid(message, fields={"file": [message]}) from None


@blueprint.get("/ke-hoach/<code>/sua/tep.yaml")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_file(code: str) -> Response:
    """The draft as a file."""
    draft = drafts.draft_of(web.session(), actor(), code)
    if draft is None:
        return see(url_for("indicators.edit_plan", code=code))
    return yaml_file(draft.source, f"{code}-nhap.yaml")


def yaml_file(text: str, name: str) -> Response:
    """A plan file to keep."""
    return as_file(Response(text.encode(), content_type=YAML), name)


# --- what it changes ----------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/sua/thay-doi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def plan_changes(code: str) -> Response:
    """What the draft changes in words and in today's figures, before anything is saved."""
    draft = drafts.draft_of(web.session(), actor(), code)
    if draft is None:
        return see(url_for("indicators.edit_plan", code=code))
    return make_response(_changes_page(draft, ""))


def _changes_page(draft: PlanDraft, refusal: str) -> str:
    session, commune = web.session(), actor().commune
    plan, faults = checked(drafts.data_of_draft(draft))
    versions = editor_versions.versions(session, commune, draft.code)
    return render_template(
        "indicators/plan_edit_changes.html",
        plan=plan,
        wrong=len(faults),
        refusal=refusal,
        holding=versions[-1].sha256 if versions else "",
        making=drafts.sha256(draft.source),
        overtaken=bool(versions) and versions[-1].row.definition_id != draft.based_on,
        **(_told(draft, versions) if plan else {}),
        **surroundings(draft.code, draft),
    )


def _told(draft: PlanDraft, versions: list[editor_versions.Version]) -> dict[str, Any]:
    """The changes in words, what they do to the figures, what falls away."""
    session, commune = web.session(), actor().commune
    plan = load_plan(draft.source, draft.code)
    old = versions[-1].plan if versions else None
    before = versions[-1].annexes if versions else ()
    annexes = (before, annexes_in(draft.source, draft.code))
    held = queries.adopted(session, commune, draft.code) if versions else None
    found, carry = effects(session, commune, held, plan)
    return {
        "old": old,
        "changes": grouped(differences(old, plan, annexes)) if old else {},
        "renumbered": renumbered(old, plan) if old else (),
        "effects": found,
        "lost": carry.lost,
        "annex_remarks": annex_remarks(plan, annexes[1]),
    }


@blueprint.post("/ke-hoach/<code>/sua/thay-doi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def adopt_draft(code: str) -> Response:
    """Save the draft as the version that holds."""
    form = request.form
    seen, holding, making = form.get("seen", 0, int), form.get("holding", ""), form.get("making")
    try:
        drafts.adopt(web.session(), actor(), code, seen, holding, making or "")
    except (Invalid, Conflict) as refusal:
        web.session().rollback()
        draft = drafts.held(web.session(), actor(), code)
        return make_response(_changes_page(draft, refusal.message), refusal.status)
    return see(url_for("indicators.plan_versions", code=code))


@blueprint.post("/ke-hoach/<code>/sua/bo")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def throw_draft_away(code: str) -> Response:
    """Throw the draft away; the plan that holds stays as it is."""
    if not request.form.get("sure"):
        raise Invalid(_("Hãy đánh dấu vào ô “Tôi muốn bỏ bản nháp này” rồi bấm lại."))
    drafts.throw_away(web.session(), actor(), code, request.form.get("seen", 0, int))
    held = queries.newest_adoption(web.session(), actor().commune, code)
    return see(url_for("indicators.plan", code=code) if held else url_for("indicators.plans"))


# --- a new plan ---------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/moi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def new_plan_page() -> str:
    """Begin a plan: its head, and what to copy the rest from."""
    commune = queries.commune_of(web.session(), actor().commune)
    kind, name = COMMUNE_KINDS[commune.kind], commune.name
    title = _("Bình dân học vụ số %(kind)s %(name)s", kind=kind, name=name)
    head = {"title": title, "kind": kind, "name": name, "province": commune.province}
    return _new_page(head, {})


def _new_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session, who = web.session(), actor()
    own = {one.code: one.plan.title for one in queries.adopted_plans(session, who.commune)}
    shipped = {code: queries.parsed(text, code).title for code, text in shipped_plans().items()}
    return render_template(
        "indicators/plan_edit_new.html",
        typed={**EMPTY_HEAD, **typed},
        errors={**EMPTY_HEAD, **errors},
        sources=[*(shipped | own).items()],
        kinds=[(word, word) for word in COMMUNE_KINDS.values()],
        drafts=drafts.drafts_of(session, who),
    )


@blueprint.post("/ke-hoach/moi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def begin_plan() -> Response:
    """Begin the draft of a plan that the commune does not have yet."""
    try:
        draft = _new_draft()
    except Refusal as refusal:
        web.session().rollback()
        errors = {name: " ".join(said) for name, said in refusal.fields.items()}
        errors = errors if not isinstance(refusal, PlanError) else {}
        page = _new_page(request.form.to_dict(), errors or {"": refusal.message})
        return make_response(page, refusal.status)
    return see(url_for("indicators.edit_plan", code=draft.code))


def _new_draft() -> PlanDraft:
    session, who = web.session(), actor()
    chosen = request.files.get("file")
    if chosen is not None and chosen.filename:
        text = _sent_text()
        plan = load_plan(text, clean(chosen.filename))
        return drafts.begin_new(session, who, drafts.data_of_text(text, plan.code))
    head = _head()
    source = request.form.get("source", "")
    copied = _source(source) if source else None
    return drafts.begin_new(session, who, new_plan(head, copied))


def _source(code: str) -> dict[str, Any]:
    """The plan to copy from: the commune's own, else a shipped one."""
    versions = editor_versions.versions(web.session(), actor().commune, code)
    text = versions[-1].source if versions else shipped_plans().get(code)
    if text is None:
        raise NotFound(_("Không có kế hoạch để chép. Hãy chọn lại trong danh sách."))
    return drafts.data_of_text(text, code)


def _head() -> dict[str, Any]:
    """The head of a new plan out of its form; Invalid names every box that is wrong."""
    typed = {name: clean(text) for name, text in request.form.items()}
    years = Years().taken({"": cleaned([typed.get("years", "")])}, None)
    place = {name: typed.get(name, "") for name in ("kind", "name", "province")}
    head = {
        "code": typed.get("code") or short_code(typed.get("name", "")),
        "title": typed.get("title", ""),
        "place": place,
        "letterhead": typed.get("letterhead", ""),
        "years": years if isinstance(years, list) else [],
    }
    problems = deeds.head_problems(head)
    if problems:
        raise Invalid(_("Chưa bắt đầu được. Hãy sửa các chỗ được chỉ ra."), fields=problems)
    return head
