import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { auditOf } from '../server/audited-world.js'
import { tempDirs } from '../server/temp-dir.js'
import { canHost, host, killHosted } from './hosted.js'

afterEach(killHosted)
const directory = tempDirs()
const flags = ['--bots', '150', '--creatures', '900', '--bot-levels', '1-4']
const AUDITS = 6
const PAUSE_MS = 700

/** Audits a file that a server writes, some times over; the number of entries each time. */
async function entriesWhileWritten(path: string): Promise<number[]> {
  const entries: number[] = []
  for (let i = 0; i < AUDITS; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    const { violations, store } = auditOf(path)
    expect(violations).toEqual([])
    entries.push(store.entries)
  }
  return entries
}

describe.skipIf(!canHost)('the audit of a database that a server writes', () => {
  it('holds at every moment, after the server was killed, and after the next one went on', async () => {
    const path = join(directory(), 'world.db')
    const first = await host(`sqlite:${path}`, ...flags)
    const entries = await entriesWhileWritten(path)
    expect(entries.at(-1)).toBeGreaterThan(entries[0]!)
    first.child.kill('SIGKILL')
    await first.ended
    const killed = auditOf(path)
    expect([killed.violations, killed.store.epoch]).toEqual([[], 1])
    const second = await host(`sqlite:${path}`, ...flags)
    await entriesWhileWritten(path)
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    const { violations, store } = auditOf(path)
    expect([violations, store.epoch]).toEqual([[], 2])
    expect(store.entries).toBeGreaterThan(killed.store.entries)
  }, 120_000)
})
