"""The results of a class, of a learner and of all classes: on pages and in files."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from assessments import change_words
from lms.board import results, results_export, results_sheets, results_words
from lms.board.results_rules import RUNGS
from lms.cohorts import queries as cohorts_queries
from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.guard import actor
from lms.core.policy import TEACHING, allow
from lms.core.text import fold
from lms.people.proof import weighs

blueprint = Blueprint("results", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/lop-hoc/<uuid:cohort_id>/ket-qua")
@allow(TEACHING)
def of_class(cohort_id: UUID) -> str:
    """A class's results; `?bac=` opens the people of a rung."""
    shown = results.report(web.session(), actor(), cohort_id)
    return render_template(
        "board/results.html", board=shown, say=results_words, told=change_words,
        opened=request.args.get("bac", ""), rungs=RUNGS,
    )  # fmt: skip


@blueprint.get("/lop-hoc/<uuid:cohort_id>/ket-qua.<any(xlsx,csv):kind>")
@allow(TEACHING)
@weighs
def class_file(cohort_id: UUID, kind: str) -> Response:
    """A class's results as a workbook, or its learners as csv."""
    shown = results.report(web.session(), actor(), cohort_id)
    make = {"xlsx": results_export.class_xlsx, "csv": results_export.class_csv}[kind]
    return _file(make(shown), kind, _stem(shown.cohort.code, shown.at))


@blueprint.get("/lop-hoc/<uuid:cohort_id>/ket-qua/phieu")
@allow(TEACHING)
def sheets(cohort_id: UUID) -> str:
    """The sheets of all learners of a class, each on a page of its own."""
    found = results_sheets.of_class(web.session(), actor(), cohort_id)
    back = url_for("results.of_class", cohort_id=cohort_id)
    return render_template("board/results_sheets.html", shown=found, back=back, say=results_words)


@blueprint.get("/ghi-danh/<uuid:enrolment_id>/ket-qua")
@allow(TEACHING)
def of_learner(enrolment_id: UUID) -> str:
    """One learner's results in plain words, on one sheet of paper."""
    session, who = web.session(), actor()
    row = cohorts_queries.enrolment(session, who.commune, enrolment_id)
    found = results_sheets.of_class(session, who, row.cohort_id, only=row.id)
    back = url_for("results.of_class", cohort_id=row.cohort_id)
    return render_template("board/results_sheets.html", shown=found, back=back, say=results_words)


@blueprint.get("/lop-hoc/ket-qua")
@allow(TEACHING)
def of_all() -> str:
    """All classes with the same numbers; a trainer sees the own ones."""
    shown = results.overview(web.session(), actor())
    return render_template(
        "board/results_all.html", shown=shown, say=results_words, rungs=RUNGS,
        notes=results_export.all_notes(shown),
    )  # fmt: skip


@blueprint.get("/lop-hoc/ket-qua.<any(xlsx,csv):kind>")
@allow(TEACHING)
def all_file(kind: str) -> Response:
    """The same as a workbook or csv."""
    shown = results.overview(web.session(), actor())
    make = {"xlsx": results_export.all_xlsx, "csv": results_export.all_csv}[kind]
    return _file(make(shown), kind, _stem("cac-lop", shown.at))


def _stem(name: str, at: datetime) -> str:
    """A file name that every system takes: 'ket-qua-k1-2026-11-22'."""
    plain = "".join(
        letter if letter.isalnum() and letter.isascii() else "-" for letter in fold(name)
    )
    return f"ket-qua-{plain}-{clock.day_of(at):%Y-%m-%d}"


def _file(body: bytes, kind: str, stem: str) -> Response:
    answer = Response(body, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    return as_file(answer, f"{stem}.{kind}")
