"""The rules of asking and proving: forms, marks, passing, tries, proofs, chances. All pure."""

from assessments.rules.chance import form_guess_chance, guess_chance
from assessments.rules.forms import (
    BankTooSmall,
    Form,
    FormItem,
    draw_form,
    form_from_plain,
    form_to_plain,
    public_form,
)
from assessments.rules.marking import (
    Correction,
    ItemMark,
    Mark,
    SkillMark,
    mark,
    mark_answers,
    mark_branches,
)
from assessments.rules.passing import EarlierTry, Permission, Reason, Verdict, may_try, passes
from assessments.rules.proofs import (
    EventTime,
    Missing,
    Reached,
    TaskEvidence,
    TestEvidence,
    attainments,
    event_time,
    local_day,
    missing_for_certificate,
)
from assessments.rules.trail import Answer, Branch, Entry, Submit, answers_hash, branches

__all__ = [
    "Answer",
    "BankTooSmall",
    "Branch",
    "Correction",
    "EarlierTry",
    "Entry",
    "EventTime",
    "Form",
    "FormItem",
    "ItemMark",
    "Mark",
    "Missing",
    "Permission",
    "Reached",
    "Reason",
    "SkillMark",
    "Submit",
    "TaskEvidence",
    "TestEvidence",
    "Verdict",
    "answers_hash",
    "attainments",
    "branches",
    "draw_form",
    "event_time",
    "form_from_plain",
    "form_guess_chance",
    "form_to_plain",
    "guess_chance",
    "local_day",
    "mark",
    "mark_answers",
    "mark_branches",
    "may_try",
    "missing_for_certificate",
    "passes",
    "public_form",
]
