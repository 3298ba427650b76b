"""Thirty learners at thirty tablets behind a line that loses, delays and breaks, while the worker is renewed.

`python soak/soak_class.py [learners] [minutes]` starts the service, the line and one Chromium with a context
for each tablet: every second one trusts the name and has a worker, the others are on plain http. Each request
takes 2 seconds and 3 in 10 get lost; the line breaks again and again for 4–40 seconds; every minute a new
release of the worker appears. All the time what the screens say is held against what the service's store
holds. At the end the line is mended, and everything has to be there within 2 minutes, once, as it was written;
the answers that the service counts have to be those that were tapped last. It ends with an error when a promise
is broken.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from playwright.async_api import Browser, Error, async_playwright
from sqlalchemy import func, select
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from assessments.models import Answer, Attempt
from lms.core.assets import Asset, Assets
from lms.ledger.models import Event, Quarantined
from tests.browser.conftest import HOST, NAMES
from tests.browser.crowd import Crowd, crowd, same
from tests.browser.crowd_learner import PATIENCE, Learner
from tests.browser.line import Line, line_to

SEED = 20261121
LOSS, DELAY = 0.3, 2.0
STEP = 60.0
"""Seconds after which something else is tried, where a page answers nothing."""
DRAIN = 120.0
"""Seconds after the line was mended in which everything must have come home."""
SCRIPT = "offline/player.js"
UPDATE = """() => {
  navigator.serviceWorker.ready.then((kept) => kept.update()).catch(() => {});
}"""


async def cuts(line: Line, counts: Any, dice: Random) -> None:
    """Break the line again and again."""
    while True:
        await asyncio.sleep(dice.uniform(10, 50))
        line.cut()
        counts["cuts"] += 1
        await asyncio.sleep(dice.uniform(4, 40))
        line.mend()


async def releases(assets: Assets, learners: list[Learner], counts: Any) -> None:
    """Every minute another release of the player; the tablets with a worker are told to look for it."""
    old = assets.files[SCRIPT]
    while True:
        await asyncio.sleep(60)
        counts["releases"] += 1
        body = old.body + f"\n// {counts['releases']}\n".encode()
        assets.files[SCRIPT] = Asset(body, None, old.type)
        assets.release = f"{counts['releases']:012x}"
        for one in learners:
            if one.is_secure and one.page and one.seen.get("turn"):
                counts["looked for in a turn"] += 1
                with suppress(Error, TimeoutError):
                    await asyncio.wait_for(one.page.evaluate(UPDATE), 5)


async def learn(one: Learner, until: float) -> None:
    """Tap on until the time is over; a page that is just going away is looked at again."""
    while time.monotonic() < until:
        try:
            await asyncio.wait_for(one.step(), STEP)
        except (Error, TimeoutError) as error:
            one.crowd.counts["hiccups"] += 1
            one.crowd.hiccups[str(error).splitlines()[0][:90]] += 1
        await asyncio.sleep(one.dice.uniform(0.3, 2.5))


async def show(held: Crowd, line: Line, minutes: float) -> None:
    """A bar of time with the counts that matter."""
    with tqdm(total=round(minutes * 60), desc="class", leave=False) as bar:
        while True:
            await asyncio.sleep(5)
            bar.update(5)
            lost_now = line.lost_requests + line.lost_answers
            bar.set_postfix(taps=held.counts["taps"], acts=len(held.shown), lost=lost_now)


async def lesson(held: Crowd, line: Line, browser: Browser, minutes: float) -> list[Learner]:
    """The class comes in on a good line; then it learns on a bad one."""
    learners = []
    for number in range(len(held.names)):
        host = HOST if number % 2 else "127.0.0.1"
        learners.append(Learner(held, number, f"http://{host}:{line.port}", Random(SEED + number)))
    for one in tqdm(learners, desc="come in", leave=False):
        await one.come(browser)
        for _step in range(12):
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(one.step(), STEP)
            if one.seen.get("turn"):
                break
            await asyncio.sleep(0.5)
    line.loss, line.delay = LOSS, DELAY
    until = time.monotonic() + minutes * 60
    assets: Assets = held.app.extensions["lms.assets"]
    beside = [asyncio.create_task(made) for made in (
        cuts(line, held.counts, Random(SEED)), releases(assets, learners, held.counts),
        show(held, line, minutes),
    )]  # fmt: skip
    await asyncio.gather(*(learn(one, until) for one in learners))
    for task in beside:
        task.cancel()
    return learners


async def drain(held: Crowd, line: Line, learners: list[Learner]) -> float:
    """Mend the line; the seconds until every tablet says that nothing waits, and the service has it all."""
    line.mend()
    line.loss, line.delay = 0.0, 0.0
    began = time.monotonic()
    left = list(learners)
    while left and time.monotonic() - began < 2 * DRAIN:
        left = [one for one in left if not await _is_home(one)]
        await asyncio.sleep(1)
    for one in left:
        told = {name: one.seen.get(name) for name in ("app", "view", "corner", "alarm", "wait")}
        held.troubles.append(f"{held.devices[one.number]} did not drain: {told}")
    return time.monotonic() - began


async def _is_home(one: Learner) -> bool:
    seen = await one.look()
    # Where the script of the page itself got lost nothing runs: whoever stands there opens it once more.
    stuck = seen.get("wait") and time.monotonic() - one.waiting_since > PATIENCE
    if stuck or not seen["app"]:
        one.crowd.counts["opened again at the end"] += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(one.open(), STEP)
        return False
    return set(one.ids) <= set(seen["home"]) and not one.crowd.are_stored(set(one.ids.values()))


def lost(held: Crowd) -> list[str]:
    """What was shown as saved and is not in the store once, as it was written."""
    with held.world.database.read() as session:
        texts = {str(key): text for key, text in session.execute(select(Event.id, Event.text))}
        twice = session.execute(
            select(Event.device_id, Event.epoch, Event.seq).where(Event.epoch != "server")
            .group_by(Event.device_id, Event.epoch, Event.seq).having(func.count() > 1)
        ).all()  # fmt: skip
        aside = session.scalars(select(Quarantined.reason)).all()
    wrong = [f"lost {key}" for key, text in held.shown.items() if texts.get(key) != text]
    return wrong + [f"twice {row}" for row in twice] + [f"put aside: {reason}" for reason in aside]


def differing(held: Crowd) -> tuple[int, list[str]]:
    """Answers compared, and those that count and were not tapped last, of attempts at one tablet."""
    with held.world.database.read() as session:
        places = select(Event.attempt_id, func.count(Event.device_id.distinct())).where(
            Event.epoch != "server", Event.attempt_id.is_not(None)
        ).group_by(Event.attempt_id)  # fmt: skip
        alone = {str(key) for key, tablets in session.execute(places) if tablets == 1}
        query = select(Answer.attempt_id, Answer.item_id, Answer.response)
        counted = {(str(key), item): list(given) for key, item, given in session.execute(query)}
        states = {
            str(key): state for key, state in session.execute(select(Attempt.id, Attempt.state))
        }
    compared, wrong = 0, []
    for (attempt, item), tapped in held.tapped.items():
        if attempt not in alone:
            continue
        compared += 1
        given = counted.get((attempt, item), [])
        if not any(same(item.split("-", maxsplit=1)[0], given, one) for one in tapped):
            told = f"{attempt} ({states.get(attempt)}) {item}: counts {given}, tapped {tapped}"
            wrong.append("\n    ".join([told, *_events(held, attempt)]))
    return compared, wrong


def _events(held: Crowd, attempt: str) -> list[str]:
    """What the service holds of an attempt, a line for each act in the order of writing."""
    query = select(Event.text).where(Event.attempt_id == UUID(attempt)).order_by(Event.id)
    with held.world.database.read() as session:
        read = [json.loads(text) for text in session.scalars(query)]
    return [
        f"{one['id'][9:18]} {one['type']} {one['payload'].get('item', '')} "
        f"{one['payload'].get('response', '')} turn {str(one.get('segment'))[9:18]} "
        f"seq {one.get('seq')} after {str(one.get('parent'))[9:18]}"
        for one in read
    ]


def judge(held: Crowd, line: Line, seconds: float) -> bool:
    """Print all counts; True when every promise was kept."""
    missing = lost(held)
    compared, wrong = differing(held)
    counts = held.counts
    with held.world.database.read() as session:
        kinds = session.execute(
            select(Attempt.purpose, Attempt.state, func.count()).group_by(
                Attempt.purpose, Attempt.state
            )
        )
        for kind, state, number in kinds:
            print(f"{number:8} attempts: {kind}, {state}")
    for name in sorted(counts):
        print(f"{counts[name]:8} {name}")
    for words, times in held.hiccups.most_common(5):
        print(f"{times:8} hiccup: {words}")
    print(f"{counts['taps']} taps, {len(held.shown)} events shown as saved, "
          f"{line.lost_requests} requests lost, {line.lost_answers} answers lost, "
          f"{counts['cuts']} cuts, {counts['releases']} releases, "
          f"{counts['update']} worker updates, {counts['took-over']} takeovers, "
          f"{counts['reloaded']} reloads in a turn; "
          f"{counts['samples']} samples, {counts['✔ seen']} of them ✔, {counts['false ✔']} false ✔; "
          f"{len(missing)} lost; {compared} answers compared, {len(wrong)} other than tapped; "
          f"drained in {seconds:.0f} s")  # fmt: skip
    for words in [*missing, *wrong, *held.troubles][:40]:
        print(f"  {words}")
    kept = not (missing or wrong or held.troubles or counts["false ✔"] or counts["reloaded"])
    return kept and seconds <= DRAIN and compared > 0 and counts["✔ seen"] > 0


async def campaign(held: Crowd, line: Line, minutes: float) -> float:
    """The whole lesson; the seconds that it took to drain."""
    async with async_playwright() as playwright:
        # Thirty tablets have thirty processors: what only draws a browser's own windows is left out here.
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = await playwright.chromium.launch(
            executable_path=program or "/usr/bin/chromium",
            args=[f"--host-resolver-rules={NAMES}", "--no-sandbox", "--disable-gpu"],
        )
        learners = await lesson(held, line, browser, minutes)
        seconds = await drain(held, line, learners)
        await browser.close()
        return seconds


def main() -> None:
    """Thirty learners for twenty minutes, or fewer for less."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    with (
        tempfile.TemporaryDirectory() as folder,
        crowd(Path(folder), size) as held,
        line_to(held.world.served.port) as line,
    ):
        seconds = asyncio.run(campaign(held, line, minutes))
        good = judge(held, line, seconds)
    if not good:
        sys.exit("Lớp học chưa đạt: có việc mất, dấu ✔ sai, tải lại giữa lượt hoặc gửi quá lâu.")


if __name__ == "__main__":
    main()
