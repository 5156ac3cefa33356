/** The process that is recorded: `writer.js FILE TICKS SYNCHRONOUS`. It says on its standard output what the store has answered. */
import { writeSync } from 'node:fs'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import type { Sync, SyncVariable } from './careless-thread.js'
import { play } from './scene.js'

export type WriterArgs = [path: string, ticks: string, synchronous: Sync]

const [path, ticks, synchronous] = process.argv.slice(2) as WriterArgs
process.env['POWERLOSS_SYNCHRONOUS' satisfies SyncVariable] = synchronous
const worker = synchronous === 'FULL' ? undefined : new URL('./careless-thread.js', import.meta.url)
const store = createSqliteStore(path, { worker })
await play(store, Number(ticks), (text) => writeSync(1, `${text}\n`))
// The process ends as one does whose power goes: with nothing more said to the database.
process.kill(process.pid, 'SIGKILL')
