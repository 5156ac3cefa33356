"""What a character does: walk, fight, loot, die and come back."""

from __future__ import annotations

import math
from typing import Any, Callable

from cells import Entity
from content import Content, Row
from myriad_client import MyriadClient, Refused

# Kind.type
CREATURE, NPC = 2, 3
# Bits of Status.flags
DEAD, GHOST, IN_COMBAT, EVADING, LOOTABLE, CASTING = 1, 2, 4, 8, 16, 32

FIGHT_S_MAX = 60.0
MELEE_M = 2.0
# Rest when a fight has left less than the first part of the health, until there is the second.
REST_BELOW, REST_UNTIL = 0.6, 0.85
WALK_TRIES_MAX = 8
# A level more makes a fight about as much longer as this walk.
WALK_PER_LEVEL_M = 15


class Died(Exception):
    """The own character is dead or a ghost; see `Player.come_back`."""


class Stuck(Exception):
    """A place or somebody could not be reached."""


class Player:
    def __init__(self, client: MyriadClient, content: Content) -> None:
        self.client = client
        self.content = content
        self.kills = 0
        self.loots = 0
        self.deaths = 0
        # Creatures that got away: not tried again.
        self.shunned: set[int] = set()
        self._loot: dict[str, Any] = {}
        self._unable = False
        client.on("combat.died", self._on_died)
        client.on("combat.unable", self._on_unable)
        client.on("loot.opened", self._on_loot)
        client.on("loot.changed", self._on_loot)

    def _on_unable(self, _: dict[str, Any]) -> None:
        self._unable = True

    def _on_loot(self, fields: dict[str, Any]) -> None:
        self._loot = fields

    def _on_died(self, fields: dict[str, Any]) -> None:
        if fields["victim"] == self.client.me:
            self.deaths += 1
        elif fields["killer"] == self.client.me:
            self.kills += 1

    # --- what the character is

    @property
    def body(self) -> Entity:
        body = self.client.own()
        if body is None:
            raise Stuck("the own character is not in view")
        return body

    @property
    def level(self) -> int:
        return int(self.client.owner["Progress.level"][0])

    def is_down(self) -> bool:
        return self.body.get("Status.flags") & (DEAD | GHOST) != 0

    def health_part(self) -> float:
        return self.body.get("Vitals.health") / max(1, self.body.get("Vitals.healthMax"))

    def distance_m(self, other: Entity) -> float:
        return self.body.distance_m(other.x, other.z)

    async def until_or_death(self, condition: Callable[[], bool], world_s: float) -> bool:
        met = await self.client.until(lambda: self.is_down() or condition(), world_s)
        if self.is_down():
            raise Died
        return met

    # --- walking

    async def walk_to(self, x: float, z: float, within_m: float) -> None:
        """Walks until it is that near. Raises Stuck when it cannot, and Died when it does so.

        No message tells of the arrival: it is seen in the own position. A ghost walks too.
        """
        as_ghost = self.is_down()
        speed_mps = self.content.rates["ghostSpeedMps" if as_ghost else "runSpeedMps"]
        wait = self.client.until if as_ghost else self.until_or_death

        def is_near() -> bool:
            return self.body.distance_m(x, z) <= within_m

        for _ in range(WALK_TRIES_MAX):
            if is_near():
                await self.client.ask("move.stop")
                return
            await self.client.request("move.to", x=x, z=z)
            await wait(is_near, self.body.distance_m(x, z) / speed_mps * 1.5 + 2)
        body = self.body
        raise Stuck(f"({x:.0f}, {z:.0f}) cannot be reached from ({body.x:.0f}, {body.z:.0f})")

    async def walk_to_npc(self, npc: Row) -> int:
        """Walks to an NPC and returns its entity."""
        await self.walk_to(npc["x"], npc["z"], self.content.rates["interactRangeM"] - 1.5)
        found = [
            entity
            for entity in self.client.view.entities.values()
            if entity.get("Kind.type") == NPC and entity.get("Kind.look") == npc["id"]
        ]
        if not found:
            raise Stuck(f"{npc['name']} is not at ({npc['x']}, {npc['z']})")
        return min(found, key=self.distance_m).id

    # --- fighting

    def is_free(self, creature: Entity) -> bool:
        """Nobody else has the right to its loot."""
        return creature.get("Status.tap") in (0, self.client.me)

    def effort_m(self, creature: Entity) -> float:
        return self.distance_m(creature) + WALK_PER_LEVEL_M * creature.get("Status.level")

    def prey(self, wanted: frozenset[str]) -> Entity | None:
        """Who attacks already, or else the free wanted creature that takes the least effort."""
        free: list[Entity] = []
        for entity in self.client.view.entities.values():
            flags = entity.get("Status.flags")
            if entity.get("Kind.type") != CREATURE or flags & (DEAD | EVADING):
                continue
            if entity.get("Combat.target") == self.client.me:
                return entity
            key = self.content.creature_key.get(entity.get("Kind.look"))
            if key not in wanted or entity.id in self.shunned:
                continue
            if self.is_free(entity) and entity.get("Combat.target") == 0:
                free.append(entity)
        return min(free, key=self.effort_m, default=None)

    def spells(self) -> list[Row]:
        """Known attacks: those that the own spellbook lists by id."""
        known = set(self.client.owner["Spellbook.spell"])
        rows = [row for row in self.content.spells.values() if row["id"] in known]
        return [row for row in rows if row["target"] == "enemy" and row["effects"][0]["kind"] == "damage"]

    def ready_spell(self) -> Row | None:
        """The strongest attack that can be cast now."""
        tick, owner = self.client.tick, self.client.owner
        if owner["Spellbook.globalTick"][0] > tick or self.body.get("Status.flags") & CASTING:
            return None
        ready_tick = dict(zip(owner["Spellbook.spell"], owner["Spellbook.readyTick"]))
        power = self.body.get("Vitals.power")
        ready = [s for s in self.spells() if ready_tick[s["id"]] <= tick and s.get("cost", 0) <= power]
        return max(ready, key=lambda spell: spell["effects"][0]["amountMin"], default=None)

    def reach_m(self) -> float:
        """How near to fight: in range of a spell while there is power for it, or hand to hand."""
        power = self.body.get("Vitals.power")
        ranges = [spell.get("rangeM", 0) for spell in self.spells() if spell.get("cost", 0) <= power]
        return max([MELEE_M, *(range_m - 3 for range_m in ranges)])

    async def fight(self, target: Entity) -> bool:
        """Fights until the target is dead. False when it got away or is another's."""
        client = self.client
        end = client.tick + FIGHT_S_MAX * client.tick_hz

        def is_over() -> bool:
            gone = target.cell is None or not self.is_free(target)
            return gone or target.get("Status.flags") & (DEAD | EVADING) != 0

        follows = False
        if await client.ask("combat.attack", target=target.id) != "ok":
            return False
        while not is_over() and client.tick < end:
            follows = await self._keep_distance(target, follows)
            spell = self.ready_spell()
            if spell is not None and self.distance_m(target) <= spell.get("rangeM", 0):
                await self._cast(spell, target)
            await self.until_or_death(is_over, 0.25)
        await client.ask("move.stop")
        return target.get("Status.flags") & DEAD != 0 and self.is_free(target)

    async def _keep_distance(self, target: Entity, follows: bool) -> bool:
        """Follows a target out of reach; stands still to cast from afar. Does it follow now?"""
        reach_m = self.reach_m()
        is_far = self.distance_m(target) > reach_m
        if (is_far and not follows) or self._unable:
            self._unable = False
            return await self.client.ask("move.follow", entity=target.id) == "ok"
        if follows and not is_far and reach_m > MELEE_M:
            await self.client.ask("move.stop")
            return False
        return follows

    async def _cast(self, spell: Row, target: Entity) -> None:
        at = {"target": target.id, "x": 0.0, "z": 0.0}
        code = await self.client.ask("spell.cast", spell=spell["id"], **at)
        if code == "notFacing":
            # An input without a direction turns on the spot.
            turn = math.atan2(target.z - self.body.z, target.x - self.body.x) / math.tau
            heading = round(turn * 65536) % 65536
            await self.client.send("move.input", dx=0, dz=0, heading=heading, jump=False)

    async def rest(self) -> None:
        """Gets its breath back; a new attacker ends the rest."""
        if self.health_part() < REST_BELOW:
            await self.until_or_death(
                lambda: self.health_part() >= REST_UNTIL or self.prey(frozenset()) is not None, 40
            )

    # --- looting

    async def loot(self, corpse: Entity) -> list[str]:
        """Takes all that a corpse has. Returns what: nothing when it is empty or another's."""
        client = self.client

        def is_mine() -> bool:
            has_loot = corpse.get("Status.flags") & LOOTABLE != 0
            return has_loot and corpse.get("Status.tap") == client.me

        if not await self.until_or_death(is_mine, 1):
            return []
        if self.distance_m(corpse) > self.content.rates["interactRangeM"] - 1:
            await self.walk_to(corpse.x, corpse.z, MELEE_M)
        taken: list[str] = []
        try:
            await client.request("loot.open", corpse=corpse.id)
            gold = self._loot["gold"]
            if gold > 0:
                await client.request("loot.takeGold")
                taken.append(f"{gold} gold")
            for item in list(self._loot["items"]):
                # Each take is a change, and the next one must name its revision.
                revision = self._loot["revision"]
                await client.request("loot.take", revision=revision, itemIndex=item["index"])
                taken.append(f"{item['count']} {self.content.item_name[item['item']]}")
        except Refused:
            pass  # A full bag, or a corpse that has gone: what was taken stays taken.
        await client.ask("loot.release")
        self.loots += 1 if taken else 0
        return taken

    # --- death

    async def come_back(self) -> str:
        """Back to life by whichever is sooner, corpse or spirit healer. Returns which it was."""
        client, rates = self.client, self.content.rates
        if self.body.get("Status.flags") & DEAD:
            await client.request("death.release")
            await client.until(lambda: self.body.get("Status.flags") & GHOST != 0, 5)
        corpse = (client.owner["Death.corpseX"][0], client.owner["Death.corpseZ"][0])
        reclaim_tick = client.owner["Death.reclaimTick"][0]
        wait_s = (reclaim_tick - client.tick) / client.tick_hz
        corpse_s = max(wait_s, self.body.distance_m(*corpse) / rates["ghostSpeedMps"])
        healers = [n for n in self.content.npcs.values() if "spiritHealer" in n["services"]]
        healer = min(healers, key=lambda npc: self.body.distance_m(npc["x"], npc["z"]))
        # Whom a healer has woken must walk back to where it was.
        back_s = math.dist(corpse, (healer["x"], healer["z"])) / rates["runSpeedMps"]
        there_s = self.body.distance_m(healer["x"], healer["z"]) / rates["ghostSpeedMps"]
        if there_s + back_s < corpse_s:
            how = f"the spirit healer {healer['name']}"
            await client.request("death.spiritHealer", npc=await self.walk_to_npc(healer))
        else:
            how = "its corpse"
            await self.walk_to(*corpse, rates["reclaimRangeM"] - 5)
            await client.until(lambda: client.tick >= reclaim_tick, wait_s + 5)
            await client.request("death.reclaim")
        await client.until(lambda: not self.is_down(), 5)
        return how
