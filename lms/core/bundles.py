"""Joining ES modules into few files at start, so that a slow line carries one request and not forty.

A module stays a plain ES module that a browser can also load by itself. `js/BUNDLE.txt` of a package names
what to join, one file a line:

    player.js main.js
    learn.js learn/index.js after player.js

makes `<package>/player.js` of `js/main.js` and all it imports, and `<package>/learn.js` of what else
`js/learn/index.js` needs; what player.js holds already is imported from it. A later file gives its own first
module's exports to whoever loads it with `import()`.

The modules are written so that joining is taking away: imports are relative and of whole names, every
top-level name stands in one module only, and no module imports itself in a ring. What breaks this is
refused at start.
"""

import re
from collections.abc import Iterable, Mapping
from posixpath import dirname, join, normpath

LIST = "js/BUNDLE.txt"
_IMPORT = re.compile(
    r"^import\s+(?:(?P<default>\w+)|\{(?P<names>[^}]*)\}|)\s*(?:from\s+)?'(?P<path>[^']+)';\n",
    re.MULTILINE,
)
_EXPORT = re.compile(r"^export (?:default )?(?=(?:async )?function|const|let|class)", re.MULTILINE)
_DECLARED = r"(?:async )?(?:function\*?|const|let|class) (\w+)"
_NAME = re.compile(rf"^(?:export (?:default )?)?{_DECLARED}", re.MULTILINE)
_EXPORTED = re.compile(rf"^export (?:default )?{_DECLARED}", re.MULTILINE)
_DESTRUCTURED = re.compile(r"^(?:export )?(?:const|let) [{\[]", re.MULTILINE)
_CHANGING = re.compile(r"^export let ", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//[^\n]*\n", re.MULTILINE)

Modules = Mapping[str, str]
"""Name of a module → its source."""


class NotJoinable(ValueError):
    """The modules are not written so that they can be joined; the message says where."""


def bundles(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The joined files that the packages ask for: name → source."""
    made: dict[str, bytes] = {}
    for listed in sorted(name for name in files if name.endswith("/" + LIST)):
        package = listed.removesuffix("/" + LIST)
        lines = [line.split() for line in files[listed].decode().splitlines() if line.strip()]
        made |= {f"{package}/{name}": text for name, text in _package(files, package, lines)}
    return made


def _package(
    files: Mapping[str, bytes], package: str, lines: list[list[str]]
) -> list[tuple[str, bytes]]:
    """The files of one package: what stands in an earlier one is not joined again."""
    homes: dict[str, str] = {}
    orders: dict[str, list[str]] = {}
    for name, entry, *_after in lines:
        whole = ordered(files, f"{package}/js/{entry}")
        orders[name] = [module for module in whole if module not in homes]
        homes |= dict.fromkeys(orders[name], name)
    sources = {module: files[module].decode() for module in homes}
    _refuse_twins(sources)
    asked = {name: _asked(sources, order, homes, name) for name, order in orders.items()}
    return [
        (name, _file(sources, order, asked, name, is_first=name == lines[0][0]))
        for name, order in orders.items()
    ]


def bundle(files: Mapping[str, bytes], entry: str) -> bytes:
    """One module of `entry` and everything that it imports, each once, after what it needs."""
    order = ordered(files, entry)
    sources = {name: files[name].decode() for name in order}
    _refuse_twins(sources)
    return "\n".join(_bare(source) for source in sources.values()).encode()


def ordered(files: Mapping[str, bytes], entry: str) -> list[str]:
    """The entry and everything that it imports, each after what it needs."""
    order: list[str] = []
    _visit(files, entry, (), order)
    return order


def _visit(files: Mapping[str, bytes], name: str, above: tuple[str, ...], order: list[str]) -> None:
    if name in above:
        raise NotJoinable(f"{' → '.join([*above, name])} is a ring.")
    if name in order:
        return
    if name not in files:
        raise NotJoinable(
            f"{above[-1] if above else 'BUNDLE.txt'} imports {name}, which is not there."
        )
    for target, _names in _imports(name, files[name].decode()):
        _visit(files, target, (*above, name), order)
    order.append(name)


def _imports(name: str, source: str) -> list[tuple[str, list[str]]]:
    """(module, names) of each import."""
    found = []
    for one in _IMPORT.finditer(source):
        names = one["names"] or ""
        if " as " in names or one["path"][0] != ".":
            raise NotJoinable(f"{name}: {one[0].strip()} must be a relative import of whole names.")
        listed = [one["default"]] if one["default"] else [n.strip() for n in names.split(",")]
        found.append((normpath(join(dirname(name), one["path"])), [n for n in listed if n]))
    return found


def _asked(
    sources: Modules, order: Iterable[str], homes: Mapping[str, str], own: str
) -> dict[str, set[str]]:
    """Other file → the names that these modules import from it."""
    found: dict[str, set[str]] = {}
    for module in order:
        for target, names in _imports(module, sources[module]):
            if homes[target] != own:
                found.setdefault(homes[target], set()).update(names)
    return found


def _file(
    sources: Modules, order: list[str], asked: Mapping[str, Mapping[str, set[str]]], own: str,
    *, is_first: bool,
) -> bytes:  # fmt: skip
    """One joined file: what it takes from earlier ones, its modules, what it gives."""
    taken = [
        f"import {{ {', '.join(sorted(names))} }} from './{home}';"
        for home, names in sorted(asked[own].items())
    ]
    given = {name for others in asked.values() for name in others.get(own, ())}
    given |= set() if is_first else set(_EXPORTED.findall(sources[order[-1]]))
    body = "\n".join(_bare(sources[module]) for module in order)
    return "\n".join([*taken, *_closed(body, sorted(given))]).encode()


def _closed(body: str, given: list[str]) -> list[str]:
    """The modules within a function of their own, so that a minifier may shorten every name but the given."""
    if not given:
        return [f"(() => {{\n{body}}})();"]
    names = ", ".join(given)
    return [
        f"const {{ {names} }} = (() => {{\n{body}return {{ {names} }};\n}})();",
        f"export {{ {names} }};",
    ]


def _refuse_twins(sources: Modules) -> None:
    homes: dict[str, str] = {}
    for module, source in sources.items():
        if _CHANGING.search(source):
            raise NotJoinable(f"{module} exports a name whose value may change.")
        if _DESTRUCTURED.search(source):
            raise NotJoinable(f"{module} takes a value apart at its top level.")
        for name in _NAME.findall(source):
            if homes.setdefault(name, module) != module:
                raise NotJoinable(f"{name} stands in {homes[name]} and in {module}.")


def _bare(source: str) -> str:
    return _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", source)))
