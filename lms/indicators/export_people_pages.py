"""Sending a list of people as a file: who asks says what for; the log keeps who, which list, how many."""

from collections.abc import Iterator, Mapping
from typing import IO

from flask import Response, request
from sqlalchemy.orm import Session

from lms.core import audit, clock, web
from lms.core.downloads import as_file
from lms.core.errors import Invalid
from lms.core.guard import Actor, actor, require
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.text import clean, day, hour
from lms.indicators import narrowing
from lms.indicators.actions import OFFICE
from lms.indicators.export_people import Wished, people_file
from lms.indicators.figure_pages import opened_figure, state_of, words_of
from lms.indicators.headline import plan_title
from lms.indicators.narrowing import Wanted
from lms.indicators.opened import Opened
from lms.indicators.pages import EXPORTS, blueprint
from lms.indicators.queries import commune_of
from lms.indicators.sheet import Line
from lms.people.proof import weighs

LEAST, MOST = 5, 200
MOST_ROWS = 1_000_000
"""A sheet of a workbook holds few more."""
CHUNK = 64 * 1024


@blueprint.post("/ke-hoach/<code>/<no>/danh-sach")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
@weighs
def people_list(code: str, no: str) -> Response:
    """The list of the drill-down page with its filters as a file; fields `purpose`, `with_phone`, `form`."""
    who, asked = actor(), request.form
    purpose, form = _purpose(asked), "csv" if asked.get("form") == "csv" else "xlsx"
    with web.database().read() as session:
        wished, name = _wished(session, who, code, no, asked, purpose)
        file, rows = people_file(session, who.commune, wished, form)
    try:
        _keep_in_log(who, code, no, asked, purpose, rows)
    except BaseException:
        file.close()
        raise
    return _sent(file, f"{name}.{form}", EXPORTS[form])


def _purpose(asked: Mapping[str, str]) -> str:
    words = clean(asked.get("purpose", ""))
    if not LEAST <= len(words) <= MOST:
        wrong = _(
            "Hãy ghi danh sách này dùng để làm gì, từ 5 đến 200 chữ cái. Câu này in ở đầu tệp."
        )
        raise Invalid(_("Chưa xuất được danh sách."), fields={"purpose": [wrong]})
    return words


def _wished(
    session: Session, who: Actor, code: str, no: str, asked: Mapping[str, str], purpose: str
) -> tuple[Wished, str]:
    """The list that a form asks for, and the name of its file."""
    require(who, *OFFICE)
    opened, line, chosen = opened_figure(session, who.commune, code, no, asked)
    state, wanted = state_of(line, asked.get("state", "")), narrowing.asked(asked)
    keys = narrowing.narrowed(
        opened.day, line.figure, narrowing.subjects(line.figure, state), wanted
    )
    if len(keys) > MOST_ROWS:
        raise Invalid(
            _("Danh sách dài quá một triệu dòng. Hãy lọc theo đơn vị rồi xuất từng phần.")
        )
    about = tuple(_about(session, who, opened, line, wanted, purpose))
    title = {"in": _("DANH SÁCH ĐÃ ĐẠT"), "missing": _("DANH SÁCH CHƯA ĐẠT")}
    wished = Wished(
        opened, line, keys, title.get(state, _("DANH SÁCH ĐỐI TƯỢNG")), about, wanted.text,
        asked.get("with_phone") == "1",
    )  # fmt: skip
    said = {"in": "da-dat", "missing": "chua-dat"}.get(state, "doi-tuong")
    return wished, f"{code}-{no}-{said}-{chosen.as_of.isoformat()}"


def _about(
    session: Session, who: Actor, opened: Opened, line: Line, wanted: Wanted, purpose: str
) -> Iterator[str]:
    """What stands above the list; the purpose line is the last."""
    report, commune = opened.report, commune_of(session, who.commune)
    number = f"{line.label}. " if line.label else ""
    yield _("Chỉ tiêu %(title)s", title=f"{number}{line.title}")
    yield _(
        "%(plan)s – %(commune)s, %(province)s – số liệu đến hết ngày %(day)s",
        plan=plan_title(report.plan), commune=commune.title, province=commune.province,
        day=day(report.as_of),
    )  # fmt: skip
    if commune.is_sample:
        yield _("DỮ LIỆU MẪU – xã này và mọi người trong đó không có thật")
    if said := _filters(opened, line, wanted):
        yield _("Lọc theo: %(said)s", said=said)
    now = clock.now()
    yield _(
        "Mục đích: %(purpose)s. Người xuất: %(name)s, %(hour)s ngày %(day)s. Có dữ liệu cá nhân: "
        "chỉ dùng cho mục đích này, không chuyển cho người không có nhiệm vụ.",
        purpose=purpose.rstrip("."), name=who.name or _("hệ thống"), hour=hour(now), day=day(now),
    )  # fmt: skip


def _filters(opened: Opened, line: Line, wanted: Wanted) -> str:
    words = words_of(line)
    unit = wanted.unit.removeprefix(narrowing.WITH_PARTS)
    names = {narrowing.NOWHERE: _("không rõ / ngoài xã"), **opened.day.unit_names}
    said = [
        names.get(unit, "") if unit else "",
        words["sex_words"].get(wanted.sex, ""),
        words["age_words"].get(wanted.band, ""),
        words["group_words"].get(wanted.group, ""),
        _("tên có “%(said)s”", said=wanted.text) if wanted.text else "",
    ]
    return "; ".join(filter(None, said))


def _keep_in_log(
    who: Actor, code: str, no: str, asked: Mapping[str, str], purpose: str, rows: int
) -> None:
    """One short writing transaction, before a byte leaves; a name that was searched is not kept."""
    kept = narrowing.kept(narrowing.asked(asked))
    with web.database().write() as session:
        audit.record(
            session, who, "export", "people_list", f"{code}/{no}", plan=code, indicator=no,
            rows=rows, purpose=purpose, state=asked.get("state", ""), as_of=asked.get("as_of", ""),
            form=asked.get("form", ""), phone="1" if asked.get("with_phone") == "1" else "0",
            **{f"by_{name}": "1" if name == "tim" else value for name, value in kept.items()},
        )  # fmt: skip


def _sent(file: IO[bytes], name: str, kind: str) -> Response:
    """The file piece by piece; it is closed, and so gone, whoever ends the call."""
    size = file.seek(0, 2)
    file.seek(0)
    answer = Response(_pieces(file), content_type=kind, direct_passthrough=True)
    answer.headers["Content-Length"] = str(size)
    answer.call_on_close(file.close)
    return as_file(answer, name)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece
