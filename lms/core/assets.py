"""Static files under one release-hash folder, so that browsers may keep them for ever.

`asset('core/app.css')` gives /assets/<release>/core/app.css. The stylesheet is the component files
joined in the order of ORDER.txt of each package, so that a first visit is one request, not twenty.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request

from lms.core.bundles import bundles
from lms.core.minifying import minified
from lms.core.policy import PUBLIC, allow

STYLESHEET = "core/app.css"
SHEET = ".sheet.txt"
PICTURES = "core/img/pictures.svg"
"""The assigned drawings in one file, for pages that show a whole class of them."""
COMPRESSED = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest"}
TYPES = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class Asset:
    """A static file in memory, plain and compressed once."""

    body: bytes
    packed: bytes | None
    type: str


class Assets:
    """All static files of the packages, read once at start; `release` is the hash over them."""

    def __init__(self, folders: Sequence[Path]) -> None:
        files = dict(sorted(_collect(folders).items()))
        files[PICTURES] = _sprite(files, "core/img/pictures/")
        files |= minified({STYLESHEET: _stylesheet(files), **_sheets(files), **bundles(files)})
        digest = hashlib.sha256()
        for name, body in files.items():
            digest.update(f"{name}\x1f{len(body)}\x1f".encode() + body)
        self.release = digest.hexdigest()[:12]
        self.files = {name: _asset(name, body) for name, body in files.items()}

    def url(self, name: str) -> str:
        """The address of a static file; KeyError when there is none of this name."""
        if name not in self.files:
            raise KeyError(f"There is no static file {name!r}.")
        return f"/assets/{self.release}/{name}"


def _collect(folders: Sequence[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def _stylesheet(files: dict[str, bytes]) -> bytes:
    orders = sorted(
        (n for n in files if n.endswith("/css/ORDER.txt")),
        key=lambda n: (not n.startswith("core/"), n),
    )
    parts = []
    for order in orders:
        base = order.rsplit("/", 1)[0]
        names = (line.strip() for line in files[order].decode().splitlines())
        parts += [files[f"{base}/{name}"] for name in names if name and not name.startswith("#")]
    return b"\n".join(parts)


def _sheets(files: dict[str, bytes]) -> dict[str, bytes]:
    """Style sheets for pages that need a part of the whole: `x/css/y.sheet.txt` lists what makes x/y.css."""
    made = {}
    for listed in (name for name in files if name.endswith(SHEET)):
        package, _slash, name = listed.removesuffix(SHEET).rpartition("/css/")
        lines = (line.strip() for line in files[listed].decode().splitlines())
        joined = b"\n".join(files[line] for line in lines if line)
        # The parts name pictures as seen from the whole sheet, which lies in core/.
        made[f"{package}/{name}.css"] = joined.replace(b'url("img/', b'url("../core/img/')
    return made


def _sprite(files: dict[str, bytes], folder: str) -> bytes:
    """The drawings of a folder as symbols of one file, each under its name."""
    symbols = []
    for name in sorted(n for n in files if n.startswith(folder) and n.endswith(".svg")):
        drawing = files[name].decode().partition("<svg")[2].strip()
        attributes, _bracket, inside = drawing.partition(">")
        symbol_id = name.removeprefix(folder).removesuffix(".svg")
        kept = attributes.replace('xmlns="http://www.w3.org/2000/svg"', "").strip()
        inside = inside.rpartition("</svg>")[0]
        symbols.append(f'<symbol id="{symbol_id}" {kept}>{inside}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if suffix in COMPRESSED else None
    return Asset(body, packed, f"{kind}; charset=utf-8" if suffix in COMPRESSED else kind)


def init_app(app: Flask, folders: Sequence[Path]) -> None:
    """Serve the packages' static files and give the templates `asset`."""
    assets = Assets(folders)
    app.extensions["lms.assets"] = assets
    app.jinja_env.globals["asset"] = assets.url
    blueprint = Blueprint("assets", __name__)

    @blueprint.get("/assets/<release>/<path:name>")
    @allow(PUBLIC)
    def file(release: str, name: str) -> Response:
        found = assets.files.get(name) or abort(404)
        # A page of the release before may still ask: it gets the file, but must not keep it.
        kept = "public, max-age=31536000, immutable" if release == assets.release else "no-cache"
        packed = found.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
        answer = Response(packed or found.body, content_type=found.type)
        answer.headers["Cache-Control"], answer.headers["Vary"] = kept, "Accept-Encoding"
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    app.register_blueprint(blueprint)
