"""Plays the first minutes of a character: takes a quest, hunts for it, loots, and hands it in.

Prints what it does, and last a line of JSON: entered, entitiesSeen, kills, loots, questsCompleted,
deaths, bytesReceived, seconds. Exits with 0 when the quest was handed in, with 1 when it was not,
with 2 when the server could not be used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import Any

from content import Content, Errand, Row
from myriad_client import Closed, MyriadClient, Refused
from player import Died, Player, Stuck
from wire import Wire, fetch_json

OBJECTIVES_PER_QUEST = 4
QUEST_COMPLETE = 2
# A guess, for choosing among quests.
FIGHT_S = 12.0
FAILURES_MAX = 5


def say(text: str) -> None:
    print(text, flush=True)


class Journey:
    """One errand. Every step looks at where the quest stands, so that any of them may fail."""

    def __init__(self, player: Player, errand: Errand) -> None:
        self.player = player
        self.client = player.client
        self.errand = errand
        self.rewarded = 0
        self.client.on("quest.rewarded", self._on_rewarded)
        self._spawn = 0

    def _on_rewarded(self, fields: dict[str, Any]) -> None:
        self.rewarded += 1
        say(f"rewarded: {fields['experience']} experience, {fields['gold']} gold")

    def _slot(self) -> int:
        """The quest's place in the own log; -1 when it is not there."""
        quests = self.client.owner["QuestLog.quest"]
        return quests.index(self.errand.quest["id"]) if self.errand.quest["id"] in quests else -1

    async def run(self) -> None:
        failures = 0
        while self.rewarded == 0:
            try:
                await self._step()
            except Died:
                pass  # The next step sees it.
            except (Refused, Stuck) as error:
                say(str(error))
                failures += 1
                if failures > FAILURES_MAX:
                    raise

    async def _step(self) -> None:
        slot = self._slot()
        if self.player.is_down():
            say("died")
            say(f"came back to life by {await self.player.come_back()}")
            await self.player.rest()
        elif slot < 0:
            await self._accept()
        elif self.client.owner["QuestLog.state"][slot] == QUEST_COMPLETE:
            await self._hand_in()
        else:
            await self._hunt(slot)

    async def _accept(self) -> None:
        quest, giver = self.errand.quest, self.errand.giver
        say(f"walks to {giver['name']} for the quest {quest['name']!r}")
        npc = await self.player.walk_to_npc(giver)
        offer = await self.client.request_for("quest.offered", "quest.list", giver=npc)
        if quest["id"] not in offer["offered"]:
            raise Refused("quest.list", "the quest is not offered")
        await self.client.request("quest.accept", giver=npc, quest=quest["id"])
        await self.client.until(lambda: self._slot() >= 0, 2)
        say(f"accepted {quest['name']!r}")

    async def _hand_in(self) -> None:
        quest, ender = self.errand.quest, self.errand.ender
        say(f"walks to {ender['name']} to hand in {quest['name']!r}")
        npc = await self.player.walk_to_npc(ender)
        if quest["reward"].get("choices"):
            await self.client.request("quest.chooseReward", giver=npc, quest=quest["id"], choice=0)
        else:
            await self.client.request("quest.complete", giver=npc, quest=quest["id"])
        await self.client.until(lambda: self.rewarded > 0, 2)
        say(f"handed in {quest['name']!r}")

    async def _hunt(self, slot: int) -> None:
        player = self.player
        target = player.prey(self.errand.creatures)
        if target is None:
            spawn = self.errand.spawns[self._spawn % len(self.errand.spawns)]
            self._spawn += 1
            say(f"walks to where {spawn['creature']} lives, ({spawn['x']}, {spawn['z']})")
            await self._walk_hunting(spawn)
            return
        name = player.content.creature_key.get(target.get("Kind.look"), "somebody")
        level, away_m = target.get("Status.level"), player.distance_m(target)
        say(f"fights {name}, level {level}, {away_m:.0f} m away")
        if not await player.fight(target):
            player.shunned.add(target.id)
            return
        taken = await player.loot(target)
        have = self.client.owner["QuestLog.have"][slot * OBJECTIVES_PER_QUEST]
        need = self.errand.quest["objectives"][0]["count"]
        say(f"killed it, looted {', '.join(taken) or 'nothing'}; {have:.0f} of {need}")
        await player.rest()

    async def _walk_hunting(self, spawn: Row) -> None:
        """Walks towards a spawn until there is something to hunt in view."""
        player = self.player
        away_m = player.body.distance_m(spawn["x"], spawn["z"])
        walk_s = away_m / player.content.rates["runSpeedMps"]
        await self.client.request("move.to", x=spawn["x"], z=spawn["z"])

        def is_enough() -> bool:
            is_there = player.body.distance_m(spawn["x"], spawn["z"]) < 5
            return is_there or player.prey(self.errand.creatures) is not None

        await player.until_or_death(is_enough, walk_s * 1.5 + 5)


async def enter(client: MyriadClient, content: Content, args: argparse.Namespace) -> None:
    """Logs in as a guest, and enters the world as the account's first character."""
    known = client.wire.protocol_hash
    hello = {"token": f"guest:{args.name}", "resume": "", "protocolHash": known}
    await client.request("session.hello", **hello)
    listed = await client.request_for("session.characters", "session.listCharacters")
    if not listed["list"]:
        chosen = content.classes[args.character_class]
        # "class" is a word of Python, so that it cannot be a keyword argument.
        fields = {"name": args.name, "class": chosen["id"]}
        create = "session.createCharacter"
        listed = await client.request_for("session.characters", create, **fields)
        say(f"created {args.name}, a {chosen['name']}")
    character = listed["list"][0]
    await client.request("session.enter", characterId=character["characterId"])
    if not await client.until(lambda: client.own() is not None, 5):
        raise Stuck("the own character does not come into view")
    x, z = (client.own().values[f"Position.{axis}"] for axis in "xz")
    others = len(client.view.entities) - 1
    say(f"entered as {character['name']} at ({x:.0f}, {z:.0f}), {others} others in view")


def choose(player: Player, wanted: str) -> Errand:
    """The errand that was asked for, or the one that takes the least time from here."""
    content, body, done = player.content, player.body, player.client.owner["QuestsDone.bits"]

    def is_open(quest: Row) -> bool:
        was_done = int(done[quest["id"] // 8]) >> quest["id"] % 8 & 1
        return wanted in ("", quest["key"]) and (quest.get("repeatable", False) or not was_done)

    errands = content.errands(player.level if wanted else 1)
    possible = [errand for errand in errands if is_open(errand.quest)]
    if not possible:
        what = wanted or "of level 1"
        raise Stuck(f"there is no quest {what} to do; take another --quest or another --name")
    return min(possible, key=lambda errand: content.seconds(errand, body.x, body.z, FIGHT_S))


def dump_views(client: MyriadClient, every: int) -> None:
    """Prints all that is known of the world after each frame of a tick that `every` divides."""

    def dump(fields: dict[str, Any]) -> None:
        tick = fields["tick"]
        if tick % every == 0:
            cells = [[c.zone, c.instance, c.cx, c.cz] for c in client.view.cells.values()]
            everybody = client.view.entities.values()
            entities = [{"entity": e.id, "name": e.name, **e.values} for e in everybody]
            say(json.dumps({"view": {"tick": tick, "cells": cells, "entities": entities}}))

    client.on("cell.frame", dump)


async def play(args: argparse.Namespace) -> int:
    started = time.monotonic()
    wire = Wire(fetch_json(args.http, "/protocol.json"))
    content = Content.fetch(args.http, args.content)
    client = await MyriadClient.connect(args.url, wire)
    player = Player(client, content)
    journey: Journey | None = None
    if args.dump_every > 0:
        dump_views(client, args.dump_every)
    try:
        async with asyncio.timeout(args.seconds):
            await enter(client, content, args)
            journey = Journey(player, choose(player, args.quest))
            await journey.run()
            await client.request("session.logout")
    except TimeoutError:
        say(f"gives up: {args.seconds:g} s are over")
    except (Closed, Refused, Stuck) as error:
        say(f"gives up: {error}")
    finally:
        await client.close()
    completed = journey.rewarded if journey is not None else 0
    summary = {
        "entered": client.me != 0,
        "entitiesSeen": len(client.view.seen),
        "kills": player.kills,
        "loots": player.loots,
        "questsCompleted": completed,
        "deaths": player.deaths,
        "bytesReceived": client.bytes_received,
        "seconds": round(time.monotonic() - started, 1),
    }
    say(json.dumps(summary))
    return 0 if completed > 0 else 1


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--url", default="ws://127.0.0.1:7777/", help="the WebSocket (default %(default)s)")
    add("--http", default="", help="where the server's pages are (default: the same place)")
    add("--name", default="Pythia", help="of guest and character (default %(default)s)")
    add("--class", dest="character_class", default="guardian", help="default %(default)s")
    add("--quest", default="", help="key of a quest (default: the quickest one of level 1)")
    add("--seconds", type=float, default=300, help="gives up after them (default %(default)s)")
    add("--content", default="", help="hash of the content (default: what /about.json says)")
    add("--dump-every", type=int, default=0, metavar="TICKS", help="prints the view that often")
    args = parser.parse_args()
    args.http = args.http or args.url.replace("ws", "http", 1)
    return args


def main() -> int:
    try:
        return asyncio.run(play(parse_arguments()))
    except OSError as error:
        remedy = "is it running? See --url, --http and --content"
        print(f"cannot use the server: {error}; {remedy}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
