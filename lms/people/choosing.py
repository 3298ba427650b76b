"""What the reader of a preview says before it is confirmed: which lists are read, who doubtful rows are."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core.keys import Keys
from lms.people.importing import keep, plan_for, preview_of, upload_of
from lms.people.models import RegisterImport
from lms.people.plan import OTHER, SAME, Decisions, Plan
from lms.people.rules.register import Alike, Fate


@dataclass(frozen=True)
class Choice:
    """What a reader says of a preview: which lists are read, and who doubtful rows are."""

    tables: tuple[int, ...] | None = None
    decisions: Decisions = field(default_factory=dict)
    undecided: tuple[tuple[int, int], ...] = ()
    """Rows whose decision is taken back."""
    all_plain: bool = False
    """Every doubtful row of the same name, with nothing that speaks against it, is who is shown beside it."""


def choose(session: Session, keys: Keys, row: RegisterImport, choice: Choice) -> None:
    """Add these choices to those made before, and keep the fates that follow from them."""
    old = upload_of(keys, row)
    shown = preview_of(session, keys, row)
    decisions = {**old.decisions, **_of_shown(shown, choice.decisions)}
    for key in choice.undecided:
        decisions.pop(key, None)
    if choice.tables is not None:
        new = replace(old, tables=choice.tables, decisions=decisions)
        keep(session, keys, row, new, plan_for(session, keys, row.commune_id, new))
        return
    if choice.all_plain:
        decisions |= _plain_ones(shown, decisions)
    keep(session, keys, row, replace(old, decisions=decisions), _decided(shown, decisions))


def _of_shown(shown: Plan, said: Decisions) -> Decisions:
    """The decisions on whom the preview shows beside the row: a form cannot name anybody else."""
    beside = {(row.table, row.row): row.alike.person_id for row in shown.rows if row.alike}
    return {key: told for key, told in said.items() if beside.get(key) == told[1]}


def is_plain(alike: Alike) -> bool:
    """Whether the name is the same and nothing else differs: a doubt for want of facts only."""
    codes = {*alike.reasons}
    return bool({"name_same", "name_marks"} & codes) and not any(
        code.endswith("_differs") for code in codes
    )


def _plain_ones(plan: Plan, decided: Decisions) -> dict[tuple[int, int], tuple[str, UUID]]:
    doubtful = [row for row in plan.rows if row.fate == "doubtful" and row.alike]
    return {
        (row.table, row.row): (SAME, row.alike.person_id)
        for row in doubtful
        if row.alike and is_plain(row.alike) and (row.table, row.row) not in decided
    }


_FATES: dict[str, Fate] = {SAME: "updated", OTHER: "new", "": "doubtful"}


def _decided(plan: Plan, decisions: Decisions) -> Plan:
    """The fates with these decisions; what else a decision changes is found when the list is written."""
    for n, row in enumerate(plan.rows):
        if row.alike is not None and (row.fate == "doubtful" or row.decision):
            how, shown = decisions.get((row.table, row.row), ("", row.alike.person_id))
            how = how if shown == row.alike.person_id else ""
            plan.rows[n] = replace(row, fate=_FATES[how], decision=how)
    return plan
