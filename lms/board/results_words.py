"""The results of a class in words, for pages, drawings that are read aloud, and files."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from assessments.rules.minutes import LONGEST_BREAK
from certificates.wording import lack
from lms.board.results_facts import ClassFacts, Learner
from lms.board.results_rules import Step
from lms.board.results_sheets import Sheet
from lms.core.i18n import _
from lms.core.text import day, hour, number


def rungs() -> dict[str, str]:
    """What each rung of the funnel is called."""
    return {
        "enrolled": _("Ghi danh"),
        "attended": _("Đã dự"),
        "learned": _("Đã học hết bài"),
        "tested": _("Đã làm bài kiểm tra"),
        "test_passed": _("Đạt bài kiểm tra"),
        "supervised": _("Đạt, có giám sát"),
        "observed": _("Làm được việc thật"),
        "certificate": _("Có giấy chứng nhận"),
    }


def short_rungs() -> dict[str, str]:
    """The same over narrow columns."""
    return {
        "enrolled": _("Ghi danh"),
        "attended": _("Đã dự"),
        "learned": _("Học hết"),
        "tested": _("Kiểm tra"),
        "test_passed": _("Đạt"),
        "supervised": _("Giám sát"),
        "observed": _("Việc thật"),
        "certificate": _("Giấy"),
    }


def rung_meanings() -> dict[str, str]:
    """What one must have done to stand on a rung."""
    return {
        "enrolled": _("Có tên trong lớp và không rời lớp."),
        "attended": _("Có mặt ít nhất một buổi."),
        "learned": _("Học xong mọi bài của lớp."),
        "tested": _("Đã nộp ít nhất một bài kiểm tra."),
        "test_passed": _("Một bài kiểm tra đạt."),
        "supervised": _("Bài kiểm tra đạt có người giám sát, nơi và giờ rõ ràng."),
        "observed": _("Bài kiểm tra có giám sát và mọi bài thực hành thầy cô đã thấy làm được."),
        "certificate": _("Giấy chứng nhận của chương trình còn giá trị."),
    }


def bands() -> dict[str, str]:
    """How often somebody came."""
    return {
        "always": _("Dự đủ mọi buổi"),
        "half": _("Dự từ một nửa số buổi"),
        "seldom": _("Dự ít hơn một nửa"),
        "never": _("Chưa dự buổi nào"),
    }


def banks() -> dict[str, str]:
    """Where a question was asked."""
    return {
        "practice": _("bài luyện"),
        "certifying": _("bài kiểm tra"),
        "measuring": _("bài cuối khóa"),
    }


def as_of(at: datetime) -> str:
    """'15 giờ 40 ngày 22/11/2026' as people write the time of figures."""
    return _("%(hour)s ngày %(day)s", hour=hour(at), day=day(at))


def chart_sentence(steps: Sequence[Step]) -> str:
    """The drawing of the funnel, read aloud."""
    names = rungs()
    return "; ".join(f"{names[one.rung]}: {number(one.count)}" for one in steps) + "."


def minutes(value: int) -> str:
    """'2 giờ 05 phút', '45 phút'."""
    if value < 60:
        return _("%(n)s phút", n=value)
    return _("%(hours)s giờ %(rest)02d phút", hours=number(value // 60), rest=value % 60)


def how_minutes() -> str:
    """How minutes are counted, in full."""
    return _(
        "Mỗi phút có ít nhất một thao tác trên máy (mở trang bài, học xong bài, bắt đầu, trả lời, nộp bài) "
        "tính là một phút; nghỉ giữa hai thao tác không quá %(n)s phút vẫn tính, nghỉ lâu hơn thì không. "
        "Phút nghe giảng, hỏi đáp hay làm trên giấy không đo được, nên con số luôn thấp hơn thời gian thật.",
        n=LONGEST_BREAK,
    )


def left_out(facts: ClassFacts) -> list[tuple[str, Sequence[str]]]:
    """Who is not counted and why, with the names: '3 người đã chuyển lớp không tính'."""
    words = {
        "moved": _("%(n)s người đã chuyển sang lớp khác, không tính ở đây"),
        "withdrawn": _("%(n)s người đã thôi học, không tính"),
        "erased": _("%(n)s người đã được xóa dữ liệu theo yêu cầu, không tính"),
    }
    found = [(fate, facts.left_out.get(fate, ())) for fate in words]
    return [
        (words[fate] % {"n": len(names)}, () if fate == "erased" else names)
        for fate, names in found
        if names
    ]


def remarks(facts: ClassFacts) -> list[str]:
    """What else must be read with the numbers."""
    found = []
    if facts.joined:
        found.append(
            _("%(n)s hồ sơ trùng người đã gộp: mỗi người chỉ tính một lần, kể cả việc làm ở hồ sơ kia.",
              n=facts.joined)
        )  # fmt: skip
    came = sum(bool(one.earlier) for one in facts.learners)
    if came:
        found.append(
            _("%(n)s người từ lớp khác chuyển đến: bài đã học, bài kiểm tra và số phút ở lớp cũ được tính; "
              "buổi dự thì chỉ tính ở lớp này.", n=came)
        )  # fmt: skip
    return found


def standing(learner: Learner, rung: str, facts: ClassFacts, present: int, held: int) -> str:
    """Why somebody stands on a rung or does not yet: '4/5 buổi', '3/8 bài', 'ngày 12/11/2026'."""
    work = learner.work
    if rung == "attended":
        return _("%(n)s/%(all)s buổi", n=present, all=held)
    if rung == "learned":
        done = len(work.lessons.intersection(facts.lessons))
        return _("%(n)s/%(all)s bài", n=done, all=len(facts.lessons))
    if rung in ("tested", "test_passed"):
        return _tested(work.tests, rung in learner.rungs)
    if rung == "certificate" and work.certificate:
        return _("ngày %(day)s", day=day(work.certificate))
    return ""


def _tested(times: int, is_reached: bool) -> str:
    if times:
        return _("nộp %(n)s lần", n=times)
    return _("ở lớp khác") if is_reached else _("chưa nộp bài nào")


def furthest(learner: Learner) -> str:
    """The highest rung somebody stands on, in words."""
    names = rungs()
    return next(words for code, words in reversed(names.items()) if code in learner.rungs)


def total_words(people: Mapping[str, int], places: Mapping[str, int]) -> str:
    """Why the two last rows of the list of all classes differ."""
    twice = places["enrolled"] - people["enrolled"]
    if not twice:
        return _("Không ai học hai lớp.")
    return _(
        "Có %(n)s lượt là người học thêm một lớp nữa: hàng “Tổng lượt” tính mỗi lớp một lần, "
        "hàng “Số người” tính mỗi người một lần.",
        n=number(twice),
    )


def secret_note() -> str:
    """Why some questions are not shown."""
    return _(
        "Câu của bài kiểm tra và bài cuối khóa được giữ kín; chỉ cán bộ phụ trách nội dung đọc được. "
        "Mỗi người chỉ tính lần đầu gặp câu ấy; bài đầu khóa không tính vì khi đó chưa học."
    )


# --- the ladder of one learner ------------------------------------------------------------------


def ladder(sheet: Sheet, facts: ClassFacts) -> list[tuple[str, str]]:
    """(rung, evidence in words with its day) of a learner, for the sheet on paper."""
    return [
        ("attended", _attended(sheet)),
        ("learned", _learned(sheet, facts)),
        ("test_passed", _proven(sheet, "test_passed")),
        ("supervised", _supervised(sheet)),
        ("observed", _observed(sheet)),
        ("certificate", _certified(sheet, facts)),
    ]


def _attended(sheet: Sheet) -> str:
    there = [meeting for meeting, mark in sheet.marks if mark == "present"]
    if not there:
        return _("chưa dự buổi nào")
    first = _("buổi đầu ngày %(day)s", day=day(there[0].opened_at))
    return _("%(n)s/%(all)s buổi, %(first)s", n=len(there), all=len(sheet.marks), first=first)


def _learned(sheet: Sheet, facts: ClassFacts) -> str:
    if sheet.learned_on is not None:
        return _("xong bài cuối ngày %(day)s", day=day(sheet.learned_on))
    return _("còn %(n)s bài", n=len(facts.lessons) - sheet.lessons_done)


def _proven(sheet: Sheet, proof: str) -> str:
    on = sheet.proven_on(proof)
    return _("ngày %(day)s", day=day(on)) if on else _("chưa")


def _supervised(sheet: Sheet) -> str:
    told, held = _proven(sheet, "test_supervised"), sheet.supervised
    if held is None or sheet.proven_on("test_supervised") is None:
        return told
    return _("%(told)s, tại %(place)s, người giám sát: %(proctor)s",
             told=told, place=held.place, proctor=held.proctor)  # fmt: skip


def _observed(sheet: Sheet) -> str:
    told = _proven(sheet, "task_observed")
    names = sorted({one.observer for one in sheet.can_do if one.observer})
    if sheet.proven_on("task_observed") is None or not names:
        return told
    return _("%(told)s, người xem: %(names)s", told=told, names=", ".join(names))


def _certified(sheet: Sheet, facts: ClassFacts) -> str:
    held = sheet.certificate
    if held is not None:
        return _("số %(number)s, cấp ngày %(day)s", number=held.number, day=day(held.issued_on))
    if sheet.candidate is not None and sheet.candidate.state == "revoked":
        return _("giấy đã cấp bị thu hồi")
    if not sheet.lacks:
        return _("đủ điều kiện, chưa cấp")
    missing = ", ".join(lack(one, facts.version) for one in sheet.lacks)
    return _("còn thiếu %(what)s", what=missing)
