import type { Moved } from '../../systems/ledger.js'
import { type Sent, sideText } from './command.js'
import { must } from './finding.js'

/** Accepts of a character that a trade may be the answer to. */
const ACCEPTS_MAX = 16

/** What `from` gave `to`, in one line. */
function given(rows: readonly Moved[], from: number, to: number): string {
  const its = rows.filter((row) => row.from === from && row.to === to)
  return sideText(
    its.reduce((sum, { gold }) => sum + gold, 0),
    its.filter(({ item }) => item !== 0),
  )
}

/** Both sides of every trade have been shown, and have accepted, exactly what changed hands. Of bots (character 0) it is not known. */
export class Trades {
  /** Trades that were done and had a player in them. */
  count = 0
  private readonly accepts = new Map<number, Sent[]>()

  asked(command: Sent): void {
    const accepts = this.accepts.get(command.characterId) ?? []
    accepts.push(command)
    if (accepts.length > ACCEPTS_MAX) accepts.shift()
    this.accepts.set(command.characterId, accepts)
  }

  forget(): void {
    this.accepts.clear()
  }

  /** A player's accept was the second of two. */
  done(command: Sent): void {
    const { rows, characterId: a, view, key, tick } = command
    const b = rows[0].from === a ? rows[0].to : rows[0].from
    for (const { reason, from, to } of rows)
      must(reason === 'trade' && (from === a ? to === b : from === b && to === a), () => `accept ${key} moves value by ${reason}`)
    const [gave, got] = [given(rows, a, b), given(rows, b, a)]
    const happened = `trade ${key}, tick ${tick}: character ${a} gave ${gave} and got ${got}`
    must(view !== undefined, () => `${happened}, having been shown nothing`)
    const { mine, theirs } = view
    must(mine === gave && theirs === got, () => `${happened}, but was shown ${mine}, for ${theirs}`)
    must(!command.isUsed, () => `${happened}, a second time`)
    if (b !== 0) this.use(b, got, gave, view.revision, happened)
    command.isUsed = true
    this.count += 1
  }

  /** A bot's accept was the second of two: what a tick moved by nobody's command. */
  doneByBots(rows: readonly Moved[], tick: number): void {
    const players = new Set(rows.flatMap(({ from, to }) => [from, to]))
    players.delete(0)
    for (const id of players) {
      const [gave, got] = [given(rows, id, 0), given(rows, 0, id)]
      this.use(id, gave, got, undefined, `tick ${tick}: character ${id} gave a bot ${gave} and got ${got}`)
      this.count += 1
    }
  }

  private use(id: number, gave: string, got: string, revision: number | undefined, happened: string): void {
    const isIt = ({ isUsed, view }: Sent): boolean =>
      !isUsed && view?.mine === gave && view.theirs === got && (revision ?? view.revision) === view.revision
    const accept = this.accepts.get(id)?.find(isIt)
    must(accept !== undefined, () => `${happened}, and ${id} had not accepted that`)
    accept.isUsed = true
  }
}
