"""Modules that several programmes teach: written once, spoken to each group in its own form of address.

A programme that names a module it does not hold gets it from the shared folder, with everything the
module needs. What comes out is a whole folder again: a version, a pack and a copy are self-contained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable

from courses.folders import read_folder
from courses.problems import ContentError, Problem
from courses.reading import read_text, read_yaml
from lms.core.i18n import _

FOLDER = "_chung"
_ADDRESSED = re.compile(r"\{([bB])ạn\}")
_TEXT = (".md", ".yaml")

Files = Mapping[str, bytes]


def with_shared(own: Files, shared: Mapping[str, Files]) -> dict[str, bytes]:
    """The programme's files and those of the shared modules that it names.

    `shared` maps a module's code to its files (module.yaml, lessons, items/, tasks/, media/). In their
    texts {bạn} and {Bạn} become the programme's form of address. Raises ContentError when a file of the
    programme and one of a module have the same name and are not the same.
    """
    address, modules = _head(own)
    files, problems = dict(own), list[Problem]()
    for code in modules:
        if f"modules/{code}/module.yaml" in own or code not in shared:
            continue
        for path, body in shared[code].items():
            target = _target(code, path)
            told = _spoken(body, address) if path.endswith(_TEXT) else body
            if files.get(target, told) != told:
                message = _(
                    "Tệp này trùng tên với một tệp của học phần dùng chung “%(code)s”.", code=code
                )
                problems.append(Problem(target, 0, message))
            files[target] = told
    if problems:
        raise ContentError(problems)
    return files


def _head(own: Files) -> tuple[str, list[str]]:
    """Form of address and modules; a head that cannot be read is the loader's to refuse."""
    file = "programme.yaml"
    try:
        data = read_yaml(file, read_text(file, own.get(file, b""))).data
    except ContentError:
        return "", []
    if not isinstance(data, dict):
        return "", []
    modules = data.get("modules")
    named = [one for one in modules if isinstance(one, str)] if isinstance(modules, list) else []
    return str(data.get("address", "")), named


def _target(code: str, path: str) -> str:
    """Where a file of a shared module stands in the programme."""
    folder, mark, name = path.partition("/")
    if not mark:
        return f"modules/{code}/{path}"
    return f"{folder}/{name}"


def _spoken(body: bytes, address: str) -> bytes:
    return _ADDRESSED.sub(
        lambda found: address[:1].upper() + address[1:] if found[1] == "B" else address,
        body.decode("utf-8", "surrogateescape"),
    ).encode("utf-8", "surrogateescape")


def shared_modules(library: Traversable) -> dict[str, dict[str, bytes]]:
    """The shared modules of a library folder; none when it has none."""
    folder = library / FOLDER
    if not folder.is_dir():
        return {}
    return {one.name: read_folder(one) for one in folder.iterdir() if one.is_dir()}
