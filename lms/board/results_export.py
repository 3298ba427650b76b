"""The results of a class and of all classes as files that an office goes on working with."""

from collections.abc import Sequence

from assessments import change_words
from lms.board import results_rules, results_words
from lms.board.results import MeetingLine, Overview, Report, day_of
from lms.board.results_facts import Learner
from lms.board.results_items import MissedLine, SkillLine
from lms.board.results_rules import RUNGS
from lms.core.books import Cell, Column, Sheet, Table, csv_row, xlsx_bytes
from lms.core.cells import csv_bytes
from lms.core.i18n import _

# --- a class ------------------------------------------------------------------------------------


def class_xlsx(shown: Report) -> bytes:
    """A class as a workbook: what it reached in all, one row for each learner, what is missed."""
    sheets = (_summary(shown), _learners(shown), _missed(shown))
    title = _("Kết quả lớp %(name)s", name=shown.cohort.name)
    return xlsx_bytes(sheets, title, shown.at, sample=shown.is_sample)


def class_csv(shown: Report) -> bytes:
    """The learners of a class, with the class and the time of the figures in each row."""
    heads = [
        _("Mã lớp"),
        _("Lớp"),
        _("Số liệu đến"),
        *(label for label, _width in _learner_columns(shown)),
    ]
    own = [shown.cohort.code, shown.cohort.name, results_words.as_of(shown.at)]
    rows = _learner_rows(shown)
    return csv_bytes([csv_row(heads), *(csv_row([*own, *row]) for row in rows)])


def _lines(shown: Report, title: str) -> list[str]:
    programme = shown.facts.version.programme.title
    names = ", ".join(one.display_name for one in shown.trainers) or _("chưa có")
    return [
        title,
        _("Lớp: %(name)s (%(code)s). Chương trình: %(programme)s.",
          name=shown.cohort.name, code=shown.cohort.code, programme=programme),
        _("Đơn vị tổ chức: %(unit)s. Nơi học: %(place)s. Giảng viên: %(names)s.",
          unit=shown.unit, place=shown.cohort.place, names=names),
        _("Số liệu đến %(at)s.", at=results_words.as_of(shown.at)),
    ]  # fmt: skip


def _summary(shown: Report) -> Sheet:
    return Sheet(
        _("Tổng hợp"),
        _lines(shown, _("KẾT QUẢ CỦA LỚP")),
        [_funnel(shown), _bands(shown), _meetings(shown), _skills(shown)],
        (36, 13, 13, 13, 13, 13, 13),
        notes=_notes(shown),
    )


def _funnel(shown: Report) -> Table:
    heads = (Column(_("Bậc")), Column(_("Số người")), Column(_("Chưa")), Column(_("Nghĩa là"), 4))
    names, meanings = results_words.rungs(), results_words.rung_meanings()
    rows = [
        (names[one.rung], one.count, len(one.outside), meanings[one.rung]) for one in shown.steps
    ]
    return Table(heads, rows, _("Từ ghi danh đến giấy chứng nhận"))


def _bands(shown: Report) -> Table:
    names = results_words.bands()
    rows = [(names[key], len(who)) for key, who in shown.bands.items()]
    title = _("Mức đi học (đã mở %(n)s buổi)", n=len(shown.held))
    return Table((Column(_("Mức")), Column(_("Số người"))), rows, title)


def _meetings(shown: Report) -> Table:
    labels = (
        _("Buổi"),
        _("Ngày"),
        _("Có mặt"),
        _("Có phép"),
        _("Vắng"),
        _("Chưa ghi"),
        _("Phút học"),
    )
    rows = [_meeting_row(one) for one in shown.meetings if one.meeting in shown.held]
    return Table([Column(label) for label in labels], rows, _("Điểm danh từng buổi"))


def _meeting_row(one: MeetingLine) -> list[Cell]:
    return [
        _("Buổi %(n)s", n=one.meeting.number), day_of(one.meeting), one.present, one.excused,
        one.absent, one.unmarked, one.minutes,
    ]  # fmt: skip


def _skills(shown: Report) -> Table:
    heads = (
        Column(_("Kỹ năng"), 3), Column(_("Đã nắm")), Column(_("Chưa nắm")),
        Column(_("Bài nên dạy lại"), 2),
    )  # fmt: skip
    rows = [
        (one.skill.title, len(one.step.mastered), len(one.step.missed), _repeat(one))
        for one in shown.skills
    ]
    return Table(heads, rows, _("Kỹ năng của lớp"))


def _repeat(one: SkillLine) -> str:
    return _lessons([n for n, _lesson in one.lessons]) if one.step.missed else ""


def _lessons(numbers: Sequence[int]) -> str:
    return _("bài %(n)s", n=", ".join(str(one) for one in numbers)) if numbers else ""


def _notes(shown: Report) -> list[str]:
    found = [f"{words}." for words, _names in results_words.left_out(shown.facts)]
    found += results_words.remarks(shown.facts)
    spread = shown.spread
    found.append(
        _("Thời gian học của cả lớp: %(total)s, của %(n)s người. %(how)s",
          total=results_words.minutes(spread.total), n=spread.people, how=results_words.how_minutes())
    )  # fmt: skip
    if shown.measured is not None:
        found.append(_("Thay đổi năng lực: %(words)s.",
                       words=change_words.sentence(shown.measured.row.change).rstrip(".")))  # fmt: skip
    return found


def _learner_columns(shown: Report) -> list[tuple[str, float]]:
    """(heading, width) of the columns of one row for each learner."""
    rungs = results_words.rungs()
    return [
        (_("STT"), 6), (_("Họ và tên"), 25), (_("Năm sinh"), 7), (_("Số buổi dự"), 7),
        (_("Số buổi đã mở"), 7), (_("Bài đã học"), 7), (_("Số bài của lớp"), 7),
        (_("Lần nộp bài kiểm tra"), 8), (_("Điểm cao nhất"), 7), (_("Trên số câu"), 7),
        (rungs["test_passed"], 13), (rungs["supervised"], 13), (rungs["observed"], 13),
        (_("Số giấy chứng nhận"), 18), (_("Ngày cấp"), 13), (_("Số phút học"), 7),
        (_("Bậc cao nhất"), 20),
    ]  # fmt: skip


def _learner_rows(shown: Report) -> list[list[Cell]]:
    best = shown.work.best_points()
    return [
        _learner_row(shown, number, one, best.get(one.key, (None, None)))
        for number, one in enumerate(shown.learners, 1)
    ]


def _learner_row(
    shown: Report, number: int, one: Learner, best: tuple[int | None, int | None]
) -> list[Cell]:
    work = one.work
    proven = [results_rules.proven_on(work, proof) for proof in results_rules.LADDER]
    return [
        number, one.name, one.birth_year, shown.present(one), len(shown.held), len(work.lessons),
        len(shown.facts.lessons), work.tests, *best, *proven, one.number, work.certificate,
        work.minutes, results_words.furthest(one),
    ]  # fmt: skip


def _learners(shown: Report) -> Sheet:
    columns = _learner_columns(shown)
    heads = [Column(label, plain=label == _("Năm sinh")) for label, _width in columns]
    table = Table(heads, _learner_rows(shown), empty=_("Lớp chưa có học viên."))
    widths = [width for _label, width in columns]
    return Sheet(
        _("Học viên"), _lines(shown, _("KẾT QUẢ TỪNG HỌC VIÊN")), [table], widths, frozen=2
    )


def _missed(shown: Report) -> Sheet:
    labels = (
        _("STT"), _("Câu hỏi"), _("Ở đâu"), _("Kỹ năng"), _("Số người sai"), _("Số người gặp"),
        _("Câu trả lời sai hay chọn nhất"), _("Số người chọn"), _("Bài nên dạy lại"),
    )  # fmt: skip
    rows = [_missed_row(number, one) for number, one in enumerate(shown.missed, 1)]
    empty = _("Chưa có câu nào bị sai, hoặc chưa ai nộp bài.")
    table = Table([Column(label) for label in labels], rows, empty=empty)
    return Sheet(
        _("Câu hay sai"),
        _lines(shown, _("CÂU HAY SAI")),
        [table],
        (6, 48, 13, 26, 8, 8, 34, 8, 14),
        notes=[results_words.secret_note()],
        frozen=2,
    )


def _missed_row(number: int, one: MissedLine) -> list[Cell]:
    return [
        number,
        one.prompt or _("(giữ kín)"),
        results_words.banks()[one.bank],
        one.skill,
        one.missed.count,
        one.missed.asked,
        one.chosen,
        one.missed.times if one.chosen else None,
        _lessons([n for n, _lesson in one.lessons]),
    ]


# --- all classes --------------------------------------------------------------------------------


def all_xlsx(shown: Overview) -> bytes:
    """All classes as a workbook of one sheet; the sums stand at the end."""
    lines = [_("KẾT QUẢ CÁC LỚP"), _("Số liệu đến %(at)s.", at=results_words.as_of(shown.at))]
    heads = [Column(label) for label in _class_columns()]
    table = Table(heads, _class_rows(shown), totals=2)
    widths = (10, 30, 24, 22, 13, *(9 for _rung in RUNGS), 9)
    sheet = Sheet(_("Các lớp"), lines, [table], widths, all_notes(shown), frozen=2)
    return xlsx_bytes([sheet], _("Kết quả các lớp"), shown.at, sample=shown.is_sample)


def all_csv(shown: Overview) -> bytes:
    """The classes without sums, which another system makes itself."""
    heads = [*_class_columns(), _("Số liệu đến")]
    rows = _class_rows(shown)[: len(shown.lines)]
    own = results_words.as_of(shown.at)
    return csv_bytes([csv_row(heads), *(csv_row([*row, own]) for row in rows)])


def _class_columns() -> list[str]:
    names = results_words.short_rungs().values()
    return [
        _("Mã lớp"),
        _("Lớp"),
        _("Chương trình"),
        _("Đơn vị"),
        _("Bắt đầu"),
        *names,
        _("Phút học"),
    ]


def _class_rows(shown: Overview) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [
            one.facts.cohort.code, one.facts.cohort.name, one.facts.version.programme.title,
            one.unit, one.facts.cohort.starts_on, *(one.counts[rung] for rung in RUNGS), one.minutes,
        ]
        for one in shown.lines
    ]  # fmt: skip
    blank: list[Cell] = ["", "", "", ""]
    rows.append([_("Tổng lượt"), *blank, *(shown.places[rung] for rung in RUNGS), shown.minutes])
    rows.append([_("Số người"), *blank, *(shown.people[rung] for rung in RUNGS), None])
    return rows


def all_notes(shown: Overview) -> list[str]:
    """What must be read with the sums."""
    found = [results_words.total_words(shown.people, shown.places)]
    left = sum(len(names) for one in shown.lines for names in one.facts.left_out.values())
    if left:
        found.append(_("%(n)s lượt người đã rời lớp hoặc đã chuyển lớp không tính.", n=left))
    if shown.cancelled:
        names = ", ".join(one.name for one in shown.cancelled)
        found.append(_("Lớp đã hủy, không tính: %(names)s.", names=names))
    return found
