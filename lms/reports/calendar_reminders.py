"""Texts to send to units by hand: what each still owes, by when, and its own link where it has one."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from lms.core import clock
from lms.core.guard import system
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.text import day
from lms.indicators import queries
from lms.indicators.rules.vocabulary import RESIDENTIAL_UNITS
from lms.people import queries as register
from lms.people.models import Unit
from lms.reports.calendar_rules import Duty
from lms.reports.unit_link_actions import link_token
from lms.reports.unit_link_desk import Asked, Desk


@dataclass(frozen=True, slots=True)
class Letter:
    """The text for one unit; `owes` is whether it still has to give something."""

    unit: Unit
    text: str
    owes: bool
    has_link: bool


def letters(desk: Desk, keys: Keys, base: str) -> list[Letter]:
    """One text for each unit, in the order of the units."""
    heads = register.headcounts(desk.session, system(desk.commune_id), clock.today())
    place = queries.commune_of(desk.session, desk.commune_id).title
    return [_letter(desk, keys, base, place, unit, heads.get(unit.id, (0, 0)))
            for unit in desk.units]  # fmt: skip


def _letter(
    desk: Desk, keys: Keys, base: str, place: str, unit: Unit, heads: tuple[int, int]
) -> Letter:
    asked = desk.asked(unit)
    owed = [one for one in asked if one.is_owed]
    lacks_list = _lacks_list(unit, asked, heads)
    link = desk.link(unit.id)
    address = ""
    if link is not None:
        token = link_token(desk.session, keys, link)
        address = base + url_for("unit_links.opened", token=token)
    lines = _lines(
        desk, place, unit, owed, lacks_list=lacks_list, is_asked=bool(asked), address=address
    )
    return Letter(unit, "\n".join(lines), bool(owed) or lacks_list, link is not None)


def _lacks_list(unit: Unit, asked: list[Asked], heads: tuple[int, int]) -> bool:
    """Whether nobody of the unit is in the register and it declared nothing of itself either."""
    people = heads[0] if unit.kind in RESIDENTIAL_UNITS else heads[1]
    return people == 0 and all(one.now is None and one.waiting is None for one in asked)


def _lines(
    desk: Desk,
    place: str,
    unit: Unit,
    owed: list[Asked],
    *,
    lacks_list: bool,
    is_asked: bool,
    address: str,
) -> Iterator[str]:
    yield _("Kính gửi: %(unit)s", unit=unit.name)
    yield _about(place, desk.duty)
    if owed:
        yield _("Đơn vị còn các số liệu sau:")
        yield from (f"- {_owed_text(one)}" for one in owed)
    if lacks_list:
        yield _("- Danh sách người của đơn vị (họ tên, năm sinh, nơi ở): xã chưa có ai trong danh sách. "
                "Danh sách xin gửi riêng cho cán bộ, không gửi vào nhóm chung.")  # fmt: skip
    if not is_asked and not lacks_list:
        yield _(
            "Hiện xã không cần đơn vị khai số liệu nào. Xin xem lại các số của đơn vị cho đúng."
        )
    elif not owed and not lacks_list:
        yield _(
            "Xã đã nhận đủ số liệu của đơn vị, xin cảm ơn. Xin xem lại các số của đơn vị cho đúng."
        )
    if address:
        yield _("Ghi và kiểm tra số tại: %(link)s", link=address)
        yield _("(đường dẫn riêng của đơn vị, xin không gửi cho nơi khác)")
    yield _("Trân trọng cảm ơn.")


def _owed_text(one: Asked) -> str:
    name = one.column.name[:1].upper() + one.column.name[1:]
    name = _("%(name)s: số đạt, tổng số", name=name) if one.column.counts else name
    if one.now is None:
        return name
    return _("%(name)s (số đang có từ ngày %(day)s, cần số mới)", name=name, day=day(one.now.as_of))


def _about(place: str, duty: Duty | None) -> str:
    """For what, and by when; no day is said where nobody set one."""
    who = place[:1].upper() + place[1:]
    if duty is None:
        return _("%(who)s đang tổng hợp số liệu của các đơn vị.", who=who)
    what = _("%(who)s đang tổng hợp số liệu cho %(title)s", who=who, title=duty.title)
    if duty.day is None:
        return _("%(what)s. Kế hoạch không ghi ngày; xin gửi sớm.", what=what)
    if duty.day < clock.today():
        return _("%(what)s; hạn %(day)s đã qua, xin gửi ngay.", what=what, day=day(duty.day))
    if duty.is_own or duty.as_of is None:
        return _("%(what)s. Xã cần trước ngày %(day)s.", what=what, day=day(duty.day))
    return _("%(what)s: số liệu chốt đến hết ngày %(cut)s, hạn báo cáo %(day)s. Xin gửi trước ngày chốt.",
             what=what, cut=day(duty.as_of), day=day(duty.day))  # fmt: skip
