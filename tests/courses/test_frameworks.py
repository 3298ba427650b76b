"""Frameworks are data with a version; what a skill is meant for has to be in them."""

import pytest
from flask import Flask

from courses.frameworks import catalogues, coverage, is_known, known_edition
from courses.loader import load_files, shipped_programmes
from courses.problems import ContentError
from tests.assessments.people import learner, staff
from tests.cast import Cast
from tests.factories.activities import every_kind_files


@pytest.mark.pure
def test_the_frameworks_are_as_large_as_their_texts_say() -> None:
    sizes = {
        code: (len(one.areas), len(list(one.competences)), len(one.levels))
        for code, one in catalogues().items()
    }
    assert sizes["tt-02-2025"] == (6, 24, 8)
    assert sizes["digcomp-2-2"] == (5, 21, 8)
    assert "chưa đối chiếu Phụ lục II" in catalogues()["khung-co-ban"].status


@pytest.mark.pure
def test_no_code_stands_twice_and_a_file_bears_the_name_of_its_framework() -> None:
    for code, one in catalogues().items():
        codes = [competence.code for competence in one.competences]
        assert len(set(codes)) == len(codes)
        assert one.code == code
        assert all(
            c.startswith(area.code)
            for area in one.areas
            for c in (competence.code for competence in area.competences)
        )


@pytest.mark.pure
def test_a_reference_names_framework_and_competence() -> None:
    assert is_known("tt-02-2025:6.3")
    assert not is_known("tt-02-2025:7.1")
    assert not is_known("khong-co:1.1")
    assert not is_known("1.1")
    assert known_edition("digcomp-2-2", "2.2")
    assert not known_edition("digcomp-2-2", "3.0")


@pytest.mark.pure
def test_an_unknown_competence_is_refused_at_the_line_of_its_skill() -> None:
    files = every_kind_files()
    text = files["programme.yaml"].decode()
    text = text.replace(
        "title: Kỹ năng chung}", 'title: Kỹ năng chung, framework: ["tt-02-2025:9.9"]}'
    )
    files["programme.yaml"] = text.encode()
    with pytest.raises(ContentError) as refused:
        load_files(files)
    (problem,) = refused.value.problems
    assert "tt-02-2025:9.9" in problem.message
    assert "skills:" in text.splitlines()[problem.line - 1]


@pytest.mark.pure
def test_an_edition_that_is_not_here_is_refused_at_its_line() -> None:
    files = every_kind_files()
    text = (
        files["programme.yaml"]
        .decode()
        .replace('khung-co-ban, version: "1.0"', 'khung-co-ban, version: "9"')
    )
    files["programme.yaml"] = text.encode()
    with pytest.raises(ContentError) as refused:
        load_files(files)
    (problem,) = refused.value.problems
    assert text.splitlines()[problem.line - 1].startswith("framework:")


@pytest.mark.pure
def test_every_skill_of_the_library_is_meant_for_a_competence_of_each_framework() -> None:
    for held in shipped_programmes():
        skills = {skill.title for skill in held.version.programme.skills}
        for code in ("khung-co-ban", "tt-02-2025", "digcomp-2-2"):
            covered = coverage(held.version, code)
            assert {title for titles in covered.values() for title in titles} == skills


@pytest.mark.db
def test_staff_see_what_is_covered_and_learners_do_not(app: Flask, cast: Cast) -> None:
    trainer = staff(app, cast, "trang")
    assert "24 năng lực" in trainer.get("/chuong-trinh/khung").text
    page = trainer.get("/chuong-trinh/khung/tt-02-2025").text
    assert "Ứng dụng trí tuệ nhân tạo" in page
    assert trainer.get("/chuong-trinh/khung/khong-co").status_code == 404
    assert learner(app, cast, "lan").get("/chuong-trinh/khung").status_code in (401, 403, 404)
