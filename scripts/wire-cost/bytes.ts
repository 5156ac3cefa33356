import { Motion } from '../../components/motion.js'
import { Vitals } from '../../components/vitals.js'
import type { Slot } from '../../src/ecs/entities.js'
import { check, type Figure, figure } from './figure.js'
import { inCell, Scene, type Sent, type Watcher } from './scene.js'

/** In one cell, under the count from which a crowd takes turns. */
const MANY = 50
/** Cells that the watcher sees, and one that it does not. */
const HERE = { cx: 20, cz: 20 }
const BESIDE = { cx: 21, cz: 20 }
const FAR = { cx: 35, cz: 35 }
const BYTES_MOVING_MAX = 7
const BYTES_WITH_HEALTH_MAX = 9

const BOTS = 1_000
const PLAY_WARM_TICKS = 400
const PLAY_TICKS = 600

/** Somebody looks on while nothing moves but what the script moves. */
class Look {
  private turn = 0

  private constructor(
    readonly scene: Scene,
    private readonly watcher: Watcher,
    readonly people: readonly Slot[],
  ) {}

  static async open(): Promise<Look> {
    const scene = await Scene.open(10_000)
    const at = inCell(20, 21, 0)
    const watcher = await scene.enter('Looker', at.x, at.z)
    const people = scene.spawn(MANY, (n) => inCell(HERE.cx, HERE.cz, n))
    const look = new Look(scene, watcher, people)
    await look.quiet()
    return look
  }

  /** Until nothing is sent any more but the clock. */
  async quiet(): Promise<void> {
    for (let still = 0; still < 3; ) {
      await this.scene.step()
      still = this.scene.sentTo(this.watcher).cells === undefined ? still + 1 : 0
    }
  }

  /** What a tick sends in which only that happens; a tick that also has a private message is not counted. */
  async during(happen: (turn: number) => void, undo: () => void = () => undefined): Promise<Sent & { cells: Uint8Array }> {
    for (;;) {
      this.turn += 1
      happen(this.turn)
      await this.scene.step()
      const sent = this.scene.sentTo(this.watcher)
      const { messageBytes, cells } = sent
      check(cells !== undefined, () => 'what happened in the watched cell was not sent')
      undo()
      await this.quiet()
      // The headers of a message that holds a cell frame alone take less.
      if (messageBytes - cells.length < 24) return { messageBytes, cells }
    }
  }

  /** The whole message ÷ so many, and one alone in its message. */
  async figures(
    what: string,
    happen: (slots: readonly Slot[], turn: number) => void,
    undo: (slots: readonly Slot[]) => void = () => undefined,
    goal: number | null = null,
  ): Promise<readonly Figure[]> {
    const { people } = this
    const of = async (count: number): Promise<number> => {
      const some = people.slice(0, count)
      return (
        await this.during(
          (turn) => happen(some, turn),
          () => undo(some),
        )
      ).messageBytes
    }
    const all = await of(MANY)
    const half = await of(MANY / 2)
    return [
      figure(`${what}: one of ${MANY}, whole message ÷ ${MANY}`, all / MANY, 'B', goal),
      figure(`${what}: each further one`, (all - half) / (MANY / 2), 'B', goal),
      figure(`${what}: alone, whole message`, await of(1), 'B'),
    ]
  }

  put(slots: readonly Slot[], cell: { readonly cx: number; readonly cz: number }): void {
    for (const slot of slots) {
      const { x, z } = inCell(cell.cx, cell.cz, this.people.indexOf(slot))
      this.scene.place(slot, x, z)
    }
  }
}

async function ofBodies(): Promise<readonly Figure[]> {
  const look = await Look.open()
  const { scene } = look
  const { heading } = scene.world.columns(Motion)
  const { health } = scene.world.columns(Vitals)
  const turnRound = (slots: readonly Slot[], turn: number): void => {
    for (const slot of slots) heading[slot] = (turn * 8_192) % 65_536
  }
  const hurt = (slots: readonly Slot[], turn: number): void => {
    for (const slot of slots) health[slot] = 500 + (turn % 2) * 100
  }
  const back = (slots: readonly Slot[]): void => look.put(slots, HERE)
  const rows: (readonly Figure[])[] = []
  rows.push(await look.figures('moving', (slots, turn) => scene.walk(slots, turn), undefined, BYTES_MOVING_MAX))
  const both = (slots: readonly Slot[], turn: number): void => {
    scene.walk(slots, turn)
    turnRound(slots, turn)
  }
  rows.push(await look.figures('moving and turning', both))
  const wounded = (slots: readonly Slot[], turn: number): void => {
    scene.walk(slots, turn)
    hurt(slots, turn)
  }
  rows.push(await look.figures('moving, with health', wounded, undefined, BYTES_WITH_HEALTH_MAX))
  rows.push(await look.figures('crossing to the next cell', (slots) => look.put(slots, BESIDE), back))
  rows.push(await look.figures('going out of sight', (slots) => look.put(slots, FAR), back))
  look.put(look.people, FAR)
  await look.quiet()
  const away = (slots: readonly Slot[]): void => look.put(slots, FAR)
  rows.push(await look.figures('entering, with a name of 8 letters', back, away))
  const beasts = scene.spawn(MANY, (n) => inCell(FAR.cx, FAR.cz, n), false)
  const creatures = await look.during(() => {
    for (const [n, slot] of beasts.entries()) scene.place(slot, inCell(HERE.cx, HERE.cz, n).x, inCell(HERE.cx, HERE.cz, n).z)
  })
  rows.push([figure(`entering, a creature: one of ${MANY}, whole message ÷ ${MANY}`, creatures.messageBytes / MANY, 'B')])
  return rows.flat()
}

/** Everything that cells say while the game is played, over the moves that are in it. */
async function inPlay(part: number): Promise<readonly Figure[]> {
  const warmTicks = Math.ceil(PLAY_WARM_TICKS * part)
  const ticks = Math.ceil(PLAY_TICKS * part)
  const scene = await Scene.open(0, BOTS)
  const { x, z } = scene.content.zone.starts[0]
  const watcher = await scene.enter('Looker', x, z)
  const { decoder } = watcher
  const places = new Map<number, number>()
  let moves = 0
  let bytes = 0
  let frames = 0
  let seen = 0
  for (let tick = 0; tick < warmTicks + ticks; tick += 1) {
    await scene.step()
    const { cells } = scene.sentTo(watcher)
    if (cells === undefined) continue
    decoder.apply(cells)
    const isCounted = tick >= warmTicks
    if (isCounted) {
      bytes += cells.length
      frames += 1
      seen += decoder.entities.size
    }
    for (const view of decoder.entities.values()) {
      const place = view.x * 65_536 + view.z
      const before = places.get(view.entity)
      if (isCounted && before !== undefined && before !== place) moves += 1
      places.set(view.entity, place)
    }
  }
  check(moves > 1_000 * part && decoder.strays + decoder.gaps === 0, () => `${moves} moves, ${decoder.strays} strays`)
  return [
    figure(`in play among ${BOTS} bots: all cell bytes ÷ moves`, bytes / moves, 'B'),
    figure(`in play among ${BOTS} bots: cell bytes a message`, bytes / frames, 'B'),
    figure(`in play among ${BOTS} bots: entities in view`, seen / frames, 'entities'),
    figure(`in play among ${BOTS} bots: moves a message`, moves / frames, 'moves'),
  ]
}

/** Bytes on the wire, of bodies that the standard game made. `part` of the play is enough to see that it runs. */
export async function bytesOnTheWire(part = 1): Promise<readonly Figure[]> {
  return [...(await ofBodies()), ...(await inPlay(part))]
}
