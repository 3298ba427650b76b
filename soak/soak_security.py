"""Every route as every role with planted texts, every shape of a foreign request, thousands of guesses.

What `tests/contract/test_every_route.py` asks once is asked here of all roles. Prints its counts; exit code 1
when something was wrong.
"""

import secrets
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import sync_playwright

from lms.app import create_app
from lms.core import migrate
from lms.core.db import Database, make_engine
from lms.core.guard import HEADERS
from lms.core.keys import make_keys
from lms.core.policy import HTTP_ROLES
from lms.core.settings import Settings
from tests.browser.conftest import serve, whole_program
from tests.communal import Watch
from tests.contract.furnish import foreign_ids, furnish
from tests.contract.furnished import Furnished
from tests.contract.matrix import OBJECTS, build, methods, rules, sign_in
from tests.contract.pages_read import read
from tests.contract.test_access_matrix import values
from tests.contract.test_every_route import FOREIGN, OWN_CSP, XSS, addresses, plant
from tests.contract.xss_live import ARGS, LIVE, is_file, open_all

GUESSES = 5_000
TURNS = 3
"""Each turn plants another third of the payloads: one that ends a tag must not hide the others."""


def furnished(folder: Path) -> Furnished:
    """The furnished cast in a file of its own."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'lms.db'}")
    engine = make_engine(settings)
    migrate.upgrade(engine)
    engine.dispose()
    database, keys = Database(settings), make_keys()
    app = create_app(settings, database=database, keys=keys, testing=True)
    cast = furnish(database, keys)
    foreign = foreign_ids(database, cast)
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]  # It is open.
    database.close()
    shutil.copy(folder / "lms.db", folder / "source.db")
    return Furnished(app, database, cast, folder / "source.db", foreign, Watch())


def read_every_page(place: Furnished, count: Counter[str]) -> list[str]:
    """Each route as each role that may knock, with a payload in every text somebody wrote."""
    wrong: list[str] = []
    for turn in range(TURNS):
        place.reset()
        fields = plant(place, XSS[turn::TURNS], joined=True)
        count["payloads x fields"] += fields * len(XSS[turn::TURNS])
        clients = {role: sign_in(place.app, place.cast, role) for role in HTTP_ROLES}
        for asked in addresses(place, everybody=turn == 0):
            got = clients[asked.role].get(asked.url)
            count["answers"] += 1
            own = got.headers.get("Content-Security-Policy", "") in OWN_CSP
            wrong += [
                f"{asked.url}: {name}" for name, value in HEADERS.items()
                if got.headers.get(name) != value and not (own and name.startswith("Content-Sec"))
            ]  # fmt: skip
            if got.mimetype == "text/html":
                seen = read(got.text, "a17")
                count["pages"] += 1
                count["elements"] += seen.elements
                wrong += [f"{asked.url} as {asked.role}: {f}" for f in seen.planted + seen.inline]
    return wrong


def send_from_elsewhere(place: Furnished, count: Counter[str]) -> list[str]:
    """Each unsafe route, as each role with a cookie, from every kind of foreign page."""
    place.reset()
    wrong: list[str] = []
    for rule in rules(place.app):
        own = {n: str(place.cast[OBJECTS[n].commune]) for n in rule.arguments if n in OBJECTS}
        url = build(place.app, rule, {**values(place.cast), **own})
        for method in set(methods(rule)) - {"GET"}:
            for cookies in (
                ("lms_staff", place.cast.staff_tokens),
                ("lms_learner", place.cast.learner_tokens),
            ):
                client = place.app.test_client()
                client.set_cookie(cookies[0], next(iter(cookies[1].values())))
                for headers in FOREIGN:
                    count["foreign requests"] += 1
                    if client.open(url, method=method, headers=headers).status_code != 403:
                        wrong.append(f"{method} {url} {headers}")
    return wrong


def guess(place: Furnished, count: Counter[str]) -> list[str]:
    """Sessions, credentials and links that nobody was given."""
    opened = []
    client = place.app.test_client()
    for number in range(GUESSES):
        token = f"TBT.{secrets.token_urlsafe(16 + number % 17)}"
        count["tokens guessed"] += 1
        way = number % 4
        if way == 0:
            client.set_cookie("lms_staff", token)
            opened += [token] if client.get("/dan-cu").status_code == 200 else []
        elif way == 1:
            client.set_cookie("lms_learner", token)
            opened += [token] if client.get("/hoc").status_code == 200 else []
        elif way == 2:
            answer = client.get("/api/v1/people", headers={"Authorization": f"Bearer {token}"})
            opened += [token] if answer.status_code == 200 else []
        else:
            opened += [token] if client.get(f"/mat-khau/{token}").status_code == 200 else []
        client.delete_cookie("lms_staff")
        client.delete_cookie("lms_learner")
    return opened


def open_in_chromium(place: Furnished, count: Counter[str]) -> list[str]:
    """Every page as every role in a real browser, without our CSP: nothing of what was written runs."""
    place.reset()
    count["payloads x fields in Chromium"] += plant(place, LIVE, joined=True) * len(LIVE)
    served = serve(place.app)
    address = next(served).at("127.0.0.1")
    pages = (one for one in addresses(place, everybody=True) if not is_file(one))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=whole_program(), args=ARGS)
        met = open_all(browser, place, address, pages)
        browser.close()
    served.close()
    count["pages in Chromium"] += met.pages
    return met.wrong


def main() -> int:
    """Run all of them; the counts, then what was wrong."""
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="lms-soak-") as folder:
        place = furnished(Path(folder))
        wrong = (
            read_every_page(place, count)
            + send_from_elsewhere(place, count)
            + guess(place, count)
            + open_in_chromium(place, count)
        )
        place.database.close()
    for name, number in sorted(count.items()):
        print(f"{number:>9}  {name}")
    print(f"{len(wrong):>9}  wrong")
    print("\n".join(wrong[:40]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
