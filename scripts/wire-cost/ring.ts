import { check, type Figure, figure, quantile } from './figure.js'
import { inCell, Scene, TICK_HZ } from './scene.js'

const PEOPLE = 5_000
const WATCHERS = 200
const RINGS = 2
const GROUND = { cx: 10, cz: 10, side: 20 }
const CELLS = GROUND.side * GROUND.side
const WARM_TICKS = 60
const TICKS = 300

const onGround = (n: number) =>
  inCell(GROUND.cx + (n % GROUND.side), GROUND.cz + (Math.floor(n / GROUND.side) % GROUND.side), Math.floor(n / CELLS))

/** People all over the ground, and in every second cell a watcher who stands. */
async function stage(outerRing: number) {
  const scene = await Scene.open(PEOPLE + WATCHERS, 0, { outerRing, clientsMax: WATCHERS })
  const people = scene.spawn(PEOPLE, onGround)
  for (let n = 0; n < WATCHERS; n += 1) {
    const { x, z } = onGround((n * CELLS) / WATCHERS)
    await scene.enter(`Watcher${n}`, x, z)
    // Meanwhile the others say how far they have read.
    await scene.step()
  }
  return { scene, people, replicationMs: [] as number[], sentBytes: 0 }
}

/** What an outer ring costs beside none: both worlds take turns in one process, tick by tick. */
export async function ringCost(): Promise<readonly Figure[]> {
  const stages = [await stage(0), await stage(RINGS)]
  for (let tick = 0; tick < WARM_TICKS + TICKS; tick += 1)
    for (const now of stages) {
      now.scene.walk(now.people, tick)
      await now.scene.step()
      if (tick < WARM_TICKS) continue
      const { frames } = now.scene.net.outbox
      check(frames.length === WATCHERS, () => `${frames.length} of ${WATCHERS} watchers were sent anything`)
      now.replicationMs.push(now.scene.replicationMs)
      for (const { start, end } of frames) now.sentBytes += end - start
    }
  const bytesPerS = stages.map(({ sentBytes }) => (sentBytes / WATCHERS / TICKS) * TICK_HZ)
  const medianMs = stages.map(({ replicationMs }) => quantile(replicationMs, 0.5))
  const what = `${PEOPLE} moving in ${CELLS} cells, ${WATCHERS} watchers`
  const names = ['no ring', `outerRing ${RINGS}`]
  return [
    ...names.map((name, i) => figure(`${what}, ${name}: to a client`, bytesPerS[i], 'B/s')),
    figure(`${what}, outerRing ${RINGS} ÷ no ring: to a client`, bytesPerS[1] / bytesPerS[0], '×'),
    ...names.map((name, i) => figure(`${what}, ${name}: the whole tick's replication: median`, medianMs[i] * 1000, 'µs')),
    figure(`${what}, outerRing ${RINGS} ÷ no ring: the whole tick's replication`, medianMs[1] / medianMs[0], '×'),
  ]
}
