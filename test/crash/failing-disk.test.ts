import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { kindType } from '../../components/kind.js'
import { VendorBuy, VendorSell } from '../../protocol/vendor.js'
import { Book } from '../../scripts/crash/book.js'
import { type Customer, enterWorld } from '../../scripts/crash/customer.js'
import { bagOf, NOTHING } from '../../scripts/crash/holding.js'
import { freePort, type Hosted, spawnHost, whenReady } from '../../scripts/crash/hosted.js'
import { content, populate, vendor } from '../../scripts/crash/opening.js'
import { auditRows } from '../../scripts/crash/rows-audit.js'
import { Dice } from '../../scripts/fuzz/dice.js'
import { noStrace } from '../../scripts/powerloss/run.js'
import { SCHEMA_VERSION } from '../../src/adapters/sql-schema.js'
import { canHost } from '../cli/hosted.js'
import { tempDirs } from '../server/temp-dir.js'

const missing = noStrace()
const canFail = canHost && (missing === '' || process.env.CI !== undefined)
if (!canFail) console.log(`skipped: ${missing || 'the program is not built'}`)

const directory = tempDirs()
const running: Hosted[] = []
afterEach(async () => {
  for (const hosted of running.splice(0)) {
    hosted.kill('SIGKILL')
    await hosted.ended
  }
})

interface Scene {
  readonly path: string
  readonly book: Book
  readonly hosted: Hosted
  readonly url: string
  readonly customer: Customer
  readonly other: Customer
}

/** A server whose calls of that kind on the log of its database fail so, from the `when`-th on; two play there. */
async function failing(call: string, error: string, when: string): Promise<Scene> {
  const path = join(directory(), 'world.db')
  const book = new Book(populate(path, 2))
  const under = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', `${path}-wal`, '-e', `trace=${call}`]
  const { hosted, url } = await started(path, [...under, '-e', `inject=${call}:error=${error}:when=${when}`])
  const [customer, other] = [await enterWorld(url, 1, book, new Dice(1)), await enterWorld(url, 2, book, new Dice(2))]
  return { path, book, hosted, url, customer, other }
}

async function started(path: string, under: readonly string[] = []) {
  const port = await freePort()
  const hosted = spawnHost({ path, port, seed: 1, bots: 0, creatures: 0, under })
  running.push(hosted)
  await whenReady(hosted)
  return { hosted, url: `ws://127.0.0.1:${port}/` }
}

/** Buys a loaf, or sells one; the answer. */
async function trade(customer: Customer, isBuying: boolean): Promise<string> {
  const npc = customer.nearest(kindType.npc, (_, look) => look === vendor.id)?.entity ?? 0
  if (isBuying) {
    const { item } = vendor.stock[0]
    const effect = { ...NOTHING, gold: -(content.items[item]?.buyPrice ?? 0), items: [[item, 1]] } as const
    return customer.ask(VendorBuy, { npc, index: 0, item, count: 1 }, effect)
  }
  const { at, item } = bagOf(customer.client)[0]
  const effect = { ...NOTHING, gold: content.items[item]?.sellPrice ?? 0, items: [[item, -1]] } as const
  return customer.ask(VendorSell, { npc, bagSlot: at, count: 1 }, effect)
}

/** Trades until it holds; the last answer. */
async function tradeUntil(customer: Customer, holds: () => boolean): Promise<string> {
  for (let i = 0; ; i += 1) {
    const code = await trade(customer, i % 2 === 0)
    if (code !== 'ok' || holds()) return code
  }
}

const logged = ({ hosted }: Scene, text: string, times = 1) => hosted.printed().split(text).length > times
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe.skipIf(!canFail)('a disk that is full', () => {
  it('is told with what to do, refuses what it cannot keep, and loses nothing; with room again all goes on', async () => {
    // Seven attempts fail, the last 6 s after the first: longer than the 5 s after which durable requests are refused.
    const scene = await failing('pwrite64', 'ENOSPC', '200..206')
    const waiting = tradeUntil(scene.customer, () => logged(scene, 'a commit failed'))
    await until(() => logged(scene, 'a commit failed'))
    const full = `"error":"the store ${scene.path}: database or disk is full (SQLITE_FULL); make room on the disk"`
    expect(scene.hosted.printed()).toContain(full)
    const metrics = scene.url.replace('ws', 'http')
    await until(async () => /^myriad_store_level 1$/m.test(await (await fetch(`${metrics}metrics`)).text()))
    expect(await trade(scene.other, true)).toBe('storeBehind')
    await until(() => logged(scene, 'the store works again'))
    // What had been asked for before was kept waiting, and done.
    expect(await waiting).toBe('ok')
    await until(async () => (await trade(scene.other, true)) === 'ok')
    scene.hosted.kill('SIGKILL')
    await scene.hosted.ended
    await started(scene.path)
    const { holdings, violations } = auditRows(scene.path)
    scene.book.recovered('after the kill', holdings)
    expect([...scene.book.violations, ...violations]).toEqual([])
  }, 120_000)
})

describe.skipIf(!canFail)('a disk that fails while it syncs', () => {
  it('leaves open what became of the commit: after a kill it is there whole or not at all, and all before it is there', async () => {
    const scene = await failing('fsync,fdatasync', 'EIO', '40+')
    const waiting = tradeUntil(scene.customer, () => false).catch((error: Error) => error.message)
    await until(() => logged(scene, 'a commit failed', 3))
    expect(scene.hosted.printed()).toContain(
      `"error":"the store ${scene.path}: disk I/O error (SQLITE_IOERR_FSYNC); see that the disk works"`,
    )
    scene.hosted.kill('SIGKILL')
    await scene.hosted.ended
    expect(await waiting).toMatch(/^the connection ended/)
    expect(scene.book.acknowledged).toBeGreaterThan(3)
    await started(scene.path)
    const { holdings, violations } = auditRows(scene.path)
    const { kept, undone } = scene.book.recovered('after the kill', holdings)
    expect([...scene.book.violations, ...violations]).toEqual([])
    expect(kept + undone).toBe(1)
  }, 120_000)
})

/** What a person sees who starts a server on that database. */
async function refusal(path: string, under: readonly string[] = []): Promise<string> {
  const hosted = spawnHost({ path, port: 0, seed: 1, bots: 0, creatures: 0, under })
  running.push(hosted)
  return `${await hosted.ended}: ${hosted.printed().trim()}`
}

describe.skipIf(!canFail)('a disk that is full at the start', () => {
  it('is told with what to do, and the next start with room goes well', async () => {
    const path = join(directory(), 'world.db')
    const strace = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=pwrite64', '-e', 'inject=pwrite64:error=ENOSPC']
    expect(await refusal(path, strace)).toBe(
      `exit code 1: myriad: the store ${path}: database or disk is full (SQLITE_FULL); make room on the disk`,
    )
    await started(path)
    expect(auditRows(path).violations).toEqual([])
  })
})

/** A database of ours with some characters, and what is done to it. */
const spoiled = {
  'is cut off': (path: string) => truncateSync(path, 8_192),
  'has pages of something else': (path: string) => {
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4_096 * 2, 4_096 * 6)
    writeFileSync(path, bytes)
  },
  'has lost its first page': (path: string) => {
    const bytes = readFileSync(path)
    bytes.fill(0x20, 0, 4_096)
    writeFileSync(path, bytes)
  },
}

describe.skipIf(!canHost)('a database that cannot be used', () => {
  it.each(Object.entries(spoiled))(
    'because it %s is refused with its path and what to do, and stays as it is',
    async (_, spoil) => {
      const path = join(directory(), 'world.db')
      populate(path, 20)
      spoil(path)
      const before = readFileSync(path)
      const text = await refusal(path)
      expect(text.startsWith(`exit code 2: myriad: the store ${path}`), text).toBe(true)
      expect(text).toMatch(/(is damaged: .*|\(SQLITE_\w+\)); restore it from a backup, or name another file$/)
      expect(readFileSync(path).equals(before)).toBe(true)
    },
  )

  it('because a newer program made it is refused with both versions, and stays as it is', async () => {
    const path = join(directory(), 'world.db')
    populate(path, 1)
    const database = new Database(path)
    database.prepare('update schema_version set version = ?').run(SCHEMA_VERSION + 1)
    database.close()
    const before = readFileSync(path)
    expect(await refusal(path)).toBe(
      `exit code 2: myriad: the store ${path} has schema ${SCHEMA_VERSION + 1}, but this program knows schemas up to ${SCHEMA_VERSION}; use the newer program, or a backup from before it`,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('because another program made it is refused, and stays as it is', async () => {
    const path = join(directory(), 'theirs.db')
    const theirs = new Database(path)
    theirs.exec("create table notes (text text); insert into notes values ('keep me')")
    theirs.close()
    const before = readFileSync(path)
    expect(await refusal(path)).toBe(
      `exit code 2: myriad: the store ${path} is a database of another program (application id 0, 1 tables); name a file that is not there yet`,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(existsSync(`${path}-wal`)).toBe(false)
  })
})
