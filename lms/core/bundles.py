"""Joining ES modules into one file at start, so that a slow line carries one request and not forty.

A module stays a plain ES module that a browser can also load by itself. `js/BUNDLE.txt` of a package names
what to join: `player.js main.js` makes `<package>/player.js` of `js/main.js` and of all it imports.

The modules are written so that joining is taking away: imports are relative and of whole names, every
top-level name stands in one module only, and no module imports itself in a ring. What breaks this is
refused at start.
"""

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath

LIST = "js/BUNDLE.txt"
_IMPORT = re.compile(
    r"^import\s+(?:(?P<default>\w+)|\{(?P<names>[^}]*)\}|)\s*(?:from\s+)?'(?P<path>[^']+)';\n",
    re.MULTILINE,
)
_EXPORT = re.compile(r"^export (?:default )?(?=(?:async )?function|const|let|class)", re.MULTILINE)
_NAME = re.compile(
    r"^(?:export (?:default )?)?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE
)
_DESTRUCTURED = re.compile(r"^(?:export )?(?:const|let) [{\[]", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//[^\n]*\n", re.MULTILINE)


class NotJoinable(ValueError):
    """The modules are not written so that they can be joined; the message says where."""


def bundles(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The joined files that the packages ask for: name → source."""
    made: dict[str, bytes] = {}
    for listed in sorted(name for name in files if name.endswith("/" + LIST)):
        package = listed.removesuffix("/" + LIST)
        for line in files[listed].decode().splitlines():
            name, _blank, entry = line.partition(" ")
            if name:
                made[f"{package}/{name}"] = bundle(files, f"{package}/js/{entry.strip()}")
    return made


def bundle(files: Mapping[str, bytes], entry: str) -> bytes:
    """One module of `entry` and everything that it imports, each once, after what it needs."""
    order: list[str] = []
    _visit(files, entry, (), order)
    sources = {name: files[name].decode() for name in order}
    _refuse_twins(sources)
    return "\n".join(_bare(sources[name]) for name in order).encode()


def _visit(files: Mapping[str, bytes], name: str, above: tuple[str, ...], order: list[str]) -> None:
    if name in above:
        raise NotJoinable(f"{' → '.join([*above, name])} is a ring.")
    if name in order:
        return
    if name not in files:
        raise NotJoinable(
            f"{above[-1] if above else 'BUNDLE.txt'} imports {name}, which is not there."
        )
    for found in _IMPORT.finditer(files[name].decode()):
        names = found["names"] or ""
        if " as " in names or found["path"][0] != ".":
            raise NotJoinable(
                f"{name}: {found[0].strip()} must be a relative import of whole names."
            )
        _visit(files, normpath(join(dirname(name), found["path"])), (*above, name), order)
    order.append(name)


def _refuse_twins(sources: Mapping[str, str]) -> None:
    homes: dict[str, str] = {}
    for module, source in sources.items():
        if _DESTRUCTURED.search(source):
            raise NotJoinable(f"{module} takes a value apart at its top level.")
        for name in _NAME.findall(source):
            if homes.setdefault(name, module) != module:
                raise NotJoinable(f"{name} stands in {homes[name]} and in {module}.")


def _bare(source: str) -> str:
    return _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", source)))
