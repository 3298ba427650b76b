"""Policies: who is let in where machines are meant, and what stops the program from starting."""

import pytest

from lms.core.policy import HTTP_ROLES, PUBLIC, SCOPES, Policy, Reach, Role, ScopeMissing

pytestmark = pytest.mark.pure


def test_a_route_for_machines_without_a_scope_stops_the_program() -> None:
    wrong: list[tuple[Role, str]] = [
        (Role.MACHINE, ""),
        (Role.MACHINE, "all"),
        (Role.OFFICER, SCOPES[0]),
    ]
    for role, scope in wrong:
        with pytest.raises(ScopeMissing):
            Policy({role: Reach.COMMUNE}, scope)


def test_a_machine_needs_the_very_scope_and_nobody_else_needs_one() -> None:
    policy = Policy({Role.MACHINE: Reach.COMMUNE, Role.OFFICER: Reach.COMMUNE}, SCOPES[0])
    assert policy.lets_in(Role.OFFICER)
    assert not policy.lets_in(Role.TRAINER, SCOPES)
    assert policy.lets_in(Role.MACHINE, [SCOPES[0]])
    assert not policy.lets_in(Role.MACHINE, [SCOPES[1]])
    assert not policy.lets_in(Role.MACHINE)
    assert all(PUBLIC.lets_in(role) for role in HTTP_ROLES)
