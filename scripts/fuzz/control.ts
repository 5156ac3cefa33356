import { ChatFlood } from '../../components/chat.js'
import { Interaction } from '../../components/loot.js'
import { InputQueue, Motion, Position } from '../../components/motion.js'
import { ChatSay } from '../../protocol/chat.js'
import { CombatAttack } from '../../protocol/combat.js'
import { ItemDestroy } from '../../protocol/item.js'
import { LootRelease, LootTake } from '../../protocol/loot.js'
import { MoveInput, MoveStop } from '../../protocol/move.js'
import { QuestAbandon, QuestList } from '../../protocol/quest.js'
import { SpellCancel } from '../../protocol/spell.js'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import type { Component } from '../../src/ecs/component.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { SessionCreateCharacter, SessionEnter, SessionPing } from '../../src/net/opcodes.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import { type Received, TestClient } from '../../src/testing/test-client.js'
import { step } from '../../systems/movement-rules.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import type { Dice } from './dice.js'
import { must } from './failure.js'
import { checkSight } from './sight.js'
import { type Stage, TICK_HZ } from './stage.js'
import { placeAt } from './stage-hand.js'

const roles = ['sleeper', 'walker', 'talker'] as const
type Role = (typeof roles)[number]
/** What each role may change of itself by what it does. */
const ownDoing: Readonly<Record<Role, readonly Component[]>> = {
  sleeper: [],
  walker: [Position, Motion, InputQueue],
  talker: [Interaction, ChatFlood, InputQueue],
}
const ENTER_TICKS_MAX = 20
/** Walkers turn round when they are this far from where they began, in metres. */
const WALK_M = 12
const TURN_TICKS = 20

/**
 * A session that keeps to the protocol, in the middle of those that do not. It knows at every tick what it must have been
 * answered, where it must stand, what it must own and whom it must see.
 */
class Member {
  readonly client: TestClient
  readonly decoder: CellDecoder
  slot: Slot = 0
  private entity: Entity = 0
  private readonly expected = new Map<number, string>()
  private readonly pings: number[] = []
  private untouched = ''
  private lastCellTick = 0
  private readonly at = { x: 0, z: 0 }
  private readonly home = { x: 0, z: 0 }
  private readonly stride = { dx: 0, dz: 0, heading: 0 }

  constructor(
    private readonly stage: Stage,
    private readonly dice: Dice,
    readonly name: string,
    private readonly role: Role,
  ) {
    const { protocol } = stage.host.simulation.game
    this.client = new TestClient(stage.transport, protocol, TICK_HZ)
    this.decoder = new CellDecoder(stage.host.simulation.net.layout, protocol)
  }

  /** Logs in and enters; stands at that place from then on. `step` runs a tick for everybody. */
  async enter(x: number, z: number, step: () => Promise<void>): Promise<void> {
    const { client, stage } = this
    const answer = async (seq: number): Promise<void> => {
      for (let tick = 0; tick < ENTER_TICKS_MAX && !client.results.has(seq); tick += 1) await step()
      must(client.results.get(seq) === 'ok', () => `${this.name} was not let in: ${client.results.get(seq) ?? 'no answer'}`)
      client.results.delete(seq)
      client.resultCounts.delete(seq)
    }
    await answer(client.hello(`guest:${this.name}`))
    await answer(client.request(SessionCreateCharacter, { name: this.name, class: this.dice.between(1, 4) }))
    const list = client.take('session.characters')?.list as readonly { readonly characterId: number }[]
    await answer(client.request(SessionEnter, { characterId: list[0].characterId }))
    this.entity = Number(client.take('session.entered')?.entity)
    this.slot = stage.slotOf(this.entity)
    placeAt(stage, this.slot, x, z)
    Object.assign(this.home, { x, z })
    Object.assign(this.at, { x, z })
  }

  /** From here on nothing of it may change but by its own doing. */
  settle(): void {
    this.untouched = this.fingerprint()
  }

  /** What this tick's requests are, and what must come of them. */
  act(tick: number): void {
    if (this.role === 'walker') this.walk(tick)
    else if (this.role === 'talker') this.talk(tick)
  }

  private ask<O extends ToServer>(code: string, opcode: O, payload: OpcodePayload<O>): void {
    this.expected.set(this.client.request(opcode, payload), code)
  }

  private walk(tick: number): void {
    const { dice, stride, at, home, stage } = this
    if (tick % TURN_TICKS === 0) {
      const isFar = Math.abs(at.x - home.x) > WALK_M || Math.abs(at.z - home.z) > WALK_M
      stride.dx = isFar ? Math.sign(home.x - at.x) * 100 : dice.between(-127, 127)
      stride.dz = isFar ? Math.sign(home.z - at.z) * 100 : dice.between(-127, 127)
      stride.heading = dice.below(65_536)
    }
    this.client.request(MoveInput, { ...stride, jump: false })
    step(at, stride.dx, stride.dz, stage.content.rates.runSpeedMps, 1 / TICK_HZ, stage.content.zone.sizeM, at)
  }

  private talk(tick: number): void {
    const { npcEntity } = this.stage.world.resource(SpawnsResource)
    const giver = npcEntity[this.stage.content.npcList[0].id]
    const when = tick % 20
    if (when === 0) this.ask('ok', QuestList, { giver })
    if (when === 3) this.ask('noSuchTarget', ItemDestroy, { bagSlot: 3, count: 1 })
    if (when === 6) this.ask('noSuchTarget', LootTake, { revision: 0, itemIndex: 0 })
    if (when === 9) this.ask('noSuchTarget', CombatAttack, { target: this.entity })
    if (when === 12) this.ask('noSuchTarget', QuestAbandon, { quest: 9 })
    if (tick % 40 === 15) this.ask('ok', ChatSay, { text: `tick ${tick}` })
    if (when === 16) {
      this.pings.push(tick)
      this.client.request(SessionPing, { clientTimeMs: tick })
    }
    if (when === 18) this.batch()
  }

  private batch(): void {
    const { client, expected } = this
    const messages = [client.message(LootRelease, {}), client.message(SpellCancel, {}), client.message(MoveStop, {})]
    for (const [i, code] of ['alreadyDone', 'ok', 'ok'].entries()) expected.set(messages[i][1] as number, code)
    client.sendValue(messages)
  }

  /** Reads what came, and judges it. */
  hear(): void {
    const { client } = this
    client.read()
    must(client.closed === null, () => `${this.name} was closed: ${client.closed?.reason}`)
    for (const message of client.received) this.take(message)
    // The answers of entering are still waited for, by name.
    if (this.slot !== 0) client.received.length = 0
  }

  private take({ name, payload, tick }: Received): void {
    if (name === 'cell.frame' && this.lastCellTick < tick) {
      const { followsTick } = this.decoder.apply(payload.bytes as Uint8Array)
      must(
        followsTick === this.lastCellTick,
        () => `${this.name} has a hole: a frame follows ${followsTick}, not ${this.lastCellTick}`,
      )
      this.lastCellTick = tick
    } else if (name === 'session.pong') {
      const sent = this.pings.shift()
      must(payload.clientTimeMs === sent, () => `${this.name} got the pong of ${payload.clientTimeMs} where ${sent} was due`)
    }
  }

  /** After each tick: one result a request, at once, and it stands where its own inputs led. */
  check(): void {
    const { client, expected } = this
    for (const [seq, code] of expected) {
      const got = client.results.get(seq)
      must(got === code, () => `${this.name} was answered ${got ?? 'nothing'} to seq ${seq}, where ${code} was due`)
      must(client.resultCounts.get(seq) === 1, () => `${this.name} has ${client.resultCounts.get(seq)} results of seq ${seq}`)
      client.results.delete(seq)
      client.resultCounts.delete(seq)
    }
    expected.clear()
    must(client.results.size === 0, () => `${this.name} was answered what it had not asked: ${[...client.results]}`)
    must(this.pings.length === 0, () => `${this.name} got no pong`)
    const { x, z } = this.stage.world.columns(Position)
    must(x[this.slot] === this.at.x && z[this.slot] === this.at.z, () => {
      return `${this.name} stands at ${x[this.slot]}, ${z[this.slot]}, but its own inputs lead to ${this.at.x}, ${this.at.z}`
    })
  }

  /** The slower checks: what it owns, and whom it sees. */
  checkWell(): void {
    must(this.stage.slotOf(this.entity) === this.slot, () => `${this.name}'s character is gone`)
    const now = this.fingerprint()
    must(now === this.untouched, () => `something of ${this.name} changed: ${difference(this.untouched, now)}`)
    checkSight(this.stage, this.stage.host.simulation.net.layout, this.decoder, this.name)
  }

  /** Every column of its character, but for those that its own doing changes. */
  private fingerprint(): string {
    const { world } = this.stage
    const lines: string[] = []
    for (const component of world.components) {
      if (ownDoing[this.role].includes(component) || !world.entities.has(this.slot, component)) continue
      for (const [name, field] of Object.entries(component.fields)) {
        const length = field.kind === 'each' ? field.length : 1
        const values = world.columns(component)[name].subarray(this.slot * length, (this.slot + 1) * length)
        lines.push(`${component.name}.${name}: ${values.join(' ')}`)
      }
    }
    return lines.join('\n')
  }
}

function difference(before: string, after: string): string {
  const lines = before.split('\n')
  const changed = after.split('\n').flatMap((line, i) => (line === lines[i] ? [] : [`${lines[i]} → ${line}`]))
  return changed.join('; ')
}

/** Two of each role, near one another and near an NPC. */
export class ControlGroup {
  private readonly members: Member[] = []

  constructor(
    private readonly stage: Stage,
    private readonly dice: Dice,
  ) {}

  async enter(): Promise<void> {
    const { stage, dice, members } = this
    const npc = stage.content.npcList[0]
    // Whoever is not heard for two seconds is taken for a client that cannot follow.
    const step = async (): Promise<void> => {
      await stage.step()
      for (const member of members) member.hear()
    }
    for (const [row, role] of roles.entries()) {
      for (const n of [1, 2]) {
        const member = new Member(stage, dice, `${role}${n}`, role)
        members.push(member)
        await member.enter(npc.x + n * 2 - 3, npc.z + row * 2 - 2, step)
      }
    }
    await step()
    for (const member of members) member.settle()
  }

  act(tick: number): void {
    for (const member of this.members) member.act(tick)
  }

  /** Call after every tick. */
  check(isThorough: boolean): void {
    for (const member of this.members) member.hear()
    for (const member of this.members) member.check()
    if (isThorough) for (const member of this.members) member.checkWell()
  }

  get entities(): readonly Entity[] {
    return this.members.map(({ slot }) => this.stage.world.entityOf(slot))
  }
}
