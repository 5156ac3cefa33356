import { describe, expect, it } from 'vitest'
import { Progress } from '../../components/progress.js'
import { QUESTS_MAX, QuestLog } from '../../components/quest-log.js'
import { AdminKick } from '../../protocol/admin.js'
import { ChatSay } from '../../protocol/chat.js'
import { DeathSpiritHealer } from '../../protocol/death.js'
import { protocol } from '../../protocol/index.js'
import { QuestAbandon, QuestAccept, QuestChooseReward, QuestComplete, QuestList } from '../../protocol/quest.js'
import {
  SessionCreateCharacter,
  SessionEnter,
  SessionHello,
  SessionListCharacters,
  SessionLogout,
} from '../../src/net/opcodes.js'
import { serverBound } from '../../src/protocol/protocol.js'
import { content, expectAll, FIELD, keyed, line, Scene } from './scene.js'

const quest = (key: string): number => keyed(content.questList, key).id
const HARES = quest('hares-in-the-herbs')
const LINING = quest('a-warm-lining')
const WORD = quest('word-to-the-warden')
const IMPS = quest('imps-in-the-hedge')

describe('an NPC’s services', () => {
  it('are not to be had from afar', async () => {
    const scene = await Scene.open()
    const anka = scene.npc('anka')
    const { client, slot } = await scene.enter('Distant')
    const asked = (code: string) => [
      line(QuestList, { giver: anka.entity }, code),
      line(QuestAccept, { giver: anka.entity, quest: HARES }, code),
      line(QuestComplete, { giver: anka.entity, quest: HARES }, code),
      line(QuestChooseReward, { giver: anka.entity, quest: HARES, choice: 0 }, code),
    ]
    await expectAll(scene, client, asked('outOfRange'))
    scene.place(slot, { x: anka.x + content.rates.interactRangeM + 0.1, z: anka.z })
    await expectAll(scene, client, asked('outOfRange'))
    expect(scene.server.world.columns(QuestLog).quest.slice(slot * QUESTS_MAX, (slot + 1) * QUESTS_MAX)).toEqual(
      new Uint16Array(QUESTS_MAX),
    )
    scene.place(slot, { x: anka.x + content.rates.interactRangeM - 0.1, z: anka.z })
    expect(await scene.answer(client, QuestAccept, { giver: anka.entity, quest: HARES })).toBe('ok')
    scene.place(slot, FIELD)
    await expectAll(scene, client, asked('outOfRange'))
  })

  it('are not to be had of those who have none', async () => {
    const scene = await Scene.open()
    const corvin = scene.npc('corvin')
    const { client, entity } = await scene.enter('Asker', corvin)
    const { entity: other } = await scene.enter('Other', corvin)
    for (const giver of [
      corvin.entity,
      entity,
      other,
      0,
      0xffffffff,
      corvin.entity & 0xfffff,
      (corvin.entity + (1 << 20)) >>> 0,
    ]) {
      expect(await scene.answer(client, QuestList, { giver }), String(giver)).toBe('noSuchTarget')
      expect(await scene.answer(client, QuestAccept, { giver, quest: HARES }), String(giver)).toBe('noSuchTarget')
    }
    expect(await scene.answer(client, DeathSpiritHealer, { npc: corvin.entity })).toBe('alreadyDone')
  })
})

describe('quests', () => {
  it('have no request that claims progress', () => {
    const names = serverBound(protocol).map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('quest.')).sort()).toEqual([
      'quest.abandon',
      'quest.accept',
      'quest.chooseReward',
      'quest.complete',
      'quest.list',
    ])
  })

  it('are handed in only when their objectives are met, by whom and to whom they belong', async () => {
    const scene = await Scene.open()
    const anka = scene.npc('anka')
    const { client, slot } = await scene.enter('Claimer', anka)
    const giver = anka.entity
    await expectAll(scene, client, [
      line(QuestComplete, { giver, quest: HARES }, 'notOffered'),
      line(QuestChooseReward, { giver, quest: HARES, choice: 0 }, 'notOffered'),
      line(QuestAbandon, { quest: HARES }, 'noSuchTarget'),
      line(QuestAccept, { giver, quest: HARES }, 'ok'),
      line(QuestAccept, { giver, quest: HARES }, 'alreadyDone'),
      line(QuestComplete, { giver, quest: HARES }, 'notReady'),
      line(QuestChooseReward, { giver, quest: HARES, choice: 0 }, 'notReady'),
      // Another's quest, one above the level, one that waits for another, and none at all.
      line(QuestAccept, { giver, quest: LINING }, 'notOffered'),
      line(QuestComplete, { giver, quest: LINING }, 'notOffered'),
      line(QuestAccept, { giver, quest: 0 }, 'notOffered'),
      line(QuestAccept, { giver, quest: 65_535 }, 'notOffered'),
      line(QuestComplete, { giver, quest: 0 }, 'notOffered'),
      line(QuestAbandon, { quest: 0 }, 'noSuchTarget'),
    ])
    expect(scene.server.world.columns(Progress).experience[slot]).toBe(0)
  })

  it('that need a level or another quest are not taken before', async () => {
    const scene = await Scene.open()
    const ysolde = scene.npc('ysolde')
    const { client } = await scene.enter('Novice', ysolde)
    expect(await scene.answer(client, QuestAccept, { giver: ysolde.entity, quest: IMPS })).toMatch(/^(levelTooLow|notOffered)$/)
    // Its ender stands here, but it was never taken.
    expect(await scene.answer(client, QuestComplete, { giver: ysolde.entity, quest: WORD })).toBe('notOffered')
  })

  it('are rewarded once', async () => {
    const scene = await Scene.open()
    const dagny = scene.npc('dagny')
    const ysolde = scene.npc('ysolde')
    const { client, slot } = await scene.enter('Messenger', dagny)
    expect(await scene.answer(client, QuestAccept, { giver: dagny.entity, quest: WORD })).toBe('ok')
    scene.place(slot, ysolde)
    const giver = ysolde.entity
    expect(await scene.answer(client, QuestList, { giver })).toBe('ok')
    await scene.server.step()
    const many = [QuestComplete, QuestComplete, QuestComplete].map((opcode) => client.message(opcode, { giver, quest: WORD }))
    client.sendValue(many)
    // The ok comes when the store has it.
    await scene.server.step(2)
    expect(many.map(([, seq]) => client.results.get(seq as number))).toEqual(['ok', 'notOffered', 'notOffered'])
    const { reward } = keyed(content.questList, 'word-to-the-warden')
    expect(client.received.filter(({ name }) => name === 'quest.rewarded').map(({ payload }) => payload.gold)).toEqual([
      reward.gold,
    ])
    scene.place(slot, dagny)
    expect(await scene.answer(client, QuestAccept, { giver: dagny.entity, quest: WORD })).toBe('alreadyDone')
  })
})

describe('rights', () => {
  it('a stranger has none but to say hello', async () => {
    const scene = await Scene.open()
    const { server } = scene
    const stranger = server.connect(null)
    for (const opcode of serverBound(protocol)) {
      if (opcode.auth === 'anonymous') continue
      expect(await scene.answerRaw(stranger, opcode, []), opcode.name).toBe('notAllowed')
    }
    expect(stranger.closed).toBeNull()
  })

  it('an account without a character plays nobody', async () => {
    const scene = await Scene.open()
    const account = scene.server.connect('guest:nobody')
    await scene.server.step(4)
    for (const opcode of serverBound(protocol)) {
      if (opcode.auth === 'anonymous' || opcode.auth === 'account') continue
      expect(await scene.answerRaw(account, opcode, []), opcode.name).toBe('notAllowed')
    }
  })

  it('a player is no moderator, whatever he calls himself', async () => {
    const scene = await Scene.open()
    const { client } = await scene.enter('Moderator')
    const { entity, client: victim } = await scene.enter('Victim')
    expect(await scene.answer(client, AdminKick, { target: entity, reason: 'because' })).toBe('notAllowed')
    expect(victim.closed).toBeNull()
  })

  it('another’s characters cannot be listed, entered or named again', async () => {
    const scene = await Scene.open()
    const { server } = scene
    const { characterId, client: owner, slot } = await scene.enter('Victim')
    const thief = server.connect('guest:thief')
    await server.step(4)
    const list = thief.request(SessionListCharacters, {})
    await server.step(3)
    expect(thief.results.get(list)).toBe('ok')
    expect(thief.take('session.characters')).toEqual({ list: [] })
    for (const id of [characterId, characterId + 1, 0xffffffff]) {
      const seq = thief.request(SessionEnter, { characterId: id })
      await server.step(3)
      expect(thief.results.get(seq), String(id)).toBe('noSuchTarget')
    }
    const name = thief.request(SessionCreateCharacter, { name: 'vICTIM', class: 1 })
    await server.step(3)
    expect(thief.results.get(name)).toBe('nameTaken')
    expect(owner.closed).toBeNull()
    expect(server.world.entities.alive[slot]).toBe(1)
  })

  it('end with the session: nothing is done after a logout, in the same frame or later', async () => {
    const scene = await Scene.open()
    const { client } = await scene.enter('Leaver')
    const messages = [client.message(SessionLogout, {}), client.message(ChatSay, { text: 'once more' })]
    client.sendValue(messages)
    await scene.server.step()
    const late = client.request(ChatSay, { text: 'and again' })
    const hello = client.hello('guest:leaver')
    await scene.server.step(4)
    expect(client.closed).toEqual({ code: 1000, reason: 'logout' })
    expect(client.results.get(messages[0][1] as number)).toBe('ok')
    for (const seq of [late, hello]) expect(client.results.has(seq)).toBe(false)
  })

  it('a second hello changes nothing', async () => {
    const scene = await Scene.open()
    const { client, entity } = await scene.enter('Twice')
    expect(await scene.answer(client, SessionHello, { token: 'guest:other', resume: '', protocolHash: '' })).toBe('none')
    await scene.server.step()
    expect([...client.results.values()].at(-1)).toBe('alreadyDone')
    expect(scene.server.world.entities.slotOf(entity)).toBeGreaterThan(0)
  })
})

describe('chat', () => {
  it('is muted after ten says, and takes no empty line', async () => {
    const scene = await Scene.open()
    const { client } = await scene.enter('Loud')
    for (const text of ['', '   ', '\u202e\u0000', '\n\r\t'])
      expect(await scene.answer(client, ChatSay, { text })).toBe('malformed')
    const codes: string[] = []
    for (let says = 0; says < 12; says += 1) {
      codes.push(await scene.answer(client, ChatSay, { text: `say ${says}` }))
      await scene.server.step(8)
    }
    expect(codes).toEqual([...new Array(10).fill('ok'), 'muted', 'muted'])
    expect(await scene.answerRaw(client, ChatSay, ['x'.repeat(256)])).toBe('malformed')
  })
})
