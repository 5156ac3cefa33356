import { expect } from 'vitest'
import { CreatureMind } from '../../components/creature.js'
import { Position } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { standardGame } from '../../game.js'
import { corpseFor, kill, placeAt } from '../../scripts/fuzz/stage-hand.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import { readContent } from '../../src/server/content-files.js'
import type { WorldSettings } from '../../src/server/game-module.js'
import { type Entered, type TestClient, type TestServer, testServer } from '../../src/testing/index.js'
import type { Content } from '../../systems/content/types.js'
import { SpawnsResource } from '../../systems/spawn-table.js'

const loaded = readContent(standardGame)
export const content = loaded.content as Content
/** Open ground, far from every NPC. */
export const FIELD = Object.freeze({ x: 1_600, z: 1_600 })

/** An entry of the shipped content by its key. */
export function keyed<T extends { readonly key: string }>(list: readonly T[], key: string): T {
  const found = list.find((entry) => entry.key === key)
  if (found === undefined) throw new Error(`the content has no ${key}`)
  return found
}

/** The standard game without bots and creatures, over real bytes; clients are played by hand. */
export class Scene {
  private constructor(readonly server: TestServer) {}

  static async open(settings: Partial<WorldSettings> = {}): Promise<Scene> {
    const server = await testServer({ game: standardGame, content: loaded, settings })
    // The first tick places the NPCs.
    await server.step()
    return new Scene(server)
  }

  private get ground() {
    return { world: this.server.world, content }
  }

  /** A character of level 1 at that place. */
  async enter(name: string, at: { readonly x: number; readonly z: number } = FIELD, classId = 1): Promise<Entered> {
    const entered = await this.server.enter(name, classId)
    this.place(entered.slot, at)
    await this.server.step()
    return entered
  }

  place(slot: Slot, { x, z }: { readonly x: number; readonly z: number }): void {
    placeAt(this.ground, slot, x, z)
  }

  at(slot: Slot): { readonly x: number; readonly z: number } {
    const { x, z } = this.server.world.columns(Position)
    return { x: x[slot], z: z[slot] }
  }

  npc(key: string): { readonly entity: Entity; readonly x: number; readonly z: number } {
    const { id, x, z } = keyed(content.npcList, key)
    return { entity: this.server.world.resource(SpawnsResource).npcEntity[id], x, z }
  }

  /** Asks, steps once, and tells the answer's name; `none` where there is none yet. A durable ok comes a step later, from the store. */
  async answer<O extends ToServer>(client: TestClient, opcode: O, payload: OpcodePayload<O>): Promise<string> {
    const seq = client.request(opcode, payload)
    await this.server.step()
    if (opcode.durable && client.results.get(seq) === undefined) await this.server.step()
    return client.results.get(seq) ?? 'none'
  }

  /** The same for a message that no honest client can write: the fields as they are to be sent. */
  async answerRaw(client: TestClient, opcode: ToServer, fields: readonly unknown[]): Promise<string> {
    // The message is written once in honesty for its seq only.
    const [id, seq] = client.message({ ...opcode, payload: {} }, {})
    client.sendValue([id, seq, ...fields])
    await this.server.step()
    return client.results.get(seq as number) ?? 'none'
  }

  async kill(slot: Slot): Promise<void> {
    kill(this.ground, slot)
    await this.server.step()
  }

  /** A dead creature beside its owner, with something in it. */
  async corpseOf(owner: Slot): Promise<Entity> {
    const entity = corpseFor(this.ground, owner)
    await this.server.step()
    return entity
  }

  /** A creature that lives; open the scene with some. */
  creature(): Entity {
    const { entities } = this.server.world
    const slot = entities.query([CreatureMind])[0]
    if (slot === undefined) throw new Error('no creature lives here; open the scene with creatures')
    return entities.entityOf(slot)
  }

  isDead(slot: Slot): boolean {
    return (this.server.world.columns(Status).flags[slot] & flag.dead) !== 0
  }
}

/** A request with the answer that is due to it. */
export interface Line {
  readonly opcode: ToServer
  readonly payload: Readonly<Record<string, unknown>>
  readonly code: string
}
export const line = <O extends ToServer>(opcode: O, payload: OpcodePayload<O>, code: string): Line => ({
  opcode,
  payload: payload as Readonly<Record<string, unknown>>,
  code,
})

/** Asks line by line, a tick each, and compares all answers at once. */
export async function expectAll(scene: Scene, client: TestClient, lines: readonly Line[]): Promise<void> {
  const answers: string[] = []
  for (const { opcode, payload } of lines) answers.push(`${opcode.name} ${await scene.answer(client, opcode, payload as never)}`)
  expect(answers).toEqual(lines.map(({ opcode, code }) => `${opcode.name} ${code}`))
}
