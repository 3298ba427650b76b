"""A list from outside read with the register's own readers, and matched against the register.

Nothing here writes: the register's planner is asked who a row is, and never told to add or change anybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.indicators import outside_columns
from lms.indicators.definition import programme_name
from lms.indicators.outside_columns import At, Usual
from lms.indicators.outside_fates import Match
from lms.indicators.rules.vocabulary import PROGRAMMES
from lms.people import importing, register, wording
from lms.people.importing import Upload
from lms.people.plan import ReadTable
from lms.people.planning import Candidate, Planner, shown_as, who_is
from lms.people.queries import survivors
from lms.people.reading import Sheet
from lms.people.register import Tick, nothing
from lms.people.rules.headings import SEARCHED, Columns
from lms.people.rules.identity import Cell, Problem, written
from lms.people.rules.matching import Level, Traits
from lms.people.rules.places import Place
from lms.people.rules.register import Alike, Record
from lms.people.rules.roster import Entry, Refused, Skipped
from lms.people.rules.tables import Table

SHOWN = 3
"""How many people of the register are shown beside a doubtful row."""


@dataclass(frozen=True)
class Told:
    """What an officer says of a list before its rows are read."""

    kind: str
    usual: Usual
    columns: Mapping[int, At] = field(default_factory=dict)
    """Table → field → 0-based column, where the headings were not believed."""
    tables: tuple[int, ...] | None = None
    """Which lists of the file are read, from 0; None for all of them."""


@dataclass(frozen=True)
class ListTable:
    """One list of the file as it was read: where it stands, its headings, and what each column says."""

    read: ReadTable
    at: At
    labels: Mapping[int, str]
    is_named: bool
    """Whether a column names the people; until one is chosen no row can be read."""


@dataclass
class Matched:
    """Every row with whom it may be, and what was read of the file."""

    matches: list[Match] = field(default_factory=list)
    tables: list[ListTable] = field(default_factory=list)


def matched(
    session: Session, keys: Keys, commune_id: UUID, upload: Upload, told: Told, tick: Tick = nothing
) -> Matched:
    """The rows of a list, each with whom of the register it may be; Invalid when it cannot be read."""
    sheets = importing.sheets_of(upload)
    lists = _lists(sheets)
    with register.collecting_later():
        known = register.load(session, commune_id)
        asker = _Asker(
            Planner(known, lambda digits: keys.digest("citizen-id", digits), clock.today()),
            survivors(session, commune_id),
        )
        names = outside_columns.programme_names({code: programme_name(code) for code in PROGRAMMES})
        done = Matched()
        for number, (sheet, table) in enumerate(lists):
            is_read = told.tables is None or number in told.tables
            at = told.columns.get(number) or outside_columns.found(table.columns, told.kind)
            columns = outside_columns.told(table.columns, at)
            is_named = outside_columns.has_names(columns)
            shown = importing.read_table(sheet, table, is_read, None)
            done.tables.append(ListTable(shown, dict(at), table.columns.labels, is_named))
            if is_read and is_named:
                rows = importing.rows_of(sheet, replace(table, columns=columns), tick)
                done.matches += _matches(number, sheet, rows, at, told, names, asker)
    return done


def _lists(sheets: list[Sheet]) -> list[tuple[Sheet, Table]]:
    """Every list of the file; where no heading names people, each sheet as one list to be told about."""
    try:
        return importing.tables_of(sheets)
    except Invalid:
        guessed = [(sheet, table) for sheet in sheets if (table := _guessed(sheet))]
        if not guessed:
            raise
        return guessed


def _guessed(sheet: Sheet) -> Table | None:
    """The sheet under its first row that heads at least two columns."""
    for index, row in enumerate(sheet.rows[:SEARCHED]):
        labels = {c: text for c, cell in enumerate(row) if (text := written(cell))}
        if len(labels) > 1:
            return Table(Columns(index + 1, index + 2, {}, (), labels), len(sheet.rows))
    return None


def _matches(
    number: int, sheet: Sheet, rows: Iterator[Entry | Refused | Skipped], at: At, told: Told,
    names: Mapping[str, str], asker: "_Asker",
) -> Iterator[Match]:  # fmt: skip
    today = clock.today()
    for row in rows:
        cells = sheet.rows[row.row - 1] if row.row <= len(sheet.rows) else []
        if isinstance(row, Skipped):
            told_so = ((None, row.problem.code, row.problem.value),)
            yield Match(number, row.row, "", remarks=told_so, state="skipped")
        elif isinstance(row, Refused):
            faults = tuple((f.column, f.problem.code, f.problem.value) for f in row.faults)
            yield Match(number, row.row, row.shown, remarks=faults, state="error")
        else:
            yield _match(number, row, cells, at, told, names, today, asker)


def _match(
    number: int, entry: Entry, cells: Sequence[Cell], at: At, told: Told,
    names: Mapping[str, str], today: date, asker: "_Asker",
) -> Match:  # fmt: skip
    said = outside_columns.said(cells, at, told.usual, told.kind, today, names)
    faults = [*said.faults]
    born = entry.birth.day if entry.birth else None
    year = entry.birth.year if entry.birth else None
    if not faults and ((born and said.on < born) or (year and said.on.year < year)):
        faults.append((at.get("on"), Problem("on_before_birth", said.on.strftime("%d/%m/%Y"))))
    if faults:
        remarks = tuple((column, p.code, p.value) for column, p in faults)
        return Match(number, entry.row, entry.name, entry, remarks=remarks, state="error")
    if said.failed:
        why = ((at.get("result"), "result_failed", said.failed),)
        return Match(number, entry.row, entry.name, entry, remarks=why, state="failed")
    person, alike, odd = asker.ask(entry)
    remarks = tuple((w.column, w.problem.code, w.problem.value) for w in entry.warnings)
    return Match(
        number, entry.row, entry.name, entry, said.on, said.programme, said.level, person, alike,
        remarks + odd,
    )  # fmt: skip


class _Asker:
    """Asks the register who a row is."""

    def __init__(self, planner: Planner, roots: Mapping[UUID, UUID]) -> None:
        self.planner, self.roots = planner, roots

    def ask(
        self, entry: Entry
    ) -> tuple[UUID | None, tuple[Alike, ...], tuple[tuple[int | None, str, str], ...]]:
        """(who it is for sure, whom it may be, what is odd)."""
        place, odd = self._place(entry)
        found = self._without_merged(self.planner.candidates(self._traits(entry, place)))
        record, doubt = who_is(self._traits(entry, place), found, lambda _record: False)
        if record is not None:
            return self._root(record), (), odd
        if doubt is None:
            return None, (), odd
        likely = sorted(found, key=lambda one: -one[2].points)
        others = [one for one in likely if one is not doubt and one[2].level is not Level.DIFFERENT]
        sides = [shown_as(one[0], one[2].reasons) for one in [doubt, *others][:SHOWN]]
        return None, tuple(sides), odd

    def _place(self, entry: Entry) -> tuple[Place | None, tuple[tuple[int | None, str, str], ...]]:
        if not entry.unit:
            return None, ()
        place = self.planner.register.places.home(entry.unit)
        if isinstance(place, Problem):
            return None, ((None, "place_unknown", entry.unit[:40]),)
        return place, ()

    def _traits(self, entry: Entry, place: Place | None) -> Traits:
        household = None
        if place and entry.household:
            codes = (f"{place.code}-{entry.household}", entry.household)
            homes = self.planner.register.households
            household = next((homes[place.id, c] for c in codes if (place.id, c) in homes), None)
        born = entry.birth
        return Traits(
            entry.name, born.day if born else None, born.year if born else None, entry.sex,
            place.id if place else None, household, entry.phone,
            self.planner.digest(entry.citizen_id) if entry.citizen_id else None,
        )  # fmt: skip

    def _root(self, record: Record) -> UUID:
        return self.roots.get(record.id, record.id)

    def _without_merged(self, found: Sequence[Candidate]) -> list[Candidate]:
        """One candidate for each person: of records that were merged the one that is most alike."""
        best: dict[UUID, Candidate] = {}
        for one in found:
            old = best.get(self._root(one[0]))
            if old is None or _worth(one) > _worth(old):
                best[self._root(one[0])] = one
        return list(best.values())


def _worth(one: Candidate) -> tuple[bool, int]:
    return one[2].level is Level.SAME, one[2].points


def problem_words(code: str, value: str) -> str:
    """The sentence of a remark: ours, or the register's."""
    own = {
        "on_future": _("ngày %(v)s ở sau hôm nay; hãy sửa ngày", v=value),
        "on_old": _("ngày %(v)s quá xa, trước năm 2000; hãy sửa ngày", v=value),
        "on_before_birth": _("ngày %(v)s ở trước ngày sinh; hãy xem lại hai ngày", v=value),
        "programme_missing": _("chưa rõ chương trình nào; hãy chọn chương trình cho cả danh sách, "
                               "hoặc chọn cột chương trình"),
        "programme_unknown": _("không có chương trình “%(v)s”; hãy ghi đúng tên chương trình", v=value),
        "level_unknown": _("không rõ mức “%(v)s”; hãy ghi “cơ bản” hoặc “sử dụng tốt”", v=value),
        "result_unclear": _("không rõ kết quả “%(v)s” là đạt hay không; hãy ghi Đạt hoặc Không đạt, "
                            "hoặc bỏ cột kết quả", v=value),
        "result_failed": _("danh sách ghi “%(v)s” nên không ghi nhận", v=value),
        "place_unknown": _("không có đơn vị “%(v)s” trong xã; vẫn đối chiếu bằng tên và năm sinh",
                           v=value),
    }  # fmt: skip
    return own.get(code) or wording.problem(Problem(code, value))
