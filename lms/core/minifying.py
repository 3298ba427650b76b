"""Scripts and style sheets without comments, blanks and long names: once for each content of them."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog

log = structlog.get_logger("lms.assets")
PROGRAM = Path(__file__).with_name("minify_program.py")
SECONDS = 30
_made: dict[str, dict[str, bytes]] = {}


def minified(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files, smaller. What cannot be made smaller stays as it is, and the log says so."""
    digest = hashlib.sha256()
    for name, body in sorted(files.items()):
        digest.update(f"{name}\x1f{len(body)}\x1f".encode() + body)
    key = digest.hexdigest()
    if key not in _made:
        _made[key] = _run(files)
    return _made[key]


def _run(files: Mapping[str, bytes]) -> dict[str, bytes]:
    sent = json.dumps({name: body.decode() for name, body in files.items()})
    try:
        done = subprocess.run(  # noqa: S603 - our own program, with nothing of a request in it.
            [sys.executable, "-I", str(PROGRAM)],
            input=sent.encode(), capture_output=True, timeout=SECONDS, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as problem:
        log.warning("not_minified", problem=type(problem).__name__)
        return dict(files)
    return {name: text.encode() for name, text in json.loads(done.stdout).items()}
