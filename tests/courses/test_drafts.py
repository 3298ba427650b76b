"""A commune copies a programme, edits it, and teaches its own: nobody else sees it, nothing else changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from courses import actions, draft_sources, drafts, queries
from courses.draft_publication import publish_draft
from courses.draft_state import state
from courses.models import CommuneProgramme, CourseDraft, CourseDraftFile, ProgrammeVersionRow
from courses.packs import read_pack, write_pack
from courses.problems import ContentError
from lms.cohorts import actions as cohorts
from lms.core import audit
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, TooLarge
from lms.core.guard import Actor, system
from lms.core.policy import Role
from tests.cast import Cast
from tests.courses import sample
from tests.courses.drafting import CODE, HEAD, LESSON, TITLE, copy, edit, newest, officer

pytestmark = pytest.mark.db


def _class(session, who: Actor, version_id: UUID, unit: UUID) -> object:  # type: ignore[no-untyped-def]
    return cohorts.create_cohort(
        session,
        who,
        cohorts.NewCohort(
            code="M1", name="Lớp mới", version_id=version_id, level="basic", unit_id=unit,
            place="Nhà văn hóa", starts_on=date(2026, 12, 1), ends_on=None, trainer_ids=[],
        ),
    )  # fmt: skip


def test_a_copy_is_edited_mended_published_and_taught(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        assert state(session, who, draft_id).problems == ()
        edit(session, who, draft_id, LESSON, "minutes: 8", "minutes: tám")
    with database.write() as session:
        found = state(session, who, draft_id)
        (problem,) = found.problems
        assert (problem.file, problem.quote) == (LESSON, "minutes: tám")
        assert found.content[LESSON].decode().split("\n")[problem.line - 1] == "minutes: tám"
        with pytest.raises(Invalid, match="1 lỗi"):
            publish_draft(session, who, draft_id)
        edit(session, who, draft_id, LESSON, "minutes: tám", "minutes: 25")
        version_id = publish_draft(session, who, draft_id)
    with database.write() as session:
        version = queries.visible(session, cast["TBT"], version_id)
        assert (version.code, version.lesson("b1").minutes) == (CODE, 25)
        assert newest(session, cast["TBT"]) == {"nguoi-dan": cast["version"], CODE: version_id}
        made = _class(session, who, version_id, cast["thon_dong"])
        assert (made.programme_code, made.version_id) == (CODE, version_id)  # type: ignore[attr-defined]
        assert queries.version(session, cast["version"]).lesson("b1").minutes == 8
        assert audit.verify(session, cast["TBT"]) == []


def test_a_class_that_has_begun_keeps_its_version(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        first = publish_draft(session, who, draft_id)
        made = _class(session, who, first, cast["thon_dong"])
        edit(session, who, draft_id, LESSON, "minutes: 8", "minutes: 9")
        second = publish_draft(session, who, draft_id)
        session.refresh(made)
        assert made.version_id == first != second  # type: ignore[attr-defined]
        assert queries.visible(session, cast["TBT"], first).lesson("b1").minutes == 8
        assert newest(session, cast["TBT"])[CODE] == second


def test_what_was_published_survives_its_draft(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        version_id = publish_draft(session, who, draft_id)
        drafts.delete_draft(session, who, draft_id)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(CourseDraftFile)) == 0
        assert queries.visible(session, cast["TBT"], version_id).code == CODE


def test_publishing_twice_is_once_and_an_older_text_can_come_back(
    database: Database, cast: Cast
) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        first = publish_draft(session, who, draft_id)
        assert publish_draft(session, who, draft_id) == first
        assert session.scalar(select(func.count()).select_from(CommuneProgramme)) == 1
        entries = session.scalars(select(audit.AuditEntry.body)).all()
        assert sum('"verb":"published"' in body for body in entries) == 1
    with database.write() as session:
        edit(session, who, draft_id, LESSON, "minutes: 8", "minutes: 9")
        assert publish_draft(session, who, draft_id) != first
    with database.write() as session:
        edit(session, who, draft_id, LESSON, "minutes: 9", "minutes: 8")
        assert publish_draft(session, who, draft_id) == first
        assert newest(session, cast["TBT"])[CODE] == first


def test_many_who_publish_at_once_publish_once_in_each_commune(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        wanted = [
            (who, copy(session, cast, who)) for who in (officer(cast), officer(cast, "xa_oanh"))
        ]

    def press(one: tuple[Actor, UUID]) -> UUID:
        with database.write() as session:
            return publish_draft(session, *one)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, wanted * 3))) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(CommuneProgramme)) == 2
        assert audit.verify(session, cast["TBT"]) == []


def test_two_communes_may_publish_the_same_text_and_see_each_their_own(
    database: Database, cast: Cast
) -> None:
    here, there = officer(cast), officer(cast, "xa_oanh")
    with database.write() as session:
        version_id = publish_draft(session, here, copy(session, cast))
        with pytest.raises(NotFound):
            queries.visible(session, cast["KHA"], version_id)
        assert publish_draft(session, there, copy(session, cast, there)) == version_id
        assert queries.visible(session, cast["KHA"], version_id).code == CODE
        rows = session.scalar(select(func.count()).select_from(ProgrammeVersionRow))
        assert rows == 2


def test_another_commune_sees_neither_draft_nor_version_nor_pack(
    database: Database, cast: Cast
) -> None:
    here, there = officer(cast), officer(cast, "xa_oanh")
    with database.write() as session:
        draft_id = copy(session, cast)
        version_id = publish_draft(session, here, draft_id)
        assert drafts.drafts_of(session, there) == []
        assert newest(session, cast["KHA"]).keys() == {"nguoi-dan"}
        for look in (
            lambda: drafts.draft(session, there, draft_id),
            lambda: drafts.files_of(session, there, draft_id),
            lambda: drafts.file(session, there, draft_id, HEAD),
            lambda: drafts.write_file(session, there, draft_id, HEAD, b"a: b\n", None),
            lambda: drafts.delete_draft(session, there, draft_id),
            lambda: publish_draft(session, there, draft_id),
            lambda: draft_sources.pack_of_draft(session, there, draft_id),
            lambda: draft_sources.pack_of_version(session, there, version_id),
            lambda: draft_sources.copied(session, there, version_id, "khac", "Khác"),
            lambda: _class(session, there, version_id, cast["xa_thon_dong"]),
        ):
            with pytest.raises(NotFound):
                look()
        assert state(session, here, draft_id).is_published


@pytest.mark.parametrize("role", [Role.TRAINER, Role.UNIT_REPORTER, Role.LEARNER, Role.DEVICE])
def test_others_may_neither_read_nor_write_a_draft(
    role: Role, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        draft_id = copy(session, cast)
        who = Actor(role, cast["TBT"], cast["trang"])
        for deed in (
            lambda: drafts.drafts_of(session, who),
            lambda: drafts.files_of(session, who, draft_id),
            lambda: drafts.create(session, who, "khac", "Khác", sample.files()),
            lambda: draft_sources.begun(session, who, "khac", "Khác"),
            lambda: draft_sources.pack_of_version(session, who, cast["version"]),
            lambda: drafts.delete_file(session, who, draft_id, LESSON),
            lambda: publish_draft(session, who, draft_id),
        ):
            with pytest.raises(Forbidden):
                deed()


def test_two_editors_of_one_file_do_not_overwrite_each_other(
    database: Database, cast: Cast
) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        row = drafts.file(session, who, draft_id, LESSON)
        seen, text = row.sha256, row.body
    with database.write() as session:
        drafts.write_file(session, who, draft_id, LESSON, text + b"\nMot.\n", seen)
    with database.write() as session:
        with pytest.raises(drafts.Overtaken):
            drafts.write_file(session, who, draft_id, LESSON, text + b"\nHai.\n", seen)
        # The same text again is no conflict: the first answer may have been lost on its way.
        drafts.write_file(session, who, draft_id, LESSON, text + b"\nMot.\n", seen)
        with pytest.raises(drafts.Overtaken):
            drafts.write_file(session, who, draft_id, "items/moi.yaml", b"a: b\n", seen)
        assert drafts.file(session, who, draft_id, LESSON).body == text + b"\nMot.\n"


def test_a_pack_carries_a_programme_from_one_commune_to_another(
    database: Database, cast: Cast
) -> None:
    here, there = officer(cast), officer(cast, "xa_oanh")
    with database.write() as session:
        draft_id = copy(session, cast)
        version_id = publish_draft(session, here, draft_id)
        code, pack = draft_sources.pack_of_version(session, here, version_id)
        assert code == CODE
        brought = draft_sources.unpacked(session, there, pack)
        found = drafts.draft(session, there, brought)
        assert (found.code, found.title) == (CODE, TITLE)
        assert publish_draft(session, there, brought) == version_id
        own = draft_sources.unpacked(session, there, pack, "ten-khac", "Tên khác")
        assert drafts.draft(session, there, own).code == "ten-khac"
        assert read_pack(pack).keys() == drafts.files_of(session, there, own).keys()


def test_a_broken_pack_leaves_everything_as_it_was(database: Database, cast: Cast) -> None:
    who = officer(cast)
    broken = write_pack(
        sample.spoilt("items/cau-hoi.yaml", "- right: Tên người nhận", "- wrong: Tên")
    )
    rubbish = b"PK\x03\x04rubbish"
    with database.write() as session:
        before = session.scalar(select(func.count()).select_from(audit.AuditEntry))
        with pytest.raises(ContentError, match=r"items/cau-hoi.yaml:\d+: Thiếu đáp án đúng"):
            draft_sources.unpacked(session, who, broken)
        with pytest.raises(ContentError):
            draft_sources.unpacked(session, who, rubbish)
        with pytest.raises(ContentError):
            draft_sources.unpacked(session, who, b"")
        assert session.scalar(select(func.count()).select_from(CourseDraft)) == 0
        assert session.scalar(select(func.count()).select_from(CourseDraftFile)) == 0
        assert session.scalar(select(func.count()).select_from(audit.AuditEntry)) == before


def test_the_code_of_a_shipped_programme_is_refused(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        with pytest.raises(Conflict, match="có sẵn"):
            copy(session, cast, code="nguoi-dan")
        draft_id = copy(session, cast)
        with pytest.raises(Conflict, match="có sẵn"):
            drafts.rename(session, who, draft_id, "nguoi-dan", TITLE)
        edit(session, who, draft_id, HEAD, f"code: {CODE}", "code: nguoi-dan")
        assert drafts.draft(session, who, draft_id).code == CODE
        (problem,) = state(session, who, draft_id).problems
        assert (problem.file, problem.quote) == (HEAD, "code: nguoi-dan")
        with pytest.raises(Invalid):
            publish_draft(session, who, draft_id)
        assert newest(session, cast["TBT"]) == {"nguoi-dan": cast["version"]}


def test_a_code_is_used_by_one_draft_of_a_commune(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        copy(session, cast)
        with pytest.raises(Conflict, match="bản nháp"):
            copy(session, cast)
        copy(session, cast, officer(cast, "xa_oanh"))
        other = draft_sources.begun(session, who, "khung-trong", "Khung trống")
        edit(session, who, other, HEAD, "code: khung-trong", f"code: {CODE}")
        assert drafts.draft(session, who, other).code == "khung-trong"
        assert "bản nháp khác" in state(session, who, other).problems[0].message


def test_a_code_and_title_typed_into_the_file_become_those_of_the_draft(
    database: Database, cast: Cast
) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        edit(session, who, draft_id, HEAD, f"code: {CODE}", "code: ten-moi")
        edit(session, who, draft_id, HEAD, TITLE, "Tên mới")
        row = drafts.draft(session, who, draft_id)
        assert (row.code, row.title) == ("ten-moi", "Tên mới")
        drafts.rename(session, who, draft_id, "ten-nua", 'Tên "nữa": #1')
        version = state(session, who, draft_id).version
        assert version is not None
        assert (version.code, version.programme.title) == ("ten-nua", 'Tên "nữa": #1')


def test_a_test_that_guessers_pass_is_not_published(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        edit(session, who, draft_id, HEAD, "share: 80", "share: 40")
        found = state(session, who, draft_id)
        assert [too_high for _level, _chance, too_high in found.guesses] == [True]
        assert found.problems[0].file == HEAD
        with pytest.raises(Invalid):
            publish_draft(session, who, draft_id)
        assert found.checked.loaded is not None
        with pytest.raises(Invalid, match=r"khả năng \d+,\d+%"):
            actions.publish_own(session, who, found.checked.loaded)
        assert session.scalar(select(func.count()).select_from(CommuneProgramme)) == 0


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "items/../programme.yaml", "/etc/passwd", "items/Có Dấu.yaml", "items/a.yml", "x.md",
     "media/a.png", "modules/a/b/c.md", "programme.yaml/", "items/", "items\\a.yaml", "a" * 300],
)  # fmt: skip
def test_a_path_outside_the_layout_is_refused(path: str, database: Database, cast: Cast) -> None:
    with database.write() as session:
        draft_id = copy(session, cast)
        with pytest.raises(Invalid):
            drafts.write_file(session, officer(cast), draft_id, path, b"a: b\n", None)


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [("media/a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><script/></svg>", Invalid),
     ("media/a.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", Invalid),
     ("media/a.svg", b"x" * 16_000, Invalid), ("items/a.yaml", b"\xff\xfe", Invalid),
     ("items/a.yaml", b"a: \x00", Invalid), ("items/a.yaml", b"a" * 300_000, TooLarge)],
)  # fmt: skip
def test_what_no_draft_may_hold_is_refused(
    path: str, body: bytes, error: type[Refusal], database: Database, cast: Cast
) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        with pytest.raises(error):
            drafts.write_file(session, who, draft_id, path, body, None)
        assert path not in drafts.files_of(session, who, draft_id)


def test_unfinished_text_is_kept_and_told_of(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        text = "a: [1, 2\nb: &x y\r\n" + "[" * 5000
        drafts.write_file(session, who, draft_id, "items/do-dang.yaml", text.encode(), None)
        assert drafts.file(session, who, draft_id, "items/do-dang.yaml").body.count(b"\r") == 0
        found = state(session, who, draft_id)
        assert found.version is None
        assert {problem.file for problem in found.problems} == {"items/do-dang.yaml"}
        drafts.delete_file(session, who, draft_id, "items/do-dang.yaml")
        drafts.delete_file(session, who, draft_id, "items/do-dang.yaml")
        assert state(session, who, draft_id).problems == ()
        with pytest.raises(Invalid):
            drafts.delete_file(session, who, draft_id, HEAD)


def test_the_frame_holds_together_but_is_not_to_be_published_as_it_is(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        draft_id = draft_sources.begun(session, system(cast["TBT"]), "khung", "Khung của xã")
        found = state(session, system(cast["TBT"]), draft_id)
        assert found.version is not None
        assert found.version.programme.title == "Khung của xã"
        assert [problem.file for problem in found.problems] == [HEAD]


def test_a_programme_that_ships_later_is_everybodys(database: Database, cast: Cast) -> None:
    who = officer(cast)
    with database.write() as session:
        draft_id = copy(session, cast)
        version_id = publish_draft(session, who, draft_id)
        loaded = state(session, who, draft_id).checked.loaded
        assert loaded is not None
        assert actions.publish(session, loaded.version, loaded.media)
        assert not actions.publish(session, loaded.version, loaded.media)
        assert queries.visible(session, cast["KHA"], version_id).code == CODE
