"""`lms account …`: letting people in and out from the server when nobody can from the pages."""

import pytest
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.guard import Actor
from lms.core.keys import load_keys
from lms.core.policy import Role
from lms.people.account_models import Account, RoleGrant
from tests.cli.place import Place
from tests.cli.test_init import ORIGIN, PASSWORD, link_in, signed_in
from tests.people.steps import switch_on

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_lost_telephone_and_a_lost_password_are_mended_on_the_server(village: Place) -> None:
    said = (
        village.ok("account", "list", "--help")
        + village.run("--commune", "TBT", "account", "list").output
    )
    assert "oanh  cán bộ xã  một bước" in said

    def tbt(*words: str) -> str:
        return village.ok("--commune", "TBT", "account", *words)

    with village.app() as app:
        database, keys = app.extensions["lms.db"], load_keys(village.settings.keys)
        with database.read() as session:
            who = session.scalars(select(Account.id).where(Account.login == "an")).one()
            grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == who)).one()
            admin = Actor(Role.ADMINISTRATOR, grant.commune_id, who)
        switch_on(database, keys, admin)
    assert "an  quản trị viên  hai bước" in tbt("list")
    assert "Đã bỏ xác nhận hai bước" in tbt("reset-two-steps", "an")
    assert "không có gì thay đổi" in tbt("reset-two-steps", "an")
    link = link_in(tbt("link", "Oanh"))
    with village.app() as app:
        form = {"password": PASSWORD, "again": PASSWORD}
        answer = app.test_client().post(link, data=form, headers=ORIGIN)
        assert answer.status_code == 303
        assert signed_in(app, "oanh", PASSWORD).status_code == 303
    assert "Đã kết thúc" in tbt("sign-out", "oanh")
    assert "Xã yêu cầu" in tbt("ask-two-steps")
    assert "Xã thôi" in tbt("ask-two-steps", "--off")
    assert "Đã khóa" in tbt("disable", "oanh")
    refused = village.refused("--commune", "TBT", "account", "disable", "an")
    assert "quản trị viên cuối cùng" in refused
    assert "Không có tài khoản" in village.refused("--commune", "TBT", "account", "link", "ai")
    with village.app() as app:
        assert signed_in(app, "oanh", PASSWORD).status_code == 401
    with village.looking() as session:
        bodies = " ".join(session.scalars(select(AuditEntry.body)))
    deeds = (
        "two_steps_reset",
        "link_made",
        "signed_out",
        "asked_two_steps",
        "freed_two_steps",
        "disabled",
    )
    assert all(f'"verb":"{deed}"' in bodies for deed in deeds)
