import { describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { Loot } from '../../components/loot.js'
import { Motion } from '../../components/motion.js'
import { SPELLS_MAX, Spellbook } from '../../components/spells.js'
import { Vitals } from '../../components/vitals.js'
import { ChatSay } from '../../protocol/chat.js'
import { CombatAttack, CombatStopAttack, CombatUnable } from '../../protocol/combat.js'
import { DeathReclaim, DeathRelease, DeathSpiritHealer } from '../../protocol/death.js'
import { ItemDestroy } from '../../protocol/item.js'
import { LootOpen, LootRelease, LootTake, LootTakeGold } from '../../protocol/loot.js'
import { MoveFollow, MoveStop, MoveTeleportAck, MoveTo } from '../../protocol/move.js'
import { QuestAbandon, QuestAccept, QuestChooseReward, QuestComplete, QuestList } from '../../protocol/quest.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { SpellCancel, SpellCast, SpellFailed } from '../../protocol/spell.js'
import type { Editor } from '../../src/ecs/columns.js'
import type { Entity } from '../../src/ecs/entities.js'
import { content, expectAll, FIELD, keyed, type Line, line, Scene } from './scene.js'

const PELT = keyed(content.itemList, 'torn-pelt').id
const spellOf = (key: string): number => keyed(content.spellList, key).id
const WORD = keyed(content.questList, 'word-to-the-warden')
const castAt = (spell: string, target: Entity) => ({ spell: spellOf(spell), target, x: 0, z: 0 })

const questDeeds = (giver: Entity, code: string): Line[] => [
  line(QuestList, { giver }, code),
  line(QuestAccept, { giver, quest: WORD.id }, code),
  line(QuestComplete, { giver, quest: WORD.id }, code),
  line(QuestChooseReward, { giver, quest: WORD.id, choice: 0 }, code),
]

/** What a character does with its hands and mouth: nothing of it from the grave. */
const deeds = (target: Entity, corpse: Entity, npc: Entity): Line[] => [
  line(CombatAttack, { target }, 'dead'),
  line(SpellCast, { spell: content.classList[0].spells[0].spell, target, x: 0, z: 0 }, 'dead'),
  line(LootOpen, { corpse }, 'dead'),
  line(LootTake, { revision: 0, itemIndex: 0 }, 'dead'),
  line(LootTakeGold, {}, 'dead'),
  line(LootRelease, {}, 'dead'),
  line(ItemDestroy, { bagSlot: 0, count: 1 }, 'dead'),
  line(ChatSay, { text: 'I am not here' }, 'dead'),
  ...questDeeds(npc, 'dead'),
]

describe('from the grave', () => {
  it('nothing is done but to leave it', async () => {
    const scene = await Scene.open()
    const dagny = scene.npc('dagny')
    const { client, slot } = await scene.enter('Dead', dagny)
    const corpse = await scene.corpseOf(slot)
    expect(await scene.answer(client, LootOpen, { corpse })).toBe('ok')
    await scene.kill(slot)
    await expectAll(scene, client, [
      ...deeds(corpse, corpse, dagny.entity),
      line(MoveTo, { x: dagny.x + 5, z: dagny.z }, 'dead'),
      line(MoveFollow, { entity: dagny.entity }, 'dead'),
      line(MoveStop, {}, 'dead'),
      line(QuestAbandon, { quest: WORD.id }, 'dead'),
      line(DeathReclaim, {}, 'dead'),
      line(DeathSpiritHealer, { npc: dagny.entity }, 'dead'),
    ])
    expect(scene.at(slot)).toEqual({ x: dagny.x, z: dagny.z })
    expect(scene.isDead(slot)).toBe(true)
    expect(await scene.answer(client, DeathRelease, {})).toBe('ok')
  })

  it('a ghost walks, and does nothing else', async () => {
    const scene = await Scene.open()
    const dagny = scene.npc('dagny')
    const { client, slot } = await scene.enter('Ghost', dagny)
    const corpse = await scene.corpseOf(slot)
    await scene.kill(slot)
    expect(await scene.answer(client, DeathRelease, {})).toBe('ok')
    scene.place(slot, dagny)
    await expectAll(scene, client, [
      ...deeds(corpse, corpse, dagny.entity),
      line(QuestAbandon, { quest: WORD.id }, 'dead'),
      line(DeathRelease, {}, 'alreadyDone'),
      // The corpse lies here, but its time has not come.
      line(DeathReclaim, {}, 'notReady'),
      line(DeathSpiritHealer, { npc: scene.npc('lantern-town').entity }, 'outOfRange'),
      line(DeathSpiritHealer, { npc: dagny.entity }, 'notOffered'),
      line(DeathSpiritHealer, { npc: 0 }, 'noSuchTarget'),
      line(MoveTo, { x: dagny.x + 5, z: dagny.z }, 'ok'),
    ])
    scene.place(slot, { x: dagny.x + content.rates.reclaimRangeM + 1, z: dagny.z })
    expect(await scene.answer(client, DeathReclaim, {})).toBe('outOfRange')
  })

  it('the living have nothing to come back from', async () => {
    const scene = await Scene.open()
    const lantern = scene.npc('lantern-town')
    const { client } = await scene.enter('Alive', lantern)
    await expectAll(scene, client, [
      line(DeathRelease, {}, 'alreadyDone'),
      line(DeathReclaim, {}, 'alreadyDone'),
      line(DeathSpiritHealer, { npc: lantern.entity }, 'alreadyDone'),
      line(MoveTeleportAck, { counter: 1 }, 'stale'),
    ])
  })
})

describe('loot', () => {
  it('is not taken through a window that is closed, or was never open', async () => {
    const scene = await Scene.open()
    const { client, slot } = await scene.enter('Thief')
    const nothing = [line(LootTake, { revision: 0, itemIndex: 0 }, 'noSuchTarget'), line(LootTakeGold, {}, 'noSuchTarget')]
    await expectAll(scene, client, [...nothing, line(LootRelease, {}, 'alreadyDone')])
    const corpse = await scene.corpseOf(slot)
    await expectAll(scene, client, nothing)
    await expectAll(scene, client, [line(LootOpen, { corpse }, 'ok'), line(LootRelease, {}, 'ok'), ...nothing])
    expect(await scene.answer(client, LootOpen, { corpse })).toBe('ok')
    scene.place(slot, { x: FIELD.x + content.rates.interactRangeM + 0.5, z: FIELD.z })
    await expectAll(scene, client, [line(LootTakeGold, {}, 'outOfRange'), ...nothing, line(LootOpen, { corpse }, 'outOfRange')])
    scene.place(slot, FIELD)
    await expectAll(scene, client, nothing)
  })

  it('is taken once, as it was seen', async () => {
    const scene = await Scene.open()
    const { client, slot } = await scene.enter('Twice')
    const corpse = await scene.corpseOf(slot)
    const at = scene.server.world.entities.slotOf(corpse)
    const loot = scene.server.world.columns(Loot)
    Object.assign(loot.item, { [at * 6]: PELT })
    loot.count[at * 6] = 1
    loot.gold[at] = 5
    await expectAll(scene, client, [
      line(LootOpen, { corpse }, 'ok'),
      line(LootTake, { revision: 1, itemIndex: 0 }, 'stale'),
      line(LootTake, { revision: 0, itemIndex: 6 }, 'noSuchTarget'),
      line(LootTake, { revision: 0, itemIndex: 255 }, 'noSuchTarget'),
      line(LootTakeGold, {}, 'ok'),
      line(LootTakeGold, {}, 'alreadyDone'),
      line(LootTake, { revision: 0, itemIndex: 0 }, 'stale'),
      line(LootTake, { revision: 1, itemIndex: 0 }, 'ok'),
      line(LootTake, { revision: 2, itemIndex: 0 }, 'alreadyDone'),
    ])
    const seqs = [1, 2, 3].map(() => client.message(LootTakeGold, {}))
    client.sendValue(seqs)
    await scene.server.step()
    expect(seqs.map(([, seq]) => client.results.get(seq as number))).toEqual(['alreadyDone', 'alreadyDone', 'alreadyDone'])
  })

  it('of another stays the other’s, open or not', async () => {
    const scene = await Scene.open()
    const { client, slot } = await scene.enter('Owner')
    const { client: thief } = await scene.enter('Thief')
    const corpse = await scene.corpseOf(slot)
    expect(await scene.answer(thief, LootOpen, { corpse })).toBe('notYours')
    expect(await scene.answer(client, LootOpen, { corpse })).toBe('ok')
    await expectAll(scene, thief, [
      line(LootOpen, { corpse }, 'notYours'),
      line(LootTake, { revision: 0, itemIndex: 0 }, 'noSuchTarget'),
      line(LootTakeGold, {}, 'noSuchTarget'),
      line(LootOpen, { corpse: scene.server.world.entityOf(slot) }, 'noSuchTarget'),
      line(LootOpen, { corpse: corpse & 0xfffff }, 'noSuchTarget'),
      line(LootOpen, { corpse: (corpse + (1 << 20)) >>> 0 }, 'noSuchTarget'),
      line(LootOpen, { corpse: 0xffffffff }, 'noSuchTarget'),
    ])
  })
})

describe('weapons and spells', () => {
  it('do not reach players, NPCs, oneself, or whom there is not', async () => {
    const scene = await Scene.open()
    const ysolde = scene.npc('ysolde')
    const { client, entity } = await scene.enter('Rogue', ysolde)
    const { entity: victim, slot: victimSlot } = await scene.enter('Victim', ysolde)
    const health = scene.server.world.columns(Vitals).health[victimSlot]
    for (const target of [victim, ysolde.entity, entity, 0, 0xffffffff, victim & 0xfffff]) {
      expect(await scene.answer(client, CombatAttack, { target }), String(target)).toBe('noSuchTarget')
      const power = scene.server.world.columns(Vitals).power
      power.fill(100)
      expect(await scene.answer(client, SpellCast, castAt('heavy-blow', target)), String(target)).toBe('noSuchTarget')
    }
    expect(scene.server.world.columns(Vitals).health[victimSlot]).toBe(health)
  })

  it('strike nobody from afar, and say why', async () => {
    const scene = await Scene.open({ creatures: 60 })
    const { client } = await scene.enter('Archer', FIELD, 2)
    const far = scene.creature()
    expect(await scene.answer(client, SpellCast, castAt('dawnspark', far))).toBe('outOfRange')
    expect(await scene.answer(client, CombatAttack, { target: far })).toBe('ok')
    await scene.server.step(5)
    const unable = client.take(CombatUnable)
    expect(resultCodes.list[unable?.code ?? 0].name).toBe('outOfRange')
    expect(await scene.answer(client, CombatStopAttack, {})).toBe('ok')
  })

  it('are refused for what is unknown, unpaid, unready, not faced, or cast on the run', async () => {
    const scene = await Scene.open({ creatures: 60 })
    const { client, slot } = await scene.enter('Mage', FIELD, 2)
    const { world } = scene.server
    const target = scene.creature()
    const there = scene.at(world.entities.slotOf(target))
    scene.place(slot, { x: there.x - 10, z: there.z })
    const motion = world.columns(Motion)
    motion.heading[slot] = 32_768
    const vitals = world.columns(Vitals)
    await expectAll(scene, client, [
      line(SpellCast, castAt('dawnspark', target), 'notFacing'),
      line(SpellCast, castAt('heavy-blow', target), 'noSuchTarget'),
      line(SpellCast, { spell: 0, target, x: 0, z: 0 }, 'noSuchTarget'),
      line(SpellCast, { spell: 65_535, target, x: 0, z: 0 }, 'noSuchTarget'),
    ])
    motion.heading[slot] = 0
    vitals.power[slot] = 0
    expect(await scene.answer(client, SpellCast, castAt('dawnspark', target))).toBe('noPower')
    vitals.power[slot] = 100
    expect(await scene.answer(client, MoveTo, { x: there.x, z: there.z })).toBe('ok')
    // A stop asked for in the same tick takes effect after the cast is judged: it waits a tick before it is refused.
    expect(await scene.answer(client, SpellCast, castAt('dawnspark', target))).toBe('ok')
    await scene.server.step(2)
    expect(resultCodes.list[client.take(SpellFailed)?.code ?? 0].name).toBe('moving')
    expect(await scene.answer(client, MoveStop, {})).toBe('ok')
    const book = world.editor(Spellbook) as Editor<(typeof Spellbook)['fields']>
    const index = world.columns(Spellbook).spell.indexOf(spellOf('dawnspark'), slot * SPELLS_MAX) - slot * SPELLS_MAX
    book.setAt(slot, 'readyTick', index, world.tick + 100)
    expect(await scene.answer(client, SpellCast, castAt('dawnspark', target))).toBe('notReady')
    book.setAt(slot, 'readyTick', index, 0)
    expect(await scene.answer(client, SpellCast, castAt('dawnspark', target))).toBe('ok')
    expect(await scene.answer(client, SpellCast, castAt('dawnspark', target))).toBe('busy')
    expect(await scene.answer(client, SpellCancel, {})).toBe('ok')
  })
})

describe('the bag', () => {
  it('loses only what lies in it', async () => {
    const scene = await Scene.open()
    const { client, slot } = await scene.enter('Packer')
    const bag = scene.server.world.editor(Bag) as Editor<(typeof Bag)['fields']>
    bag.setAt(slot, 'item', 2, PELT)
    bag.setAt(slot, 'count', 2, 3)
    await expectAll(scene, client, [
      line(ItemDestroy, { bagSlot: 2, count: 4 }, 'stale'),
      line(ItemDestroy, { bagSlot: 2, count: 0 }, 'malformed'),
      line(ItemDestroy, { bagSlot: 3, count: 1 }, 'noSuchTarget'),
      line(ItemDestroy, { bagSlot: 24, count: 1 }, 'noSuchTarget'),
      line(ItemDestroy, { bagSlot: 255, count: 65_535 }, 'noSuchTarget'),
      line(ItemDestroy, { bagSlot: 2, count: 3 }, 'ok'),
      line(ItemDestroy, { bagSlot: 2, count: 1 }, 'noSuchTarget'),
    ])
  })
})
