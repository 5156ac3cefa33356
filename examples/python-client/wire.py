"""The server's protocol as tables, made from /protocol.json: the protocol page as data.

The page says what the tables mean. Reading them at the start, and not writing them down here,
keeps this client right when the game gains an opcode or a component.
"""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from typing import Any, Callable

HTTP_TIMEOUT_S = 10
ANSWER_BYTES_MAX = 32 * 1024 * 1024


def fetch_json(base: str, path: str) -> Any:
    """GET of a JSON document. Raises urllib.error.URLError when there is none."""
    with urllib.request.urlopen(base.rstrip("/") + path, timeout=HTTP_TIMEOUT_S) as answer:
        return json.loads(answer.read(ANSWER_BYTES_MAX))


def _names_of_record(inside: str) -> list[str]:
    """The names in "a: T, b: U"."""
    return re.findall(r"(\w+): ", inside)


def _decoder(kind: str) -> Callable[[Any], Any]:
    """How a value of this type is shown: words instead of indices, dicts instead of records."""
    words = re.fullmatch(r"oneOf\((.*)\)", kind)
    if words is not None:
        names = words[1].split(", ")
        # A newer server may have more words.
        return lambda index: names[index] if index < len(names) else str(index)
    record = re.fullmatch(r"list\(\[(.*)\], \d+\)", kind)
    if record is not None:
        keys = _names_of_record(record[1])
        # zip ends with the shorter one: surplus fields, of newer servers, are ignored.
        return lambda rows: [dict(zip(keys, row)) for row in rows]
    return lambda value: value


@dataclass(frozen=True)
class Opcode:
    """One declared message. `decoders` stand in the order of `fields`."""

    id: int
    name: str
    fields: tuple[str, ...]
    decoders: tuple[Callable[[Any], Any], ...]
    has_result: bool

    def decode(self, values: list[Any]) -> dict[str, Any]:
        known = zip(self.fields, self.decoders, values)
        return {name: decode(value) for name, decode, value in known}

    def encode(self, given: dict[str, Any]) -> list[Any]:
        """The fields in declared order. Raises TypeError when a name is missing or unknown."""
        if set(given) != set(self.fields):
            wanted, got = (", ".join(names) or "none" for names in (self.fields, given))
            raise TypeError(f"{self.name} has the fields {wanted}, but was given {got}")
        return [given[name] for name in self.fields]


class Wire:
    """All opcodes by name and id, the names of the result codes, the layout of cell frames."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.protocol_hash: str = description["protocolHash"]
        self.cell_size_m: float = description["cellSizeM"]
        self.layout: dict[str, Any] = description["layout"]
        self.by_name: dict[str, Opcode] = {}
        self.by_id: dict[int, Opcode] = {}
        for row in description["opcodes"]:
            opcode = Opcode(
                id=row["id"],
                name=row["name"],
                fields=tuple(field["name"] for field in row["fields"]),
                decoders=tuple(_decoder(field["type"]) for field in row["fields"]),
                has_result=bool(row["result"]),
            )
            self.by_name[opcode.name] = opcode
            self.by_id[opcode.id] = opcode
        self.codes = {row["code"]: row["name"] for row in description["resultCodes"]}
        # (component, field) of an owner message -> its name, and how many values it has.
        self.owner: dict[tuple[int, int], tuple[str, int]] = {
            (part["component"], one["field"]): (f"{part['name']}.{one['name']}", one["length"])
            for part in self.layout["owner"]
            for one in part["fields"]
        }

    def code_name(self, code: int) -> str:
        """A code that is not in the list comes from a newer server."""
        return self.codes.get(code, f"code{code}")
