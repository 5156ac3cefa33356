import { standardGame } from '../../game.js'
import { readSqlite } from '../../src/adapters/sqlite-reader.js'
import type { Store } from '../../src/ports/store.js'
import { type AuditReport, audit } from '../../src/server/audit/audit.js'
import { readContent } from '../../src/server/content-files.js'
import { type TestServer, testServer } from '../../src/testing/index.js'
import { keeperStore } from '../ports/keeper-store.js'

export const content = readContent(standardGame)

export const auditOf = (path: string): AuditReport =>
  readSqlite(path, (saved) => audit(saved, standardGame.value, content.content))

export const startWorld = (store: Store, bots = 40): Promise<TestServer> =>
  testServer({
    game: standardGame,
    content,
    settings: { bots, creatures: 600, botLevels: '1-6', botArrivalsPerS: 1_000 },
    store,
  })

export async function endWorld({ host, store, step }: TestServer): Promise<void> {
  host.storage.beforeLastTick()
  await step()
  await host.storage.finish()
  await store.close()
}

/** Runs a world with bots on a file, and ends it. */
export async function runWorld(path: string, ticks: number, bots?: number): Promise<void> {
  const server = await startWorld(keeperStore(path), bots)
  await server.step(ticks)
  await endWorld(server)
}
