import { describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { AdminKick } from '../../protocol/admin.js'
import { ChatSay } from '../../protocol/chat.js'
import { CombatAttack } from '../../protocol/combat.js'
import { DeathReclaim, DeathRelease } from '../../protocol/death.js'
import { MoveInput, MoveStop, MoveTo } from '../../protocol/move.js'
import { SpellCast } from '../../protocol/spell.js'
import { createGuestIdentity } from '../../src/adapters/guest-identity.js'
import {
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionHello,
  SessionLogout,
  SessionWelcome,
} from '../../src/net/opcodes.js'
import { readContent } from '../../src/server/content-files.js'
import { type TestClient, type TestServer, testServer } from '../../src/testing/index.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { broken, brokenSessions } from './invariants.js'

type Roll = (below: number) => number
const ACCOUNTS = 8
const PEOPLE_MAX = 12
const TICKS = 1_500

function dice(seed: number): Roll {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * below)
  }
}

/** Somebody at a keyboard, with a network that is none too good. */
class Person {
  resumeToken = ''
  private characterId = 0
  private isIn = false

  constructor(
    readonly client: TestClient,
    readonly account: number,
  ) {}

  /** Reads what came. A session that was resumed goes on with its own seqs. */
  private read(): void {
    const welcome = this.client.take(SessionWelcome)
    if (welcome !== undefined) {
      this.resumeToken = welcome.resumeToken
      for (let seq = 1; seq < welcome.lastSeq; seq += 1) this.client.message(MoveStop, {})
    }
    const listed = this.client.take(SessionCharacters)?.list[0]
    if (listed !== undefined) this.characterId = listed.characterId
    if (this.client.take(SessionEntered) !== undefined) this.isIn = true
  }

  act(server: TestServer, roll: Roll): void {
    this.read()
    if (roll(4) !== 0) return
    const { client, account } = this
    if (!this.isIn) {
      // Now and then for a character that is another's.
      const characterId = roll(10) === 0 ? 1 + roll(ACCOUNTS) : this.characterId
      if (characterId > 0) client.request(SessionEnter, { characterId })
      else client.request(SessionCreateCharacter, { name: `Person${'abcdefgh'[account]}`, class: 1 + roll(4) })
      return
    }
    const slots = [...server.net.sessionList.roster.bySlot.keys()]
    const { entity } = server.world.resource(SpawnsResource)
    const someone = server.world.entityOf(slots[roll(Math.max(1, slots.length))] ?? 0)
    const target = roll(2) === 0 ? entity[roll(entity.length)] : someone
    const deeds: readonly (() => unknown)[] = [
      () => client.request(MoveTo, { x: 1_100 + roll(150), z: 1_000 + roll(150) }),
      () => client.request(MoveInput, { dx: roll(255) - 127, dz: roll(255) - 127, heading: roll(65_536), jump: false }),
      () => client.request(CombatAttack, { target }),
      () => client.request(SpellCast, { spell: 1 + roll(14), target, x: 0, z: 0 }),
      () => client.request(DeathRelease, {}),
      () => client.request(DeathReclaim, {}),
      () => client.request(ChatSay, { text: 'hello' }),
      () => client.request(SessionEnter, { characterId: this.characterId }),
      () => roll(6) === 0 && client.request(SessionLogout, {}),
      () => roll(4) === 0 && client.close(),
      () => account < 3 && client.request(AdminKick, { target: someone, reason: 'whim' }),
    ]
    deeds[roll(deeds.length)]()
  }
}

/** Somebody new, or somebody who was cut off and means to go on. */
function arrive(server: TestServer, lost: readonly Person[], names: readonly string[], roll: Roll): Person {
  const before = lost[roll(Math.max(1, lost.length))]
  if (before === undefined || roll(2) === 0) {
    const account = roll(ACCOUNTS)
    return new Person(server.connect(`guest:${names[account]}`), account)
  }
  const client = server.connect(null)
  client.request(SessionHello, { token: `guest:${names[before.account]}`, resume: before.resumeToken, protocolHash: '' })
  return new Person(client, before.account)
}

describe('people who come and go', () => {
  it.each([1, 2, 3])('leave every session and every character in order (seed %i)', async (seed) => {
    const roll = dice(seed)
    const names = Array.from({ length: ACCOUNTS }, (_, i) => `person${'abcdefgh'[i]}`)
    const server = await testServer({
      game: standardGame,
      content: readContent(standardGame),
      settings: { seed, bots: 4, creatures: 120, clientsMax: PEOPLE_MAX, graceS: 2 },
      identity: createGuestIdentity({ allowGuests: true, moderators: names.slice(0, 3) }),
      shadow: false,
    })
    let people: Person[] = []
    let lost: Person[] = []
    let played = 0
    for (let tick = 0; tick < TICKS; tick += 1) {
      if (people.length < PEOPLE_MAX && roll(4) === 0) people.push(arrive(server, lost, names, roll))
      for (const person of people) person.act(server, roll)
      await server.step()
      lost = [...people.filter(({ client }) => client.closed !== null), ...lost].slice(0, 4)
      people = people.filter(({ client }) => client.closed === null)
      played += server.net.sessionList.roster.bySlot.size
      const problems = [...brokenSessions(server.world, server.net), ...(tick % 20 === 0 ? broken(server.world) : [])]
      expect(problems, `seed ${seed}`).toEqual([])
    }
    expect(played / TICKS, `seed ${seed}`).toBeGreaterThan(1)
    for (const reason of ['logout', 'takenOver', 'kicked'])
      expect(server.host.closed.get(reason), `${reason}, seed ${seed}`).toBeGreaterThan(0)
    for (const { client } of people) client.close()
    await server.step(40 * 20)
    const { bySocket, bySlot, lingering } = server.net.sessionList.roster
    expect([bySocket.size, bySlot.size, lingering.size]).toEqual([0, 0, 0])
    expect(brokenSessions(server.world, server.net)).toEqual([])
    expect(broken(server.world)).toEqual([])
  })
})
