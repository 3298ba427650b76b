"""The page where the words of a report are typed, before or after the period is closed."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from lms.core import web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import allow
from lms.core.web import see
from lms.indicators import queries
from lms.indicators.closing_period import Wanted
from lms.indicators.headline import plan_title
from lms.reports import document_paper as papers
from lms.reports import document_texts as texts
from lms.reports import document_words as words
from lms.reports.document_letterhead import author, letterhead
from lms.reports.document_pages import OFFICE, blueprint
from lms.reports.document_texts import Merged, Words


@blueprint.get("/bao-cao/loi-van/<code>")
@allow(OFFICE)
def report_text(code: str) -> str:
    """The words of a report: `ky` names the period."""
    wanted = _wanted(code)
    row = texts.text_of(web.session(), actor().commune, texts.about_wanted(code, wanted))
    return _page(code, wanted, texts.read(row), row.revision if row else 0)


def _wanted(code: str) -> Wanted:
    return texts.wanted_of(web.session(), actor().commune, code, request.values.get("ky", ""))


@blueprint.post("/bao-cao/loi-van/<code>")
@allow(OFFICE)
def write_text(code: str) -> Response:
    """Save the words, or take some over (`take`: draft, last) without saving."""
    wanted, typed = _wanted(code), texts.tidied(request.form)
    seen = request.form.get("seen", 0, int)
    if "take" in request.form:
        return make_response(_page(code, wanted, _taken(code, wanted, typed), seen, taken=True))
    try:
        _save(code, wanted, typed, seen)
    except Invalid as refused:
        return make_response(_page(code, wanted, typed, seen, refused.fields), 422)
    except texts.Overtaken:
        return make_response(_both(code, wanted, typed), 409)
    about = texts.about_wanted(code, wanted)
    return see(url_for("documents.report_text", code=code, ky=about.key) + "#ban-in")


def _save(code: str, wanted: Wanted, typed: Words, seen: int) -> None:
    session, who = web.session(), actor()
    figures = texts.figures_for(session, who.commune, code, wanted)
    texts.save(session, who, texts.about_wanted(code, wanted), typed, seen, figures)


def _taken(code: str, wanted: Wanted, typed: Words) -> Words:
    """What was typed with the draft, or with last period's words, put where nothing stood or below it."""
    session, commune = web.session(), actor().commune
    if request.form["take"] == "draft":
        offered = {"results": words.draft(texts.figures_for(session, commune, code, wanted))}
    else:
        offered = texts.read(texts.last_words(session, commune, texts.about_wanted(code, wanted)))
    return {name: _joined(typed[name], offered.get(name, "")) for name in typed}


def _joined(own: str, offered: str) -> str:
    if not offered or offered in own:
        return own
    return f"{own}\n{offered}" if own else offered


def _both(code: str, wanted: Wanted, typed: Words) -> str:
    """The form again, with the text of whoever saved first beside one's own."""
    session, commune = web.session(), actor().commune
    row = texts.text_of(session, commune, texts.about_wanted(code, wanted))
    marks = {name: request.form.get(f"read_{name}", "") for name in typed}
    merged = texts.merged(typed, texts.read(row), marks)
    offered = {name: one.offered for name, one in merged.items()}
    return _page(
        code, wanted, offered, row.revision if row else 0, merged=merged,
        other=author(session, row.changed_by if row else None),
    )  # fmt: skip


def _page(
    code: str, wanted: Wanted, typed: Words, seen: int, problems: dict[str, Any] | None = None, *,
    merged: dict[str, Merged] | None = None, other: str = "", taken: bool = False,
) -> str:  # fmt: skip
    session, commune = web.session(), actor().commune
    about = texts.about_wanted(code, wanted)
    row = texts.text_of(session, commune, about)
    kept, figures = texts.read(row), texts.figures_for(session, commune, code, wanted)
    return render_template(
        "reports/document_text.html",
        code=code,
        wanted=wanted,
        key=about.key,
        typed=typed,
        seen=seen,
        problems={name: " ".join(map(str, why)) for name, why in (problems or {}).items()},
        marks={name: texts.mark(text) for name, text in kept.items()},
        merged=merged or {},
        other=other,
        taken=taken,
        row=row,
        by=author(session, row.changed_by) if row else "",
        closed=texts.standing(session, commune, about),
        last=texts.last_words(session, commune, about),
        sections=[(name, str(word)) for name, word in words.SECTIONS.items()],
        printed={name: words.paragraphs(words.filled(kept[name], figures)) for name in kept},
        **_usual(code, figures),
    )


def _usual(code: str, figures: words.Figures) -> dict[str, Any]:
    """What stands where nothing is typed, and which figures may be put into the words."""
    session, commune = web.session(), queries.commune_of(web.session(), actor().commune)
    plan = queries.adopted(session, commune.id, code).plan
    head = letterhead(session, commune, plan.letterhead.value).letterhead
    lines = figures.lines
    return {
        "title": plan_title(plan),
        "usual": {
            "subject": papers.usual_subject(plan_title(plan), figures),
            "opening": papers.usual_opening(plan_title(plan), figures, head),
            "addressees": "\n".join(head.addressees),
        },
        "lines": [(words.name_of(line, lines), line) for line in lines],
        "fields": [(name, str(word)) for name, (word, _how) in words.FIELD_WORDS.items()],
        "general": [
            ("{" + name + "}", str(word), how(figures))
            for name, (word, how) in words.GENERAL_WORDS.items()
        ],
        "whole_words": words.whole_words,
        "hint": _("{chỉ tiêu 1: tỷ lệ}"),
    }
