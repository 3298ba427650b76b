"""The JSON operations: which programmes are taught, and the outline of one version."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from courses import queries
from courses.rules import ProgrammeVersion
from lms.core import web
from lms.core.api import ApiBlueprint, Out
from lms.core.guard import actor
from lms.core.policy import Reach, allow

blueprint = ApiBlueprint("programmes", __name__, description="Chương trình và bài học.")


class ProgrammeOut(Out):
    """A programme in its newest version."""

    id = ma.fields.UUID()
    code = ma.fields.String()
    title = ma.fields.String()
    content = ma.fields.String(metadata={"description": "hash of the content"})


class LessonOut(Out):
    """A lesson's outline."""

    code = ma.fields.String()
    title = ma.fields.String()
    minutes = ma.fields.Integer()
    skills = ma.fields.List(ma.fields.String())
    screens = ma.fields.Integer()


class NamedOut(Out):
    """A thing with a code and a title."""

    code = ma.fields.String()
    title = ma.fields.String()


class OutlineOut(ProgrammeOut):
    """A version's outline. Questions are not in it: keys of certifying items never leave."""

    summary = ma.fields.String()
    group = ma.fields.String()
    skills = ma.fields.List(ma.fields.Nested(NamedOut))
    lessons = ma.fields.List(ma.fields.Nested(LessonOut))
    tasks = ma.fields.List(ma.fields.Nested(NamedOut))


@blueprint.get("/programmes")
@blueprint.response(200, ProgrammeOut(many=True))
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def get_programmes() -> list[dict[str, Any]]:
    """Every programme in its newest version, by code."""
    session = web.session()
    rows = queries.newest(session, actor().commune)
    return [_named(queries.version(session, row.id)) for row in rows]


@blueprint.get("/programmes/<uuid:version_id>")
@blueprint.response(200, OutlineOut)
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def get_programme(version_id: UUID) -> dict[str, Any]:
    """The outline of one version: skills, lessons, observed tasks."""
    version = queries.visible(web.session(), actor().commune, version_id)
    return {
        **_named(version),
        "summary": version.programme.summary,
        "group": version.programme.group,
        "skills": version.programme.skills,
        "lessons": [_lesson(lesson) for lesson in version.lessons],
        "tasks": [{"code": task.id, "title": task.title} for task in version.observed_tasks],
    }


def _named(version: ProgrammeVersion) -> dict[str, Any]:
    title, content = version.programme.title, version.content_hash
    return {"id": version.id, "code": version.code, "title": title, "content": content}


def _lesson(lesson: Any) -> dict[str, Any]:
    names = ("code", "title", "minutes", "skills")
    return {**{n: getattr(lesson, n) for n in names}, "screens": len(lesson.screens)}
