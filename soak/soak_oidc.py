"""Sign-ins through the certified provider of npm's `oidc-provider`, as browsers do them, over real HTTP.

`python soak/soak_oidc.py [rounds]` installs the provider into a temporary folder, starts one for each way of
signing (ES256, RS256, PS256, RS512), lets the product listen on this machine and sends people through: staff
who are linked, learners whom citizen id and birth name, people whom nobody knows and who give up. In between
keys change, our clock goes wrong, answers are replayed, handed to another browser, led to another provider's
door, and sessions are ended at the provider. It prints counts and ends with an error when one is not as it
must be. Where there is no node it says so and fails. The network is used for the installation alone.
"""

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

import structlog
from tqdm import tqdm
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.app import create_app
from lms.core import audit, clock, migrate
from lms.core.db import Database
from lms.core.keys import make_keys
from lms.core.limits import Limit
from lms.core.settings import Settings
from lms.people import oidc_doors, oidc_provider
from lms.people.models import Person
from lms.people.oidc_claims import Told
from lms.people.oidc_models import OidcIdentity
from tests.cast import build_cast

PACKAGE = "oidc-provider@9.13.3"
SCRIPT = "oidc_provider.mjs"
SEED = 20261122
ALGORITHMS = ("ES256", "RS256", "PS256", "RS512")
LAN = {"HoVaTen": "Nguyễn Thị Lan", "SoDinhDanh": "001058000123", "NgayThangNamSinh": "02/03/1958"}
STAFF = ("oanh", "trang", "an")


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Staying(urllib.request.HTTPRedirectHandler):
    """Redirects are followed by hand."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class Browser:
    """A browser with a cookie jar; at a provider it is `person`."""

    def __init__(self, ours: str, person: str) -> None:
        self.ours, self.person = ours, person
        self.jar = CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self.opener = urllib.request.build_opener(Staying, cookies)

    def open(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, location, body) of one request."""
        data = urlencode(form).encode() if form is not None else None
        headers = {"Origin": self.ours, "x-person": self.person}
        request = urllib.request.Request(address, data, headers)  # noqa: S310 - our own addresses.
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                location = answer.headers.get("Location", "")
                return answer.code, location, answer.read().decode()

    def there(self, path: str) -> str:
        """Set out by our button; the address with which the provider sends back."""
        _status, location, body = self.open(self.ours + path)
        if not location:
            sys.exit(f"{path} led nowhere: {body[:300]}")
        for _ in range(8):
            if location.startswith(self.ours):
                return location
            at = urlsplit(location)
            status, following, body = self.open(location)
            if not following:
                sys.exit(f"{at.path} answered {status}: {body[:500]}")
            base = f"{at.scheme}://{at.netloc}"
            location = following if "://" in following else base + following
        sys.exit("The provider leads in circles.")

    def is_in(self) -> bool:
        """Whether staff is signed in here."""
        return self.open(f"{self.ours}/vai-tro")[0] == 200


class Office:
    """The product on this machine, with its database, providers and people."""

    def __init__(self, folder: Path, ours: str, providers: dict[str, dict[str, Any]]) -> None:
        folder.mkdir()
        self.ours, self.providers, self.count = ours, providers, Counter[str]()
        (folder / "secret").write_text("mat-ma-cua-lop-hoc-so")
        rows = [
            {"key": key, "label": f"Nơi cấp {key}", "issuer": one["issuer"], "client_id": "lop-hoc-so",
             "client_secret_file": "secret", "scopes": ["openid", "so_dinh_danh"], "for": ["staff", "learners"],
             "claims": {"name": "HoVaTen", "citizen_id": "SoDinhDanh", "birth_date": "NgayThangNamSinh"},
             "algorithms": [one["alg"]], "userinfo": not one["inToken"], "vouches_citizen_id": True,
             "sign_out": True}
            for key, one in providers.items()
        ]  # fmt: skip
        (folder / "oidc.json").write_text(json.dumps({"providers": rows}))
        settings = Settings(data_dir=folder, public_url=ours, oidc_file=folder / "oidc.json")
        self.database, self.keys = Database(settings), make_keys()
        migrate.upgrade(self.database.engine)
        self.app = create_app(settings, database=self.database, keys=self.keys)
        self.cast = build_cast(self.database, self.keys)
        with self.database.write() as session:
            lan = session.get_one(Person, (self.cast["TBT"], self.cast["lan"]))
            lan.citizen_id_hmac = self.keys.digest("citizen-id", LAN["SoDinhDanh"])
            assert lan.birth_date == date(1958, 3, 2)  # noqa: S101 - the cast is what we think it is.
            for key, one in providers.items():
                for name in STAFF:
                    digest = Told(one["issuer"], name).digest(self.keys)
                    session.add(
                        OidcIdentity(
                            provider=key, subject_digest=digest, account_id=self.cast[name]
                        )
                    )

    def must(self, what: str, holds: bool, seen: object = "") -> None:
        """Count a thing that is as it must be, or end."""
        self.count[what if holds else f"WRONG: {what}"] += 1
        if not holds:
            print(f"WRONG: {what}: {str(seen)[:400]}")

    def refused(self, what: str, browser: Browser, address: str) -> None:
        """An answer that must end on the calm page and open nothing."""
        status, _location, body = browser.open(address)
        calm = status == 403 and "Chưa đăng nhập được" in body
        self.must(what, calm and not browser.is_in(), (status, body))

    # What happens

    def staff(self, key: str, name: str) -> None:
        """A linked member of staff comes in, and the same answer does not open a second time."""
        browser = Browser(self.ours, name)
        way = browser.there(f"/dang-nhap/qua/{key}")
        status, _location, body = browser.open(way)
        self.must("staff signed in", status == 303 and browser.is_in(), (status, body))
        browser.jar.clear(domain="127.0.0.1", path="/", name="lms_staff")
        self.refused("replayed answers refused", browser, way)

    def learner(self, key: str) -> None:
        """Lan comes to her lessons; her phone knows nobody else."""
        browser = Browser(self.ours, "lan")
        status, location, body = browser.open(browser.there(f"/dang-nhap/qua/{key}/hoc"))
        kept = any(cookie.name == "lms_device" for cookie in browser.jar)
        right = status == 303 and location == "/may-hoc" and kept and not browser.is_in()
        self.must("learners at home let in", right, (status, location, body))

    def stranger(self, key: str, person: str) -> None:
        """Somebody proven whom nobody knows gets the polite page and opens nothing."""
        browser = Browser(self.ours, person)
        _status, location, _body = browser.open(browser.there(f"/dang-nhap/qua/{key}"))
        page = browser.open(self.ours + location)[2]
        polite = "chưa được nối" in page and not browser.is_in()
        self.must("unknown people told to ask", polite, page)

    def gives_up(self, key: str) -> None:
        browser = Browser(self.ours, "nobody")
        way = browser.there(f"/dang-nhap/qua/{key}")
        self.refused("people who gave up", browser, way)

    def stolen(self, key: str, name: str) -> None:
        """The end of a way that began in another browser, and a code under a state of one's own."""
        thief, victim = Browser(self.ours, name), Browser(self.ours, name)
        way = thief.there(f"/dang-nhap/qua/{key}")
        self.refused("foreign states refused", victim, way)
        first, second = (thief.there(f"/dang-nhap/qua/{key}") for _ in range(2))
        told = {n: v[0] for n, v in parse_qs(urlsplit(first).query).items()}
        told["code"] = parse_qs(urlsplit(second).query)["code"][0]
        address = f"{first.partition('?')[0]}?{urlencode(told)}"
        self.refused("codes of another way refused", thief, address)

    def mixed(self, key: str, other: str, name: str) -> None:
        """One provider's answer at the other's door."""
        browser = Browser(self.ours, name)
        way = browser.there(f"/dang-nhap/qua/{key}").replace(f"/qua/{key}/", f"/qua/{other}/")
        self.refused("mix-ups refused", browser, way)

    def rotated(self, key: str, name: str) -> None:
        """The provider has new keys and takes the old ones away."""
        rotate = urllib.request.Request(self.providers[key]["issuer"] + "/_rotate", b"")  # noqa: S310
        urllib.request.urlopen(rotate, timeout=10).close()  # noqa: S310 - our own provider.
        browser = Browser(self.ours, name)
        status, _location, body = browser.open(browser.there(f"/dang-nhap/qua/{key}"))
        self.must("sign-ins after new keys", status == 303 and browser.is_in(), (status, body))

    def wrong_clock(self, key: str, name: str, seconds: int) -> None:
        """Our clock goes wrong by so much between setting out and coming back."""
        browser = Browser(self.ours, name)
        way = browser.there(f"/dang-nhap/qua/{key}")
        with clock.frozen(clock.now() + timedelta(seconds=seconds)):
            if abs(seconds) <= 50:
                status, _location, body = browser.open(way)
                self.must("small skews taken", status == 303, (seconds, status, body))
            else:
                self.refused("large skews refused", browser, way)

    def signs_out(self, key: str, name: str) -> None:
        """Out here, then at the provider with our hint; and another session ends by the provider's word."""
        browser = Browser(self.ours, name)
        browser.open(browser.there(f"/dang-nhap/qua/{key}"))
        page = browser.open(f"{self.ours}/dang-xuat", {})[2]
        found = re.search(r'href="([^"]+/session/end[^"]+)"', page)
        self.must("sign-outs offered", found is not None and not browser.is_in(), page)
        if found is None:
            return
        browser.open(browser.there(f"/dang-nhap/qua/{key}"))
        was_in = browser.is_in()
        form = browser.open(found[1].replace("&amp;", "&"))[2]
        secret = re.search(r'name="xsrf" value="([^"]+)"', form)
        if secret is None:
            self.must("hints taken by the provider", False, form)
            return
        end = f"{self.providers[key]['issuer']}/session/end/confirm"
        _s, location, body = browser.open(end, {"xsrf": secret[1], "logout": "yes"})
        self.must(
            "hints taken by the provider", location.startswith(f"{self.ours}/dang-nhap"), body
        )
        self.must("sessions ended by back-channel", was_in and not browser.is_in())


@contextmanager
def provider(folder: Path, asked: dict[str, Any]) -> Iterator[None]:
    """The provider as a process of its own."""
    process = subprocess.Popen(  # noqa: S603 - our own script.
        ["node", SCRIPT, json.dumps(asked)],  # noqa: S607 - as it stands on the path.
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        lines = iter(process.stdout.readline, "") if process.stdout else iter(())
        if not any("listening" in line for line in lines):
            sys.exit("The provider did not start.")
        yield
    finally:
        process.terminate()
        process.wait(10)


class WithoutLines(WSGIRequestHandler):
    """A server that does not write down each request."""

    def log_request(self, *_args: object) -> None:
        return


@contextmanager
def listening(office: Office, port: int) -> Iterator[None]:
    """The product over real HTTP."""
    server = make_server("127.0.0.1", port, office.app, threaded=True, request_handler=WithoutLines)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def asked_of(ours: str, alg: str, in_token: bool) -> dict[str, Any]:
    """How one provider is to be."""
    port = free_port()
    client = {
        "client_id": "lop-hoc-so", "client_secret": "mat-ma-cua-lop-hoc-so",
        "redirect_uris": [f"{ours}/dang-nhap/qua/{alg.lower()}/ve"],
        "post_logout_redirect_uris": [f"{ours}/dang-nhap"], "response_types": ["code"],
        "grant_types": ["authorization_code"], "id_token_signed_response_alg": alg,
        "backchannel_logout_uri": f"{ours}/dang-nhap/qua/{alg.lower()}/het-phien",
        "backchannel_logout_session_required": True,
    }  # fmt: skip
    return {"issuer": f"http://127.0.0.1:{port}", "port": port, "alg": alg, "inToken": in_token,
            "clients": [client], "people": {"lan": LAN}}  # fmt: skip


def rounds(office: Office, number: int) -> None:
    """Everything that happens, in turn, with every provider."""
    dice, keys = Random(SEED), list(office.providers)
    for turn in tqdm(range(number), desc="rounds", disable=None):
        key, name = keys[turn % len(keys)], dice.choice(STAFF)
        office.staff(key, name)
        office.learner(key)
        office.stranger(key, f"la-{turn}")
        office.gives_up(key)
        office.stolen(key, name)
        office.mixed(key, keys[(turn + 1) % len(keys)], name)
        office.rotated(key, name)
        for seconds in (dice.randint(5, 50), -dice.randint(5, 50), -dice.randint(70, 500)):
            office.wrong_clock(key, name, seconds)
        office.wrong_clock(key, name, dice.randint(700, 5000))
        office.signs_out(key, name)


def main(number: int) -> int:
    """Install, start, send people through, print; 1 when anything was not as it must be."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing:
        sys.exit(
            f"Cần {' và '.join(missing)} (Node.js từ 20) để chạy nơi đăng nhập thật. Hãy cài rồi chạy lại."
        )
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    # Keys change here every few seconds, and everybody comes from one address.
    oidc_provider.NEW_KEYS = 0.0
    oidc_doors.PER_ADDRESS = oidc_doors.SET_OUTS = Limit(10**9, timedelta(1), None)
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        ours = f"http://127.0.0.1:{port}"
        npm = ("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", PACKAGE)
        subprocess.run(npm, cwd=folder, check=True)  # noqa: S603 - words of this file only.
        shutil.copy(Path(__file__).with_name(SCRIPT), folder)
        wanted = {alg.lower(): asked_of(ours, alg, n % 2 == 0) for n, alg in enumerate(ALGORITHMS)}
        office = Office(folder / "xa", ours, wanted)
        with ExitStack() as running:
            for one in wanted.values():
                running.enter_context(provider(folder, one))
            running.enter_context(listening(office, port))
            rounds(office, number)
        with office.database.read() as session:
            faults = audit.verify(session, office.cast["TBT"])
            entries = audit.checkpoint(session, office.cast["TBT"]).size
        office.database.close()
    for what, times in sorted(office.count.items()):
        print(f"{times:6d}  {what}")
    print(
        f"{entries} entries of the log, {len(faults)} faults; {len(wanted)} providers, {number} rounds"
    )
    return 1 if faults or any(what.startswith("WRONG") for what in office.count) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
