import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createSystemClock } from '../../src/adapters/system-clock.js'
import type { CellPlace, Regained } from '../../src/client/index.js'
import type { Session } from '../../src/net/session.js'
import type { Clock } from '../../src/ports/clock.js'
import { createServer, type Server } from '../../src/server/server.js'
import { inSight, movedBetween, type ShownEntity, type Sight } from '../hostile/in-sight.js'
import { hasChromium, launch, PageDriver } from './page-driver.js'
import { freePort, ShakyLine, TestedTransport } from './shaky-line.js'

const NAME = 'Pagemate'
const BOTS = 120
const CLOSE_FAILED = 1011
/** Attempts that come to nothing while the port is closed. */
const FAILED_ATTEMPTS = 2

/** The machine's clock, whose callbacks a test can hold back: the world stands still meanwhile. */
class HeldClock implements Clock {
  private readonly inner = createSystemClock()
  private held: (() => void)[] | undefined
  readonly nowMs = (): number => this.inner.nowMs()
  readonly calendarMs = (): number => this.inner.calendarMs()

  after(delayMs: number, callback: () => void): () => void {
    return this.inner.after(delayMs, () => {
      if (this.held === undefined) callback()
      else this.held.push(callback)
    })
  }

  hold(): void {
    this.held ??= []
  }

  goOn(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const callback of held) callback()
  }
}

interface View {
  readonly tick: number
  readonly me: number
  readonly entities: readonly ShownEntity[]
  readonly cells: readonly CellPlace[]
  readonly counts: Readonly<Record<'holes' | 'strays' | 'skipped' | 'reconnects', number>>
}

describe.runIf(hasChromium)('the SDK in a browser', () => {
  const directory = mkdtempSync(join(tmpdir(), 'myriad-sdk-'))
  const clock = new HeldClock()
  const transport = new TestedTransport()
  let server: Server
  let line: ShakyLine
  let browser: BrowserContext
  let driver: PageDriver

  beforeAll(async () => {
    const webDirectory = join(directory, 'web')
    mkdirSync(webDirectory)
    await build({
      entryPoints: [fileURLToPath(new URL('./sdk-app.ts', import.meta.url))],
      outfile: join(webDirectory, 'app.js'),
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      sourcemap: true,
      logLevel: 'warning',
    })
    writeFileSync(
      join(webDirectory, 'index.html'),
      '<!doctype html><title>SDK</title><script type="module" src="app.js"></script>',
    )
    const config = { port: await freePort(), bots: BOTS, seed: 7, crashDir: directory }
    server = createServer({ game: standardGame, webDirectory, config, ports: { clock, transport, log: createMemoryLog() } })
    await server.start()
    line = new ShakyLine(() => server.port)
    await line.up()
    browser = await launch(join(directory, 'profile'))
    driver = new PageDriver(browser.pages()[0] ?? (await browser.newPage()), `http://127.0.0.1:${line.port}`)
    await driver.page.goto(`${driver.origin}/`)
    await driver.until('globalThis.sdk !== undefined')
    await driver.read(`sdk.join('ws://127.0.0.1:${line.port}/', '${NAME}')`)
  })

  afterAll(async () => {
    await browser?.close()
    await line?.down()
    await server?.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  const sessionOf = (entity: number): Session | undefined =>
    server.simulation.net.sessionList.roster.bySlot.get(server.simulation.world.entities.slotOf(entity))

  /** Holds the world until the page has all that was sent, and compares what it shows with what is there. */
  async function compared(): Promise<{ view: View; sight: Sight }> {
    const { world } = server.simulation
    clock.hold()
    try {
      await driver.until(`sdk.client.tick === ${world.tick}`)
      const view = await driver.read<View>('sdk.view()')
      const shown = {
        me: view.me,
        entities: new Map(view.entities.map((entity) => [entity.entity, entity])),
        cells: new Map(view.cells.map((cell) => [cell.index, cell])),
      }
      const sight = inSight(world, shown)
      expect(sight.wrong).toEqual([])
      expect(sight.seen).toBeGreaterThan(20)
      return { view, sight }
    } finally {
      clock.goOn()
    }
  }

  /** The connection breaks in that way while a request is under way; everything must be as if it had not. */
  async function survives(breaks: (session: Session) => Promise<void> | void, attemptsMin: number): Promise<void> {
    const before = await compared()
    const { me, counts } = before.view
    const session = sessionOf(me)
    expect(session).toBeDefined()
    const { id, socket, lastSeq } = session as Session
    const times = counts.reconnects
    const { x, z } = await driver.read<{ x: number; z: number }>('(({ x, z }) => ({ x, z }))(sdk.client.self)')
    await driver.read(`sdk.walkTo(${x + 6}, ${z + 6})`)
    await breaks(session as Session)
    await driver.until(`sdk.regained.length === ${times + 1} && sdk.losses.length === ${times + 1}`)
    const regained = await driver.read<Regained>(`sdk.regained[${times}]`)
    expect(regained.sameSession).toBe(true)
    expect(regained.attempts).toBeGreaterThanOrEqual(attemptsMin)
    // One request, one answer, though its connection broke.
    await driver.until("sdk.answered !== 'waiting'")
    expect(await driver.read('sdk.answered')).toBe('ok')
    await driver.until(`Math.hypot(sdk.client.self.x - ${x + 6}, sdk.client.self.z - ${z + 6}) < 1`)
    const after = await compared()
    expect(after.view.me).toBe(me)
    expect(sessionOf(me)?.id).toBe(id)
    expect(sessionOf(me)?.socket).not.toBe(socket)
    expect(sessionOf(me)?.lastSeq).toBeGreaterThan(lastSeq)
    expect(after.view.counts).toEqual({ holes: 0, strays: 0, skipped: 0, reconnects: times + 1 })
    // The world did not wait.
    expect(movedBetween(before.sight, after.sight)).toBeGreaterThan(0)
    expect(server.statistics().clients).toBe(1)
  }

  it('goes on in its session when the server drops the socket', async () => {
    await survives(({ socket }) => transport.close(socket, CLOSE_FAILED, 'dropped'), 1)
  })

  it('goes on in its session when the line is cut without a word', async () => {
    await survives(() => line.cut(), 1)
  })

  it('goes on in its session when the port was closed for a while and listens again', async () => {
    await survives(async () => {
      const failures = await driver.read<number>('sdk.failures')
      await Promise.all([line.down(), transport.stop()])
      await driver.until(`sdk.failures >= ${failures + FAILED_ATTEMPTS}`)
      await transport.listenAgain()
      await line.up()
    }, FAILED_ATTEMPTS + 1)
  })
})
