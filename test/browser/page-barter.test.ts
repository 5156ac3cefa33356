import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Bag, Purse } from '../../components/bag.js'
import { Place, Position } from '../../components/motion.js'
import { Trade } from '../../components/trade.js'
import { standardGame } from '../../game.js'
import { GOLD_ONLY, TradeAccept, TradeChanged, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import { type Client, connect } from '../../src/client/index.js'
import type { Editor } from '../../src/ecs/columns.js'
import type { Component } from '../../src/ecs/component.js'
import { createServer, type Server } from '../../src/server/server.js'
import { GridResource } from '../../src/space/grid.js'
import { buildPage, hasChromium, launch, PageDriver, pictures } from './page-driver.js'

const GOLD = 300
const PELT = 1
const FANG = 2
/** Far from whatever could disturb. */
const SPOT = { x: 1_000, z: 1_000 }

describe.runIf(hasChromium)('the page, between two players', () => {
  const directory = mkdtempSync(join(tmpdir(), 'myriad-barter-'))
  let server: Server
  let browser: BrowserContext
  let driver: PageDriver
  let other: Client
  let slot = 0
  let otherSlot = 0

  const edit = <C extends Component>(component: C): Editor<C['fields']> =>
    server.simulation.world.editor(component) as Editor<C['fields']>
  const slotOf = (entity: number): number => server.simulation.world.entities.slotOf(entity)
  const text = (selector: string): Promise<string> => driver.read(`document.querySelector('${selector}').innerText`)

  function put(who: number, x: number): void {
    const { world } = server.simulation
    const { zone, instance } = world.columns(Place)
    world.columns(Position).x[who] = x
    world.columns(Position).z[who] = SPOT.z
    world.resource(GridResource).put(who, zone[who], instance[who], x, SPOT.z)
  }

  function give(who: number, item: number, count: number): void {
    edit(Purse).set(who, 'gold', GOLD)
    edit(Bag).setAt(who, 'item', 0, item)
    edit(Bag).setAt(who, 'count', 0, count)
  }

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    const webDirectory = join(directory, 'web')
    await buildPage(webDirectory)
    server = createServer({
      game: standardGame,
      webDirectory,
      config: { port: 0, bots: 0, seed: 7, logLevel: 'error', crashDir: directory },
    })
    const port = await server.start()
    const origin = `http://127.0.0.1:${port}`
    const { protocol, components, space } = standardGame
    const url = `ws://127.0.0.1:${port}/`
    other = await connect({ url, token: 'guest:Nelbran', protocol, components, cellSizeM: space.cellSizeM, WebSocket })
    await other.enterAs('Nelbran', 1)
    browser = await launch(join(directory, 'profile'))
    driver = new PageDriver(browser.pages()[0] ?? (await browser.newPage()), origin)
    await driver.page.goto(`${origin}/?name=Bartertest&class=mender`)
    await driver.page.click('#join-button')
    await driver.until("myriad.phase === 'inWorld' && myriad.client.self !== undefined")
    slot = slotOf(await driver.read<number>('myriad.client.me'))
    otherSlot = slotOf(other.me)
    put(slot, SPOT.x)
    put(otherSlot, SPOT.x + 3)
    give(slot, PELT, 5)
    give(otherSlot, FANG, 7)
    await driver.until("myriad.entities().some((e) => e.name === 'Nelbran' && e.distanceM < 5)")
  })

  afterAll(async () => {
    other?.close()
    await browser?.close()
    await server?.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  it('asks for a trade by the target’s button, and shows what both offer', async () => {
    const { entity } = await driver.read<{ entity: number }>("myriad.entities().find((e) => e.name === 'Nelbran')")
    await driver.clickEntityUntil(entity, "!document.querySelector('#target-trade').hidden")
    await driver.page.click('#target-trade')
    await driver.until("!document.querySelector('#barter').hidden")
    expect(await text('#barter-name')).toBe('Trade with Nelbran')
    await driver.page.click('#barter-bag [aria-label="Offer Torn Pelt"]')
    await driver.until("/Torn Pelt ×5/.test(document.querySelector('#barter-mine').innerText)")
    expect(await text('#barter-bag')).toBe('Nothing to offer')
    await driver.page.fill('#barter-gold', '40')
    await driver.page.press('#barter-gold', 'Tab')
    expect(await other.request(TradeOffer, { slot: 0, bagSlot: 0, count: 7, gold: 15 })).toBe('ok')
    await driver.until("/Chipped Fang ×7/.test(document.querySelector('#barter-theirs').innerText)")
    await driver.until("document.querySelector('#barter-their-gold').innerText === '15 gold'")
    await driver.page.screenshot({ path: join(pictures, 'page-barter.png') })
  })

  it('takes back what is clicked, and offers it again', async () => {
    await driver.page.click('#barter-mine [aria-label="Take back Torn Pelt"]')
    await driver.until("/Nothing yet/.test(document.querySelector('#barter-mine').innerText)")
    await driver.page.click('#barter-bag [aria-label="Offer Torn Pelt"]')
    await driver.until("/Torn Pelt ×5/.test(document.querySelector('#barter-mine').innerText)")
  })

  it('accepts what both see, and everything changes hands', async () => {
    const { revision, gold } = server.simulation.world.columns(Trade)
    await expect.poll(() => gold[slot]).toBe(40)
    expect(await other.request(TradeAccept, { revision: revision[otherSlot] })).toBe('ok')
    await driver.until("document.querySelector('#barter-state').innerText === 'Nelbran has accepted.'")
    await driver.page.click('#barter-accept')
    await driver.until("document.querySelector('#barter').hidden")
    await driver.until("/Chipped Fang/.test(document.querySelector('#bag').innerText)")
    await driver.until(`document.querySelector('#me-gold').textContent === '${GOLD - 40 + 15}'`)
    expect(await text('#bag')).not.toContain('Torn Pelt')
    await driver.until("/You trade with Nelbran/.test(document.querySelector('#feed').textContent)")
  })

  it('shows a trade that the other asks for, and breaks it off with Escape', async () => {
    expect(await other.request(TradeOpen, { target: await driver.read<number>('myriad.client.me') })).toBe('ok')
    await driver.until("!document.querySelector('#barter').hidden")
    const told = new Promise<number>((resolve) => other.on(TradeChanged, ({ theirs }) => resolve(theirs.gold)))
    expect(await other.request(TradeOffer, { slot: GOLD_ONLY, bagSlot: 0, count: 0, gold: 5 })).toBe('ok')
    expect(await told).toBe(0)
    await driver.until("document.querySelector('#barter-their-gold').innerText === '5 gold'")
    await driver.page.focus('#map')
    await driver.page.keyboard.press('Escape')
    await driver.until("document.querySelector('#barter').hidden")
    await driver.until("/was broken off/.test(document.querySelector('#feed').textContent)")
    expect(driver.faults).toEqual([])
  })

  it('fits a phone', async () => {
    await driver.page.setViewportSize({ width: 390, height: 844 })
    await driver.page.focus('#map')
    await driver.page.keyboard.press('b')
    await driver.until("!document.querySelector('#barter').hidden")
    expect(await driver.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await driver.page.click('#barter-cancel')
    await driver.until("document.querySelector('#barter').hidden")
  })
})
