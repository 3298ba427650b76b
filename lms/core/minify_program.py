"""Makes scripts and style sheets small: JSON of name → text from standard input, the same to standard output.

It is run as a program of its own, so that what the minifier brings along does not stay in the service's
memory. Where there is no minifier for a machine, everything comes back as it was.
"""

import json
import sys
from typing import Any

try:
    import minify  # type: ignore[import-untyped]  # The binding ships no types.
except ImportError:
    minify = None
TYPES = {"js": "text/javascript", "css": "text/css"}


def small(name: str, text: str) -> str:
    """The text without what browsers do not need; names of its own are shortened."""
    kind = TYPES.get(name.rpartition(".")[2])
    made: Any = minify.string(kind, text) if minify and kind else text
    return str(made)


if __name__ == "__main__":
    texts = json.load(sys.stdin.buffer)
    found = {name: small(name, text) for name, text in texts.items()}
    sys.stdout.buffer.write(json.dumps(found).encode())
