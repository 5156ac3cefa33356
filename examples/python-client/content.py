"""What things are called and where they are: the game's content, from /content/<hash>.json."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from wire import fetch_json

Row = dict[str, Any]


@dataclass(frozen=True)
class Errand:
    """A quest, with what must be known to do it."""

    quest: Row
    # Keys of the creatures to hunt, and about how many of them.
    creatures: frozenset[str]
    fights: float
    giver: Row
    ender: Row
    # Spawns of its creatures, the nearest to the giver first.
    spawns: tuple[Row, ...]


class Content:
    """The files of the content, by their names without the ending."""

    def __init__(self, files: dict[str, Any]) -> None:
        tables = {name.removesuffix(".json"): table for name, table in files.items()}
        self.rates: Row = tables["rates"]
        self.spawns: list[Row] = tables["spawns"]
        self.quests: list[Row] = tables["quests"]
        self.npcs: dict[str, Row] = _by_key(tables["npcs"])
        self.classes: dict[str, Row] = _by_key(tables["classes"])
        self.spells: dict[str, Row] = _by_key(tables["spells"])
        self.creatures: dict[str, Row] = _by_key(tables["creatures"])
        self.creature_key: dict[int, str] = {row["id"]: row["key"] for row in tables["creatures"]}
        self.item_name: dict[int, str] = {row["id"]: row["name"] for row in tables["items"]}

    @classmethod
    def fetch(cls, base: str, content_hash: str) -> Content:
        """Raises urllib.error.URLError when the server has no content of that hash."""
        known = content_hash or fetch_json(base, "/about.json")["contentHash"]
        return cls(fetch_json(base, f"/content/{known}.json"))

    def class_of(self, class_id: int) -> Row:
        return next(row for row in self.classes.values() if row["id"] == class_id)

    def errands(self, level: int) -> list[Errand]:
        """Quests up to this level with one goal, kill or collect, and no other quest before."""
        found: list[Errand] = []
        for quest in self.quests:
            if max(quest["level"], quest["levelMin"]) > level or quest.get("requires"):
                continue
            goal, *others = quest["objectives"]
            if others or goal["kind"] == "talk":
                continue
            hunted = self._hunted(goal)
            giver = self.npcs[quest["giver"]]
            spawns = [spawn for spawn in self.spawns if spawn["creature"] in hunted]
            if not spawns:
                continue
            spawns.sort(key=lambda spawn: away_m(spawn, giver["x"], giver["z"]))
            fights = goal["count"] / max(hunted.values())
            ender = self.npcs[quest["ender"]]
            found.append(Errand(quest, frozenset(hunted), fights, giver, ender, tuple(spawns)))
        return found

    def _hunted(self, goal: Row) -> dict[str, float]:
        """Creatures that serve a goal, each with how much of it one of them is worth."""
        if goal["kind"] == "kill":
            return {key: 1.0 for key in goal["creatures"]}
        return {
            key: loot["chance"] * (loot["countMin"] + loot["countMax"]) / 2
            for key, creature in self.creatures.items()
            for loot in creature["loot"]
            if loot["item"] == goal["item"]
        }

    def seconds(self, errand: Errand, x: float, z: float, fight_s: float) -> float:
        """A guess at how long an errand takes from here."""
        speed = self.rates["runSpeedMps"]
        spawn = errand.spawns[0]
        walks_m = (
            math.hypot(errand.giver["x"] - x, errand.giver["z"] - z)
            + max(0.0, away_m(spawn, errand.giver["x"], errand.giver["z"]))
            + max(0.0, away_m(spawn, errand.ender["x"], errand.ender["z"]))
        )
        return walks_m / speed + errand.fights * fight_s


def away_m(spawn: Row, x: float, z: float) -> float:
    """From a point to the edge of a spawn; below 0 within it."""
    return math.hypot(spawn["x"] - x, spawn["z"] - z) - spawn["radiusM"]


def _by_key(rows: list[Row]) -> dict[str, Row]:
    return {row["key"]: row for row in rows}
