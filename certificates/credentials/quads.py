"""A credential as sorted N-Quads (W3C RDFC-1.0), written directly from the table of its words.

A general JSON-LD processor needs 6 ms for one of our credentials and believes whatever a context says.
This writes the one shape we know and refuses every other: a word that is not in the table would not be
signed, so there is none. It is held against PyLD in the tests and against jsonld.js in the soak.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from certificates.credentials.terms import FLAG, LINK, Node, Term

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|^`\\]+")
_NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPES = str.maketrans({chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | _NAMED)


class WrongShape(ValueError):
    """Not a credential of ours; the message is the path of the first thing that is wrong."""


def canonical(document: Mapping[str, Any], node: Node) -> str:
    """The N-Quads of a document without `@context` and `proof`, blank nodes named as RDFC-1.0 does."""
    writer = _Writer()
    writer.write(document, node, "")
    return writer.text()


class _Writer:
    """Collects quads; a blank node is held as '\\0n\\0' until all are known."""

    def __init__(self) -> None:
        self.quads: set[str] = set()
        self.blanks: list[str] = []

    def write(self, value: object, node: Node, path: str) -> str:
        """Write one object and everything in it; returns how others refer to it."""
        if not isinstance(value, dict):
            raise WrongShape(path)
        name = self._name(value, node, path)
        _check_types(value, node, path)
        _check_words(value, node, path)
        self.quads |= {f"{name} {_TYPE} <{iri}> .\n" for iri in node.types.values()}
        for word, term in node.terms.items():
            if word in value:
                for one in _several(value[word], term, f"{path}/{word}"):
                    self.quads.add(f"{name} <{term.iri}> {self._object(one, term, path, word)} .\n")
        return name

    def _name(self, value: Mapping[str, Any], node: Node, path: str) -> str:
        if node.has_id:
            return _link(value.get("id"), f"{path}/id")
        self.blanks.append(f"\0{len(self.blanks)}\0")
        return self.blanks[-1]

    def _object(self, value: object, term: Term, path: str, word: str) -> str:
        here = f"{path}/{word}"
        if term.node is not None:
            return self.write(value, term.node, here)
        if term.words:
            if not isinstance(value, str) or value not in term.words:
                raise WrongShape(here)
            value = term.words[value]
        return _link(value, here) if term.kind == LINK else _literal(value, term, here)

    def text(self) -> str:
        """All quads sorted. Each blank node of ours hangs on a named one, so a hash of its own names it."""
        hashes = {blank: self._hash(blank) for blank in self.blanks}
        if len(set(hashes.values())) < len(hashes):
            raise WrongShape("two parts say the same")
        order = sorted(self.blanks, key=hashes.__getitem__)
        names = {blank: f"_:c14n{n}" for n, blank in enumerate(order)}
        return "".join(sorted(_renamed(quad, names.__getitem__) for quad in self.quads))

    def _hash(self, blank: str) -> str:
        """RDFC-1.0 4.6: the quads it stands in, itself as _:a and others as _:z."""
        own = [quad for quad in self.quads if blank in quad]
        lines = sorted(_renamed(quad, lambda n: "_:a" if n == blank else "_:z") for quad in own)
        return sha256("".join(lines).encode()).hexdigest()


_BLANK = re.compile("\0[0-9]+\0")


def _renamed(quad: str, name: Any) -> str:
    return _BLANK.sub(lambda match: name(match[0]), quad)


def _check_types(value: Mapping[str, Any], node: Node, path: str) -> None:
    types = list(node.types)
    wanted: object = types if node.listed else types[0] if types else None
    if value.get("type") != wanted:
        raise WrongShape(f"{path}/type")


def _check_words(value: Mapping[str, Any], node: Node, path: str) -> None:
    allowed = node.terms.keys() | ({"type"} if node.types else set())
    allowed |= {"id"} if node.has_id else set()
    for word in value:
        if word not in allowed:
            raise WrongShape(f"{path}/{word}")
    for word in node.terms:
        if word not in value and word not in node.optional:
            raise WrongShape(f"{path}/{word}")


def _several(value: object, term: Term, path: str) -> list[object]:
    if not term.many:
        return [value]
    if not isinstance(value, list) or not value:
        raise WrongShape(path)
    return value


def _link(value: object, path: str) -> str:
    if not isinstance(value, str) or not _IRI.fullmatch(value):
        raise WrongShape(path)
    return f"<{value}>"


def _literal(value: object, term: Term, path: str) -> str:
    if term.kind == FLAG:
        if not isinstance(value, bool):
            raise WrongShape(path)
        value = "true" if value else "false"
    if not isinstance(value, str):
        raise WrongShape(path)
    typed = f"^^<{term.datatype}>" if term.datatype else ""
    return f'"{value.translate(_ESCAPES)}"{typed}'
