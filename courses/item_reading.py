"""From items/*.yaml to items: each kind's own fields, with ids made from what the author wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from courses import rules, schemas
from courses.activities.phone_graph import most_taps
from courses.activity_parts import (
    NumberKey,
    Option,
    OrderStep,
    Pair,
    PhoneScreen,
    ScreenPart,
    Simulation,
    Spot,
)
from courses.naming import part_name, phone_name
from courses.problems import ContentError
from courses.reader import Reader, checked
from courses.reading import Document, Path, read_yaml
from lms.core.i18n import _

PARTS = ("options", "sequence", "pairs", "decoys", "spots", "number", "simulation")


def read_items(reader: Reader, file: str) -> list[rules.Item | None]:
    """The items of one file; what cannot be read is noted and stands as None."""
    document = reader.tried(lambda: read_yaml(file, reader.text(file, file)))
    if document is None:
        return []
    if reader.tried(checked, document, schemas.ItemFileIn(), document.data) is None:
        return []
    shared = {k: v for k, v in document.data.items() if k in schemas.ITEM_COMMON_FIELDS}
    entries = document.data["items"]
    return [reader.tried(_item, reader, document, shared, i) for i in range(len(entries))]


def _item(reader: Reader, document: Document, shared: dict[str, Any], index: int) -> rules.Item:
    entry = document.data["items"][index]
    filled = shared | entry if isinstance(entry, dict) else entry
    data = checked(document, schemas.ItemIn(), filled, "items", index)
    reader.note("item", data["id"], document, "items", index)
    _require_own_parts(document, data, index)
    given = {name: data.pop(name) for name in PARTS}
    picture = data.pop("illustration")
    made = _Parts(reader, document, data["id"], ("items", index)).made(given)
    return rules.Item(
        **data | {"hints": tuple(data["hints"])},
        **made,
        illustration=rules.Illustration(**picture) if picture else None,
    )


def _require_own_parts(document: Document, data: dict[str, Any], index: int) -> None:
    """A question of one kind may not carry the parts of another: they would never be asked."""
    wanted = schemas.KIND_PARTS[data["kind"]]
    for name in PARTS:
        if data[name] and name not in wanted:
            message = _(
                "Câu loại %(kind)s không dùng trường “%(name)s”.", kind=data["kind"], name=name
            )
            raise ContentError([document.problem(("items", index, name), message)])


class _Parts:
    """Makes the parts of one item."""

    def __init__(self, reader: Reader, document: Document, item: str, path: Path) -> None:
        self.reader, self.document, self.item, self.path = reader, document, item, path

    def made(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the item that hold parts, empty where nothing is given."""
        options = [
            self._option(one, (*self.path, "options", i)) for i, one in enumerate(given["options"])
        ]
        simulation = given["simulation"]
        return {
            "options": tuple(sorted(options, key=lambda option: option.id)),
            "sequence": tuple(OrderStep(self._name("s", t), t) for t in given["sequence"]),
            "pairs": _by_id(self._pair(one) for one in given["pairs"]),
            "decoys": _by_id(Option(self._name("r", t), t) for t in given["decoys"]),
            "spots": tuple(self._spot(one, i) for i, one in enumerate(given["spots"])),
            "number": NumberKey(**given["number"]) if given["number"] else None,
            "simulation": self._simulation(simulation) if simulation else None,
        }

    def _name(self, letter: str, text: str) -> str:
        return part_name(self.item, letter, text)

    def _phone_name(self, letter: str, name: str) -> str:
        return phone_name(self.item, letter, name)

    def _note(self, part: str, *at: str | int) -> None:
        line = self.document.lines.get((*self.path, *at), 1)
        self.reader.places.setdefault(("part", f"{self.item}/{part}"), (self.document.file, line))

    def _option(self, data: dict[str, str], path: Path) -> Option:
        if len(data) != 1:
            message = _("Mỗi phương án viết đúng một dòng: “right: …” hoặc “wrong: …”.")
            raise ContentError([self.document.problem(path, message)])
        ((flag, text),) = data.items()
        return Option(self._name("o", text), text, flag == "right")

    def _pair(self, data: dict[str, str]) -> Pair:
        left, right = data["left"], data["right"]
        return Pair(self._name("l", left), left, self._name("r", right), right)

    def _spot(self, data: dict[str, Any], index: int) -> Spot:
        label = data.get("danger") or data.get("harmless")
        if not label or ("danger" in data) == ("harmless" in data):
            message = _("Mỗi chỗ trên hình viết đúng một dòng: “danger: …” hoặc “harmless: …”.")
            raise ContentError([self.document.problem((*self.path, "spots", index), message)])
        self._note(label, "spots", index)
        column, row, columns, rows = data["at"]
        return Spot(self._name("p", label), label, column, row, columns, rows, "danger" in data)

    def _simulation(self, data: dict[str, Any]) -> Simulation:
        screens = tuple(self._screen(one, i) for i, one in enumerate(data["screens"]))
        plan = Simulation(self._phone_name("m", data["start"]), screens, data["most"] or 1)
        return plan if data["most"] else replace(plan, most=most_taps(plan))

    def _screen(self, data: dict[str, Any], index: int) -> PhoneScreen:
        name = self._phone_name("m", data["id"])
        self._note(name, "simulation", "screens", index)
        parts = tuple(
            self._part(one, "simulation", "screens", index, "parts", i)
            for i, one in enumerate(data["parts"])
        )
        return PhoneScreen(name, data["title"], parts, data["end"])

    def _part(self, data: dict[str, Any], *at: str | int) -> ScreenPart:
        if len(data) != 1:
            message = _("Mỗi phần của màn hình viết đúng một loại: text, message, button, field…")
            raise ContentError([self.document.problem((*self.path, *at), message)])
        ((kind, told),) = data.items()
        if isinstance(told, str):
            return ScreenPart(kind, text=told)
        return self._full_part(kind, told, at)

    def _full_part(self, kind: str, told: dict[str, Any], at: Path) -> ScreenPart:
        held: dict[str, Any] = {
            name: told[name] for name in ("text", "label", "media", "number") if name in told
        }
        if "id" in told:
            held["id"] = self._phone_name("h" if "to" in told else "f", told["id"])
            self._note(held["id"], *at)
        for name in ("to", "otherwise"):
            if told.get(name):
                held[name] = self._phone_name("m", told[name])
        needs = tuple(self._phone_name("f", name) for name in told.get("needs", ()))
        return ScreenPart(kind, **held, needs=needs, expects=tuple(told.get("expects", ())))


def _by_id(parts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(parts, key=lambda part: part.id))
