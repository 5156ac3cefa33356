import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Place, Position } from '../../components/motion.js'
import { Vitals } from '../../components/vitals.js'
import { standardGame } from '../../game.js'
import { createServer, type Server } from '../../src/server/server.js'
import { GridResource } from '../../src/space/grid.js'
import { buildPage, CHROMIUM, hasChromium, launch, PageDriver, pictures, type Seen } from './page-driver.js'

const NAME = 'Pagetest'
/** Farther away a creature would be near the map's edge, and the click on it might miss the map. */
const CLICKABLE_M = 22
const STRIDE_M = 16
/** A bot may take the creature first: then another is chosen. */
const PREY_TRIES = 12

it('has a browser to test the page with', (task) => {
  const missing = `no browser at ${CHROMIUM}: the page is not tested; install Debian's package chromium`
  if (hasChromium) return
  if (process.env.CI !== undefined) throw new Error(missing)
  console.warn(missing)
  task.skip(missing)
})

const isFair = ({ look, isDead, health, healthMax }: Seen): boolean =>
  (look === 'wary' || look === 'aggressive') && !isDead && health === healthMax

describe.runIf(hasChromium)('the page', () => {
  const directory = mkdtempSync(join(tmpdir(), 'myriad-page-'))
  let server: Server
  let browser: BrowserContext
  let driver: PageDriver
  /** The creature that the page fights. */
  let prey = 0

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    const webDirectory = join(directory, 'web')
    await buildPage(webDirectory)
    const config = { port: 0, bots: 150, seed: 7, logLevel: 'error', crashDir: directory } as const
    server = createServer({ game: standardGame, webDirectory, config })
    const origin = `http://127.0.0.1:${await server.start()}`
    browser = await launch(join(directory, 'profile'))
    driver = new PageDriver(browser.pages()[0] ?? (await browser.newPage()), origin)
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  it('asks for a name, says what is wrong with one, and lets a guest in', async () => {
    const { page, origin } = driver
    await page.goto(`${origin}/?name=x&class=blade`)
    await page.click('#join-button')
    await driver.until("document.querySelector('#gate-message').textContent.startsWith('Not a name')")
    expect(await driver.read('myriad.phase')).toBe('form')
    await page.fill('#name', NAME)
    await page.click('#join-button')
    await driver.until("myriad.phase === 'inWorld'")
    await driver.until(`document.querySelector('#me-name').textContent === '${NAME}'`)
    expect(server.statistics().clients).toBe(1)
  })

  it('shows who is near, by name', async () => {
    await driver.until("myriad.entities().some((e) => e.look === 'wary') && myriad.entities().length > 20")
    const seen = await driver.seen()
    expect(seen.filter(({ look }) => look === 'self').map(({ name }) => name)).toEqual([NAME])
    expect(seen.find(({ look }) => look === 'bot')?.name).toMatch(/^[A-Z][a-z]+/)
    // Creatures travel by the number of their kind: the page knows their names from the server's content alone.
    expect(seen.find(({ look }) => look === 'wary')?.name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
    expect(await driver.read('document.querySelector("#me-kind").textContent')).toBe('Level 1 Blade')
  })

  it('walks where the mouse clicks, on the word of the server', async () => {
    const from = await driver.read<{ x: number; z: number }>('(({ x, z }) => ({ x, z }))(myriad.client.self)')
    const to = await freePlace(from)
    await driver.clickPlace(to.x, to.z)
    await driver.until(`Math.hypot(myriad.client.self.x - ${to.x}, myriad.client.self.z - ${to.z}) < 0.5`)
    const moved = await driver.read<number>(`Math.hypot(myriad.client.self.x - ${from.x}, myriad.client.self.z - ${from.z})`)
    expect(moved).toBeGreaterThan(5)
  })

  it('fights what the mouse clicks', async () => {
    prey = await attackOne()
    await driver.until('myriad.counts.ownSwings > 0')
    await driver.until(`(myriad.entities().find((e) => e.entity === ${prey})?.health ?? 0) < ${await healthMax(prey)}`)
    await driver.until("/You (hit|strike)/.test(document.querySelector('#feed').textContent)")
    await driver.page.keyboard.press('1')
    await driver.until("/Quick Cut/.test(document.querySelector('#feed').textContent)")
    await driver.page.screenshot({ path: join(pictures, 'page.png') })
    expect(await driver.colours()).toBeGreaterThan(100)
  })

  it('takes what lies in the corpse that the mouse clicks', async () => {
    // The fight would go on for half a minute.
    const { world } = server.simulation
    world.columns(Vitals).health[world.entities.slotOf(prey)] = 1
    await driver.until(`myriad.entities().some((e) => e.entity === ${prey} && e.isMyLoot)`)
    await driver.clickEntityUntil(prey, "/You take \\d+ gold/.test(document.querySelector('#feed').textContent)")
    await driver.until("Number(document.querySelector('#me-gold').textContent) > 0")
    expect(Number(await driver.read("document.querySelector('#me-experience').textContent"))).toBeGreaterThan(0)
  })

  it('accepts a quest from whom the mouse clicks', async () => {
    const clerk = { name: 'Odrin Vay', x: 1030, z: 985 }
    await putSelf(clerk.x - 12, clerk.z + 4)
    await driver.until(`myriad.entities().some((e) => e.name === '${clerk.name}')`)
    const { entity } = (await driver.seen()).find(({ name }) => name === clerk.name)!
    await driver.clickEntityUntil(entity, "document.querySelector('#npc article button') !== null")
    await driver.page.click('#npc article button')
    await driver.until("document.querySelector('#quests').textContent.includes('0/10')")
    await driver.page.click('#npc-close')
    await driver.until("/^\\d+ ms$/.test(document.querySelector('#ping').textContent)")
  })

  it('fits a phone', async () => {
    await driver.page.setViewportSize({ width: 390, height: 844 })
    await driver.until("document.querySelector('#map').width === 390")
    expect(await driver.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await driver.read('document.documentElement.scrollHeight')).toBeLessThanOrEqual(844)
    await driver.page.click('#more-toggle')
    expect(await driver.page.isVisible('#quests')).toBe(true)
    await driver.page.click('#more-toggle')
    expect(await driver.page.isVisible('#quests')).toBe(false)
    await driver.page.screenshot({ path: join(pictures, 'page-phone.png') })
    expect(await driver.colours()).toBeGreaterThan(100)
    await driver.page.setViewportSize({ width: 1280, height: 800 })
  })

  it('says that the connection is lost, and takes the character up again', async () => {
    const me = await driver.read<number>('myriad.client.me')
    await driver.read('myriad.client.close()')
    await driver.until("myriad.phase === 'ended'")
    expect(await driver.page.isVisible('#reconnect')).toBe(true)
    await driver.page.click('#reconnect')
    await driver.until("myriad.phase === 'inWorld' && myriad.client.self !== undefined")
    expect(await driver.read('myriad.client.me')).toBe(me)
    expect(await driver.read('[myriad.client.statistics.holes, myriad.client.statistics.strays]')).toEqual([0, 0])
  })

  it('says that the server stops', async () => {
    expect(driver.faults).toEqual([])
    await server.stop()
    await driver.until("document.querySelector('#gate-message').textContent === 'The server has been stopped.'")
    await driver.page.click('#reconnect')
    await driver.until("myriad.phase === 'refused' && /cannot be reached/.test(document.querySelector('#gate').innerText)")
  })

  /** Puts the own character elsewhere between two ticks: the way to town is long. */
  async function putSelf(x: number, z: number): Promise<void> {
    const { world } = server.simulation
    const slot = world.entities.slotOf(await driver.read<number>('myriad.client.me'))
    const { zone, instance } = world.columns(Place)
    world.columns(Position).x[slot] = x
    world.columns(Position).z[slot] = z
    world.resource(GridResource).put(slot, zone[slot], instance[slot], x, z)
  }

  /** Some metres away, where nobody stands whom a click could mean. */
  async function freePlace(from: { x: number; z: number }): Promise<{ x: number; z: number }> {
    const others = (await driver.seen()).filter(({ look }) => look !== 'self')
    for (let turn = 0; turn < 16; turn += 1) {
      const angle = (turn / 16) * 2 * Math.PI
      const to = { x: from.x + 9 * Math.cos(angle), z: from.z + 9 * Math.sin(angle) }
      if (others.every((other) => Math.hypot(other.x - to.x, other.z - to.z) > 5)) return to
    }
    throw new Error(`no free place around ${from.x}, ${from.z}; the test needs emptier ground`)
  }

  const healthMax = (entity: number): Promise<number> =>
    driver.read(`myriad.entities().find((e) => e.entity === ${entity}).healthMax`)

  /** Walks up to a creature that nobody fights and clicks it; its entity once the page has it as its target. */
  async function attackOne(): Promise<number> {
    for (let turn = 0; turn < PREY_TRIES; turn += 1) {
      const prey = (await driver.seen()).find(isFair)
      if (prey === undefined) throw new Error('no creature in view that can be fought')
      if (prey.distanceM > CLICKABLE_M) await walkTowards(prey)
      else {
        await driver.clickEntity(prey.entity)
        if (await driver.read(`myriad.game.target === ${prey.entity}`)) return prey.entity
      }
    }
    throw new Error(`no creature could be clicked in ${PREY_TRIES} tries`)
  }

  async function walkTowards({ x, z, distanceM }: Seen): Promise<void> {
    const self = await driver.read<{ x: number; z: number }>('(({ x, z }) => ({ x, z }))(myriad.client.self)')
    const part = Math.min(STRIDE_M, distanceM) / distanceM
    const to = { x: self.x + (x - self.x) * part, z: self.z + (z - self.z) * part }
    await driver.clickPlace(to.x, to.z)
    await driver.until('myriad.game.path === undefined')
  }
})
