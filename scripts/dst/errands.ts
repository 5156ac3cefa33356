import type { Content, ItemStack } from '../../systems/content/types.js'
import type { Moved } from '../../systems/ledger.js'
import type { Sent } from './command.js'

/** A quest that was taken (`isTaken`), or that was paid or given up. */
interface Change {
  readonly tick: number
  readonly key: string
  readonly isTaken: boolean
}

const COINS = 0

/** Pieces by item, coins as item 0, of one kind and reason. */
function sums(rows: readonly Moved[], kind: Moved['kind'], reason: Moved['reason']): Map<number, number> {
  const all = new Map<number, number>()
  for (const row of rows) {
    if (row.kind !== kind || row.reason !== reason) continue
    all.set(row.item, (all.get(row.item) ?? 0) + (row.item === COINS ? row.gold : row.count))
  }
  return all
}

function stacksText(stacks: readonly ItemStack[]): string {
  const all = new Map<number, number>()
  for (const { item, count } of stacks) if (count > 0) all.set(item, (all.get(item) ?? 0) + count)
  return linesOf(all)
}
const linesOf = (all: ReadonlyMap<number, number>): string =>
  [...all]
    .sort(([a], [b]) => a - b)
    .map(([item, count]) => `${count} of ${item}`)
    .join(', ')

/** Which quests are to be paid: each once for each time that it was taken, with what the content says. */
export class Errands {
  private open = new Set<string>()
  private atStart = new Set<string>()
  private changes: Change[] = []

  constructor(private readonly content: Content) {}

  /** What is wrong with what a quest's command moved; '' when nothing is. */
  problem({ name, characterId, payload, tick }: Sent, rows: readonly Moved[]): string {
    const quest = this.content.quests[payload.quest]
    if (quest === undefined) return `quest ${payload.quest} is none`
    const key = `${characterId} ${quest.id}`
    const isOpen = this.open.has(key)
    this.note({ tick, key, isTaken: name === 'quest.accept' })
    const { given, objectives, reward } = quest
    const count = (kind: Moved['kind'], reason: Moved['reason']): number =>
      rows.filter((row) => row.kind === kind && row.reason === reason).length
    if (name === 'quest.accept') {
      if (count('mint', 'questGiven') !== rows.length) return 'it moved more than what comes with the quest'
      const made = linesOf(sums(rows, 'mint', 'questGiven'))
      return made === stacksText(given) ? '' : `${made} came with the quest, but ${stacksText(given)} is right`
    }
    const back = sums(rows, 'burn', name === 'quest.abandon' ? 'questTaken' : 'questReward')
    for (const { item, count: most } of given) {
      if ((back.get(item) ?? 0) > most) return `${back.get(item)} of ${item} were taken back, of ${most}`
      back.delete(item)
    }
    if (name === 'quest.abandon')
      return back.size === 0 && count('burn', 'questTaken') === rows.length ? '' : 'it moved more than what came with the quest'
    if (!isOpen) return `quest ${quest.id} is paid without having been taken, or again`
    const wanted = stacksText(objectives.flatMap((it) => (it.kind === 'collect' ? [{ item: it.item, count: it.count }] : [])))
    if (linesOf(back) !== wanted) return `${linesOf(back)} were handed in, but ${wanted} is right`
    const chosen = name === 'quest.chooseReward' ? [reward.choices[payload.choice]] : []
    const paid = stacksText([{ item: COINS, count: reward.gold }, ...reward.items, ...chosen])
    const made = linesOf(sums(rows, 'mint', 'questReward'))
    if (count('mint', 'questReward') + count('burn', 'questReward') !== rows.length) return 'it moved more than a reward'
    return made === paid ? '' : `${made} were paid, but ${paid} is right`
  }

  private note(change: Change): void {
    this.changes.push(change)
    this.apply(change)
  }

  private apply({ key, isTaken }: Change): void {
    if (isTaken) this.open.add(key)
    else this.open.delete(key)
  }

  /** What came after that tick never was. */
  recovered(tick: number): void {
    this.open = new Set(this.atStart)
    for (const change of this.changes) if (change.tick <= tick) this.apply(change)
    this.atStart = new Set(this.open)
    this.changes = []
  }
}
