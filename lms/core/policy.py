"""Who may knock at which route: every view declares a policy, and the app refuses to start without.

A policy maps each role to the widest relation in which it may use the route. The policy says who may
knock; `lms.core.guard` says in each action whether this actor may touch this object.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

from flask import Flask

F = TypeVar("F", bound=Callable[..., Any])


class Role(StrEnum):
    """Who an actor is. `system` (commands, jobs) never comes over HTTP."""

    ANONYMOUS = "anonymous"
    LEARNER = "learner"
    TRAINER = "trainer"
    UNIT_REPORTER = "unit_reporter"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    PROVINCE_READER = "province_reader"
    DEVICE = "device"
    MACHINE = "machine"
    SYSTEM = "system"


HTTP_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
SCOPES = ("counts:read", "events:write", "records:read")
"""What a machine may be granted; each is apart from the others."""
STAFF = (Role.TRAINER, Role.UNIT_REPORTER, Role.OFFICER, Role.ADMINISTRATOR)


class Reach(IntEnum):
    """How far an actor's use of a route reaches; a wider one includes the narrower."""

    NONE = 0
    OWN = 1
    CLASS = 2
    UNIT = 3
    COMMUNE = 4
    ANY = 5


class ScopeMissing(ValueError):
    """A policy lets machines in and does not say with which scope, or names a scope for nobody."""


@dataclass(frozen=True)
class Policy:
    """The widest reach of each role; a role that is not named may not use the route.

    A machine also needs the `scope`, except where everybody may come in: the program does not start
    with a policy that says otherwise.
    """

    reach: Mapping[Role, Reach]
    scope: str = ""

    def __post_init__(self) -> None:
        for_machines = Role.MACHINE in self.reach and Role.ANONYMOUS not in self.reach
        if self.scope not in (SCOPES if for_machines else ("",)):
            raise ScopeMissing(f"Scope {self.scope!r} with roles {sorted(self.reach)}")

    def of(self, role: Role) -> Reach:
        """How far this role reaches here."""
        return self.reach.get(role, Reach.NONE)

    def lets_in(self, role: Role, scopes: Collection[str] = ()) -> bool:
        """Whether this role may knock; a machine only with the scope."""
        known = self.of(role) is not Reach.NONE
        return known and (role is not Role.MACHINE or not self.scope or self.scope in scopes)


PUBLIC = Policy(dict.fromkeys(HTTP_ROLES, Reach.ANY))
"""Open to everyone, signed in or not."""
TEACHING = Policy(
    {Role.TRAINER: Reach.CLASS, Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE}
)
"""What concerns a class: its trainers, and who answers for all classes of the commune."""
VISITING = Policy({**TEACHING.reach, Role.UNIT_REPORTER: Reach.UNIT})
"""What concerns people at home: also who reports for their unit."""


def allow(policy: Policy | None = None, scope: str = "", **reach: Reach) -> Callable[[F], F]:
    """Declare a view's policy: `@allow(trainer=Reach.CLASS, officer=Reach.COMMUNE)`.

    A view for machines names the scope they need: `@allow(machine=Reach.COMMUNE, scope="counts:read")`.
    """
    declared = policy or Policy({Role(name): how for name, how in reach.items()}, scope)

    def mark(view: F) -> F:
        view.policy = declared  # type: ignore[attr-defined]  # The declaration rides on the view.
        return view

    return mark


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The policy a route's view declares; a class-based view declares it on each method."""
    view = app.view_functions.get(endpoint)
    return getattr(view, "policy", None)


def undeclared(app: Flask) -> list[str]:
    """Routes whose view declares no policy: the app refuses to start with one, CI fails."""
    return sorted(
        f"{rule.endpoint} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if policy_of(app, rule.endpoint) is None
    )
