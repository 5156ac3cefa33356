"""What the character sees: cell frames, decoded into entities.

Follows "Cell frames" of the protocol page.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

FORGET, FULL, DELTA, OUTER, OUTER_DELTA = 0, 1, 2, 3, 4

_BY_BYTES = {1: "B", 2: "H", 4: "I"}
_UNSIGNED = {"u8": "B", "u16": "H", "u32": "I"}
_BY_TYPE = {**_UNSIGNED, "i8": "b", "i16": "h", "i32": "i", "f32": "f", "f64": "d", "bool": "?"}


class BadFrame(Exception):
    """A cell frame that this client cannot follow: it must connect again."""


@dataclass
class Cell:
    zone: int
    instance: int
    cx: int
    cz: int
    # Of the last delta; each has one more than the one before.
    sequence: int = 0
    # By the local id that entities have within this cell.
    entities: dict[int, Entity] = field(default_factory=dict)


@dataclass
class Entity:
    """Somebody in view: the same object until it leaves. Keys of `values`: "Component.field"."""

    id: int
    name: str = ""
    values: dict[str, float] = field(default_factory=dict)
    cell: Cell | None = None
    local: int = 0

    def get(self, key: str) -> int:
        """A whole number; 0 where the entity has no such component."""
        return int(self.values.get(key, 0))

    @property
    def x(self) -> float:
        return self.values.get("Position.x", 0.0)

    @property
    def z(self) -> float:
        return self.values.get("Position.z", 0.0)

    def distance_m(self, x: float, z: float) -> float:
        return math.hypot(self.x - x, self.z - z)


Dequantise = Callable[[int, Cell], float]
# Name and fields.
Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class _Field:
    key: str
    code: str
    value: Dequantise


def _dequantise(name: str, form: str, size_m: float) -> Dequantise:
    """The formulas of the table "Fields"."""
    if form == "cell":
        if name == "x":
            return lambda n, cell: (cell.cx + (n + 0.5) / 65536) * size_m
        return lambda n, cell: (cell.cz + (n + 0.5) / 65536) * size_m
    if form == "metres":
        return lambda n, cell: (n - 32768) / 32
    if form == "turn":
        return lambda n, cell: n * 256
    if form in ("asIs", "identity"):
        return lambda n, cell: n
    raise BadFrame(f"the form {form} is unknown; this client is too old for the server")


def _bits(mask: int) -> Iterator[int]:
    """The numbers of the set bits, lowest first."""
    bit = 0
    while mask >> bit:
        if mask >> bit & 1:
            yield bit
        bit += 1


class _Reader:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def take(self, form: str) -> tuple[Any, ...]:
        packed = "<" + form
        values = struct.unpack_from(packed, self.data, self.at)
        self.at += struct.calcsize(packed)
        return values

    def text(self) -> str:
        (count,) = self.take("B")
        self.at += count
        return self.data[self.at - count : self.at].decode("utf-8")


class CellView:
    """All watched cells and everybody in them, as of the last frame."""

    def __init__(self, layout: dict[str, Any], size_m: float) -> None:
        self.entities: dict[int, Entity] = {}
        self.cells: dict[int, Cell] = {}
        # The tick of the last frame; 0 before the first.
        self.tick = 0
        # Ids of everybody that was ever in view.
        self.seen: set[int] = set()

        def fields(rows: list[dict[str, Any]]) -> list[_Field]:
            return [
                _Field(
                    f"{row['component']}.{row['field']}",
                    _BY_BYTES[row["bytes"]],
                    _dequantise(row["field"], row["form"], size_m),
                )
                for row in rows
            ]

        self._components = {part["bit"]: fields(part["fields"]) for part in layout["components"]}
        self._updates = {row["bit"]: fields([row])[0] for row in layout["updates"]}
        self._changing = {one.key for one in self._updates.values()}
        self._events = {event["id"]: event for event in layout["events"]}
        self._gone: set[int] = set()

    def apply(self, data: bytes, tick: int) -> list[Event]:
        """Takes in the cell frame of the message of `tick`. Returns its events."""
        (follows,) = struct.unpack_from("<I", data)
        if follows == 0:
            # The first frame, or the first after this client had fallen behind: all comes anew.
            for number in list(self.cells):
                self._forget(number)
        elif follows != self.tick:
            raise BadFrame(f"the frame of {tick} follows {follows}, but the last is {self.tick}")
        events: list[Event] = []
        at = 4
        while at < len(data):
            kind, number, length = struct.unpack_from("<BII", data, at)
            at += 9
            block = _Reader(data, at)
            if kind == FORGET:
                self._forget(number)
            elif kind == FULL:
                self._forget(number)
                cell = self.cells[number] = Cell(*block.take("HHHHH"))
                self._members(block, cell)
            elif kind == OUTER:
                # Near and outer deltas are numbered apart.
                self._cell(number).sequence, _every_ticks = block.take("HB")
            elif kind in (DELTA, OUTER_DELTA):
                self._delta(block, self._cell(number), events, at + length)
            at += length
        # Only now is it known who is gone: a crossing is a leave and an enter, in either order.
        for entity in self._gone:
            if entity in self.entities and self.entities[entity].cell is None:
                del self.entities[entity]
        self._gone.clear()
        self.tick = tick
        return events

    def _cell(self, number: int) -> Cell:
        if number not in self.cells:
            raise BadFrame(f"cell {number} changed, but was never seen whole")
        return self.cells[number]

    def _forget(self, number: int) -> None:
        cell = self.cells.pop(number, None)
        for entity in list(cell.entities.values()) if cell is not None else []:
            self._leave(cell, entity.local)

    def _leave(self, cell: Cell, local: int) -> None:
        entity = cell.entities.pop(local, None)
        if entity is None:
            raise BadFrame(f"local id {local} left a cell in which it was not")
        if entity.cell is cell and entity.local == local:
            entity.cell = None
            self._gone.add(entity.id)

    def _delta(self, block: _Reader, cell: Cell, events: list[Event], end: int) -> None:
        sequence, leaves = block.take("HH")
        if sequence != (cell.sequence + 1) & 0xFFFF:
            raise BadFrame(f"delta {sequence} of a cell came after {cell.sequence}")
        cell.sequence = sequence
        for _ in range(leaves):
            local, _to_cell = block.take("HI")
            self._leave(cell, local)
        self._members(block, cell, from_cell=True)
        self._crossings(block, cell)
        (groups,) = block.take("H")
        for _ in range(groups):
            self._group(block, cell)
        (count,) = block.take("H")
        for _ in range(count):
            (number,) = block.take("H")
            if number not in self._events:
                return  # Of unknown length: the rest of the block is skipped.
            events.append(self._event(block, self._events[number]))
        if block.at != end:
            raise BadFrame(f"a block ends at byte {end}, but was read up to {block.at}")

    def _members(self, block: _Reader, cell: Cell, from_cell: bool = False) -> None:
        """Member records, or enter records, which say the cell that somebody came from."""
        (count,) = block.take("H")
        for _ in range(count):
            if from_cell:
                block.take("I")
            number, local, mask = block.take("IHH")
            entity = self.entities.setdefault(number, Entity(number))
            entity.values = {}
            for bit in _bits(mask):
                for one in self._components[bit]:
                    entity.values[one.key] = one.value(block.take(one.code)[0], cell)
            entity.name = block.text()
            entity.cell, entity.local = cell, local
            cell.entities[local] = entity
            self.seen.add(number)

    def _crossings(self, block: _Reader, cell: Cell) -> None:
        """Of entities that are known: their names, and what has no update bit, stay."""
        (count,) = block.take("H")
        for _ in range(count):
            _from_cell, number, local, mask = block.take("IIHH")
            if number not in self.entities:
                raise BadFrame(f"entity {number} crossed, but was never seen")
            entity = self.entities[number]
            for bit in _bits(mask):
                for one in self._components[bit]:
                    if one.key in self._changing:
                        entity.values[one.key] = one.value(block.take(one.code)[0], cell)
            entity.cell, entity.local = cell, local
            cell.entities[local] = entity

    def _group(self, block: _Reader, cell: Cell) -> None:
        mask, count = block.take("HH")
        fields = [self._updates[bit] for bit in _bits(mask)]
        form = "H" + "".join(one.code for one in fields)
        for _ in range(count):
            local, *numbers = block.take(form)
            if local not in cell.entities:
                raise BadFrame(f"local id {local} changed in a cell in which it is not")
            values = cell.entities[local].values
            for one, n in zip(fields, numbers):
                values[one.key] = one.value(n, cell)

    @staticmethod
    def _event(block: _Reader, event: dict[str, Any]) -> Event:
        values: dict[str, Any] = {}
        for part in event["payload"]:
            if part["type"] == "text":
                values[part["name"]] = block.text()
                continue
            (value,) = block.take(_BY_TYPE[part["type"]])
            values[part["name"]] = part["words"][value] if "words" in part else value
        return event["name"], values
