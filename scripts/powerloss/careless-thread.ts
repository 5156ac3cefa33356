/** The store's thread with fewer syncs than it should have: the negative control, in which losses must be found. */
import Database from 'better-sqlite3'

/** How SQLite is told to sync; the store's own is FULL. */
export type Sync = 'FULL' | 'NORMAL' | 'OFF'

/** The environment variable that says how, which a thread has from its process. */
const SYNC_VARIABLE = 'POWERLOSS_SYNCHRONOUS'
export type SyncVariable = typeof SYNC_VARIABLE

const wanted = process.env[SYNC_VARIABLE] ?? 'OFF'
const { pragma } = Database.prototype
Database.prototype.pragma = function (source, options) {
  return pragma.call(this, source === 'synchronous = FULL' ? `synchronous = ${wanted}` : source, options)
}
// After the change, which its first connection is to meet.
await import('../../src/adapters/sqlite-worker.js')
