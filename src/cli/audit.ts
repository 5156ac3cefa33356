import { readSqlite } from '../adapters/sqlite-reader.js'
import type { Config } from '../config-keys.js'
import { MyriadError } from '../errors.js'
import type { SavedWorld } from '../ports/saved-world.js'
import { type AuditReport, audit, type HistoryLine } from '../server/audit/audit.js'
import { readContent } from '../server/content-files.js'
import type { GameModule } from '../server/game-module.js'
import type { CliIo } from './io.js'
import { columns, count } from './text.js'

/** Checks a database; the exit code is 1 when something does not hold. */
export function runAudit({ db, content, json }: Config<'audit'>, game: GameModule, io: CliIo): number {
  const { value } = game
  if (value === undefined)
    throw new MyriadError('BAD_CONFIG', `the ${game.name} game has no value that could be checked; give it a \`value\``)
  const parsed = readContent(game, content).content
  const path = db.slice('sqlite:'.length)
  const report = readSqlite(path, (saved) => {
    if (!isBeforeLedger(saved)) return audit(saved, value, parsed)
    throw new MyriadError('BAD_STORE', `the store ${path} has no ledger yet; start a server on it once, which opens one`)
  })
  io.out(json ? `${JSON.stringify(report)}\n` : table(report))
  return report.ok ? 0 : 1
}

/**
 * A world whose tables were brought up to date, as `myriad account` does it, but on which no server has started since. Where anything of a
 * ledger is left there was one, and what is missing of it is for the audit to tell.
 */
function isBeforeLedger(saved: SavedWorld): boolean {
  if (saved.ledger !== undefined || saved.owners.length === 0) return false
  for (const rows of [saved.links(), saved.entries(), saved.openings()]) for (const _ of rows) return false
  return true
}

function table({ checked, notChecked, violations, violationCount, store }: AuditReport): string {
  const facts = [
    ['tick', count(store.tick)],
    ['epoch', count(store.epoch)],
    ['characters', count(store.characters)],
    ['ledger', `${count(store.entries)} entries in ${count(store.links)} links, ${count(store.openings)} opening balances`],
    ['head', store.head],
  ]
  const judged = checked.map(({ number, name, text, holds }) => [`${number}`, holds ? 'holds' : 'VIOLATED', name, text])
  const others = notChecked.map(({ number, name, text, elsewhere }) => {
    return [`${number}`, 'not checked from a database', name, `${text} (checked by ${elsewhere})`]
  })
  const told = violations.flatMap(({ number, invariant, what, history }) => [
    `${number} ${invariant}: ${what}`,
    ...history.map((line) => `    ${lineText(line)}`),
  ])
  const more = violationCount - violations.length
  if (more > 0) told.push(`and ${count(more)} more`)
  const end = violationCount === 0 ? 'all that was checked holds' : `violations: ${count(violationCount)}`
  return `${[columns(facts), columns(judged), columns(others), ...(told.length > 0 ? [told.join('\n')] : []), end].join('\n\n')}\n`
}

function lineText({
  link,
  entry,
  tick,
  kind,
  reason,
  from,
  to,
  item,
  count: pieces,
  uid,
  gold,
  session,
  seq,
}: HistoryLine): string {
  const thing = item === 0 ? '' : `${pieces} of item ${item}${uid === 0 ? '' : `, unique ${uid}`}`
  const what = [thing, gold === 0 ? '' : `${gold} coins`].filter((text) => text !== '').join(' and ')
  const who = [from === 0 ? '' : `from ${from}`, to === 0 ? '' : `to ${to}`].filter((text) => text !== '').join(' ')
  const command = session === 0 ? '' : `, session ${session} seq ${seq}`
  return `link ${link}, entry ${entry}, tick ${tick}: ${kind} (${reason}) ${what} ${who}${command}`
}
