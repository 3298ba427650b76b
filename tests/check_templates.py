"""Template checks of `make check`: templates compile, hold no inline script or style, speak gettext."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    r"\sstyle\s*=": "inline style (the CSP forbids it)",
    r"\son[a-z]+\s*=\s*[\"']": "inline event handler (the CSP forbids it)",
    r"<style": "inline stylesheet (the CSP forbids it)",
    # A block of data is no script: browsers never run it, and the CSP lets it be.
    r"<script(?![^>]*\s(?:src=|type=\"application/json\"))": "inline script (the CSP forbids it)",
    r"javascript:": "script address",
    r"https?://": "address outside the service",
    r"\|\s*safe\b": "unescaped text (only lms.core.text may make HTML)",
}
VIETNAMESE = re.compile(
    r">[^<>{}]*[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ][^<>{}]*<", re.I
)
ALLOWED_ADDRESS = "http://www.w3.org/"


def problems(path: Path) -> Iterator[str]:
    """What is wrong with one template, with its line."""
    text = path.read_text(encoding="utf-8")
    try:
        Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(text)
    except TemplateSyntaxError as error:
        yield f"{path.relative_to(ROOT)}:{error.lineno}: {error.message}"
    bare = re.sub(r"\{#.*?#\}", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    for number, line in enumerate(bare.splitlines(), 1):
        for pattern, why in FORBIDDEN.items():
            if re.search(pattern, line.replace(ALLOWED_ADDRESS, "")):
                yield f"{path.relative_to(ROOT)}:{number}: {why}"
        if "styleguide" not in path.parts and VIETNAMESE.search(line):
            yield f"{path.relative_to(ROOT)}:{number}: Vietnamese text outside a gettext call"


def main() -> int:
    """Print every problem; 1 when there is one."""
    folders = ("lms", "courses", "assessments", "certificates")
    paths = [p for f in folders for p in sorted((ROOT / f).rglob("templates/**/*.html"))]
    found = [problem for path in paths for problem in problems(path)]
    print("\n".join(found) or f"{len(paths)} templates are in order.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
