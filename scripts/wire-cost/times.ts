import type { CellState } from '../../src/net/cell-state.js'
import { check, type Figure, figure, quantile, timeFigures } from './figure.js'
import { inCell, Scene, type Watcher } from './scene.js'

const CROWD = 500
const CELL = { cx: 20, cz: 20 }
const FAR = { cx: 40, cz: 40 }
/** Others who see the crowd all the time. */
const ONLOOKERS = 20
const ENTRIES = 600
const WARM_ENTRIES = 100
const FULL_BODY_US_MAX = 1_000

const GROUND = { cx: 10, cz: 10, side: 10 }
const CELL_PEOPLE = 50
const WARM_TICKS = 60
const MOVING_TICKS = 400

/** Notes how long each call takes for cells of at least so many people, while `isOn`. */
function timed(scene: Scene, which: 'full' | 'near') {
  const { encoder } = scene.net.replicator
  const original = encoder[which].bind(encoder)
  const kept = { isOn: false, samplesMs: [] as number[], cpuMs: [] as number[], sumMs: 0, bodies: 0, peopleMin: 1 }
  encoder[which] = (state: CellState) => {
    // Asking for it takes as long as a small body does.
    const cpuBefore = which === 'full' ? process.cpuUsage() : undefined
    const startMs = performance.now()
    original(state)
    const ms = performance.now() - startMs
    const cpu = cpuBefore === undefined ? undefined : process.cpuUsage(cpuBefore)
    const wrote = which === 'full' || state.deltaEnd > state.deltaAt
    if (!kept.isOn || !wrote || state.sentPlaces < kept.peopleMin) return
    kept.samplesMs.push(ms)
    if (cpu !== undefined) kept.cpuMs.push((cpu.user + cpu.system) / 1000)
    kept.sumMs += ms
    kept.bodies += 1
  }
  return kept
}

async function entering(onlookers: number, note: string, part: number): Promise<readonly Figure[]> {
  const entries = Math.ceil(ENTRIES * part)
  const warmEntries = Math.ceil(WARM_ENTRIES * part)
  const scene = await Scene.open(CROWD + onlookers)
  const people = scene.spawn(CROWD, (n) => inCell(CELL.cx, CELL.cz, n))
  for (let n = 0; n < onlookers; n += 1) {
    const at = inCell(CELL.cx + 1, CELL.cz, n)
    await scene.enter(`Onlooker${n}`, at.x, at.z)
  }
  const watcher = await scene.enter('Comer', inCell(FAR.cx, FAR.cz, 0).x, inCell(FAR.cx, FAR.cz, 0).z)
  const full = timed(scene, 'full')
  full.peopleMin = CROWD
  const replicationMs: number[] = []
  for (let entry = 0; entry < warmEntries + entries; entry += 1) {
    full.isOn = entry >= warmEntries
    const here = inCell(CELL.cx, CELL.cz + 1, 0)
    scene.place(watcher.slot, here.x, here.z)
    scene.walk(people, entry * 2)
    await scene.step()
    if (full.isOn) replicationMs.push(scene.replicationMs)
    check((scene.sentTo(watcher).cells?.length ?? 0) > CROWD * 20, () => 'the newcomer was not shown the crowd')
    const there = inCell(FAR.cx, FAR.cz, 0)
    scene.place(watcher.slot, there.x, there.z)
    scene.walk(people, entry * 2 + 1)
    await scene.step()
  }
  check(full.samplesMs.length === entries, () => `${full.samplesMs.length} full bodies were encoded in ${entries} entries`)
  // On a busy machine the clock also counts what other processes do meanwhile.
  const cpuP99Us = quantile(full.cpuMs, 0.99) * 1000
  return [
    ...timeFigures(`entering a cell of ${CROWD}, ${note}: encoding its full body`, full.samplesMs, FULL_BODY_US_MAX),
    figure(
      `entering a cell of ${CROWD}, ${note}: encoding its full body, time of the processor: p99`,
      cpuP99Us,
      'µs',
      FULL_BODY_US_MAX,
    ),
    ...timeFigures(`entering a cell of ${CROWD}, ${note}: the whole tick's replication`, replicationMs),
  ]
}

/** Watchers who between them see every cell of the ground. */
async function watchersOf(scene: Scene): Promise<readonly Watcher[]> {
  const watchers: Watcher[] = []
  for (let row = 0; row < GROUND.side / 5; row += 1)
    for (let column = 0; column < GROUND.side / 5; column += 1) {
      const at = inCell(GROUND.cx + 2 + 5 * column, GROUND.cz + 2 + 5 * row, 0)
      watchers.push(await scene.enter(`Watcher${row}x${column}`, at.x, at.z))
    }
  return watchers
}

async function moving(part: number): Promise<readonly Figure[]> {
  const cells = GROUND.side * GROUND.side
  const scene = await Scene.open(cells * CELL_PEOPLE)
  const people = scene.spawn(cells * CELL_PEOPLE, (n) => {
    const cell = Math.floor(n / CELL_PEOPLE)
    return inCell(GROUND.cx + (cell % GROUND.side), GROUND.cz + Math.floor(cell / GROUND.side), n % CELL_PEOPLE)
  })
  await watchersOf(scene)
  const delta = timed(scene, 'near')
  const perEntityMs: number[] = []
  const replicationMs: number[] = []
  for (let tick = 0; tick < WARM_TICKS + MOVING_TICKS * part; tick += 1) {
    delta.isOn = tick >= WARM_TICKS
    delta.sumMs = 0
    delta.bodies = 0
    scene.walk(people, tick)
    await scene.step()
    if (!delta.isOn) continue
    check(delta.bodies === cells, () => `${delta.bodies} bodies were encoded where ${cells} cells have people who move`)
    perEntityMs.push(delta.sumMs / people.length)
    replicationMs.push(scene.replicationMs)
  }
  return [
    ...timeFigures(`encoding ${people.length} moving entities in ${cells} cells: an entity`, perEntityMs),
    ...timeFigures(`encoding a body of ${CELL_PEOPLE} moving entities`, delta.samplesMs),
    ...timeFigures(`${people.length} moving entities, 4 watchers: the whole tick's replication`, replicationMs),
  ]
}

/** How long the encoder takes, in one process and without sockets. `part` of all repetitions is enough to see that it runs. */
export async function encodeTimes(part = 1): Promise<readonly Figure[]> {
  return [
    ...(await entering(0, 'nobody else looking', part)),
    ...(await entering(ONLOOKERS, `${ONLOOKERS} others looking`, part)),
    ...(await moving(part)),
  ]
}
