"""A class that is carried away, as the browser tests need it: its pack and the numbers on its cards."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from playwright.sync_api import Page, Route

from lms.cohorts import actions, cards, carry_queries, queries
from lms.core import clock
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.offline.packs import Wanted, make_pack
from tests.browser.conftest import TEN_PAST_NINE, World

DAY = date(2026, 11, 22)
"""The day of the meeting without network, two days after the class was carried away."""


@dataclass
class Carried:
    """The pack of class K1, and what is printed on its cards."""

    pack: UUID
    text: str
    numbers: dict[str, str]
    """lan, hung, mai, khach (a spare card) and trang (the trainer) → ten digits."""
    session: UUID
    """The meeting of DAY."""
    sitting: UUID
    spare: UUID


def trang(world: World) -> Actor:
    """The trainer of class K1."""
    cast = world.cast
    return Actor(
        Role.TRAINER, cast["TBT"], cast["trang"], "trang", cohort_ids=frozenset([cast["k1"]])
    )


def carry_class(world: World, keys: Keys) -> Carried:
    """Trang carries class K1 away, to one meeting, with one spare card."""
    who, cast = trang(world), world.cast
    with clock.frozen(TEN_PAST_NINE), world.database.write() as session:
        third = actions.enrol(session, who, keys, cast["k1"], cast["mai"])
        cast.ids["hv_mai"] = third.id
        wanted = Wanted(uuid7(), cast["k1"], [DAY], 1)
        pack = make_pack(session, who, keys, wanted)
        meeting = carry_queries.next_carried(session, who.commune, cast["k1"])
        assert meeting is not None
        [spare] = cards.spares_of(session, who.commune, cast["k1"])
        numbers = {
            name: cards.card_of(
                session, keys, queries.enrolment(session, who.commune, cast[f"hv_{name}"])
            )
            for name in ("lan", "hung", "mai")
        }
        numbers["khach"] = cards.spare_number(keys, spare)
        numbers["trang"] = cards.staff_card(session, keys, who.commune, cast["trang"])
        sittings = carry_queries.sittings_of(session, who.commune, [meeting.id])
        return Carried(
            pack.id, pack.body or "", numbers, meeting.id, sittings[meeting.id], spare.id
        )


def damage_pack(page: Page, text: str) -> None:
    """The pack arrives with one letter that is another."""
    place = text.index("Lan N.")
    damaged = f"{text[:place]}Lam N.{text[place + 6 :]}"

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=damaged)

    page.route("**/api/v1/packs/current", answer)
