"""A download next year is the same file: after another design, a restart and an upgrade."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import actions, designs, forms, queries
from certificates.models import Certificate
from certificates.paper.design import DEFAULT
from certificates.paper.logo_cleaning import clean_logo
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.people.account_models import Account
from lms.people.models import Commune, Person
from tests.cast import Cast, build_cast
from tests.certificates.downloads import hashes
from tests.certificates.test_design import picture
from tests.certificates.test_release import ISSUED, STORES
from tests.certificates.work import ISSUER, TODAY, attained, officer

pytestmark = pytest.mark.db
OTHER = replace(
    DEFAULT, title="GIẤY KHÁC HẲN", signatory="Người ký mới", logo=clean_logo(picture())
)
ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from tests.certificates.downloads import tell; tell(sys.argv[1])"


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a store that another process may open."""
    shutil.copy(sqlite_template, tmp_path / "kept.db")
    return f"sqlite:///{tmp_path / 'kept.db'}"


def in_another_process(address: str) -> dict[str, str]:
    """What a service that was started anew hands out."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, address],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(told.stdout)
    return found


def issue_two(database: Database, cast: Cast) -> None:
    with clock.frozen(TODAY), database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        actions.issue(session, officer(cast), cast["k1"], None, ISSUER)


def change_everything(session: Session, cast: Cast) -> None:
    """Another design, other names of the person, the commune and its province."""
    designs.save(session, officer(cast), OTHER, 0)
    session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = "Tên Khác Hẳn"
    commune = session.get_one(Commune, cast["TBT"])
    commune.name, commune.province = "Tên mới", "Tỉnh Mới"


def test_another_design_other_names_and_a_restart_change_no_file(place: str, keys: Keys) -> None:
    database = Database(Settings(database_url=place))
    cast = build_cast(database, keys)
    issue_two(database, cast)
    with database.read() as session:
        before = hashes(database, session)
    assert len(before) == 2 * 4 + 2
    with database.write() as session:
        change_everything(session, cast)
        assert hashes(database, session) == before
    database.close()
    assert in_another_process(place) == before


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Database]:
    """The store of the last release after today's migrations."""
    path = tmp_path / "lms.db"
    path.write_bytes(gzip.decompress((STORES / "store-0004.db.gz").read_bytes()))
    database = Database(Settings(database_url=f"sqlite:///{path}"))
    migrate.upgrade(database.engine)
    yield database
    database.close()


def test_after_an_upgrade_a_new_design_is_for_new_papers_only(upgraded: Database) -> None:
    said = {number: digest for number, (_status, digest) in ISSUED["store-0004"].items()}
    with upgraded.write() as session:
        old = session.scalars(select(Certificate).where(Certificate.status == "valid")).one()
        account = session.scalars(select(Account)).first()
        who = Actor(Role.OFFICER, old.commune_id, account.id if account else None)
        designs.save(session, who, OTHER, 0)
        before = hashes(upgraded, session)
        assert {name.removesuffix(" a4"): digest for name, digest in before.items()
                if name.startswith("0")} == said  # fmt: skip
        assert forms.of(session, old) == {}
        new = actions.reissue(session, who, old.id, "Xin bản có mặt sau", ISSUER)
        assert (new.template, new.design_version, old.template) == ("gcn-a4/2", 1, "gcn-a4/1")
        assert queries.claims(new).skills != ()
        after = hashes(upgraded, session)
        assert {name: after[name] for name in before if name.startswith("0")} == {
            name: digest for name, digest in before.items() if name.startswith("0")}  # fmt: skip
        assert set(forms.of(session, new)) == {"slip", "jwt", "ld"}
