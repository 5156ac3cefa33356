import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import type { World } from '../../src/ecs/world.js'
import { PresenceResource } from '../../src/net/presence.js'
import { BOT_CHARACTER_ID_MIN } from '../../src/ports/store.js'
import { SESSIONS_PER_EPOCH } from '../../src/server/world-store.js'
import type { Content } from '../../systems/content/types.js'
import { LedgerResource, type Moved } from '../../systems/ledger.js'
import { keyOf, type Sent } from './command.js'
import { Corpses } from './corpses.js'
import { Crowd } from './crowd.js'
import { effectProblem } from './effects.js'
import { Errands } from './errands.js'
import { must } from './finding.js'
import { Glance } from './glance.js'
import { Book, type Holding, holdingIn, pileText } from './holdings.js'
import { Trades } from './trades.js'

/** Refusals of the gate that a repeated request gets whatever became of the first. */
const sayNothing = new Set(['tooFast', 'notAllowed', 'malformed'])
/** What a store has: of every player's character by id, and of each bot; `holdings` has all bots together as 0. */
export interface Stored {
  readonly holdings: ReadonlyMap<number, Holding>
  readonly bots: ReadonlyMap<number, Holding>
}

/** Looks at what may well be as it was, in part: its memory of a world ends with the world. */
interface Looks {
  readonly glance: Glance
  readonly corpses: Corpses
  readonly crowd: Crowd
}

/**
 * Knows what must be true, from the requests, the answers and the records of what moved; the game's rules are not asked. It holds
 * every tick and every recovery against that.
 */
export class Auditor {
  /** Requests that moved something, by name. */
  readonly moves = new Map<string, number>()
  moved = 0
  /** Records of what bots moved, beside what comes with a quest. */
  botRecords = 0
  answers = 0
  readonly trades = new Trades()
  private readonly errands: Errands
  private readonly sent = new Map<string, Sent>()
  private readonly usesLeft = new Map<number, number>()
  /** As it was when this life of the server began, with all that moved since. */
  private opening: Book
  private now: Book
  private since: Moved[] = []
  private looks: Looks | null = null
  private bots: Stored['bots']
  private life = 1
  /** The last tick that each ended life of the server left behind. */
  private readonly keptTicks = new Map<number, number>()

  constructor(
    private readonly content: Content,
    { holdings, bots }: Stored,
  ) {
    this.opening = new Book(new Map(holdings)).copy()
    this.now = this.opening.copy()
    this.bots = bots
    this.errands = new Errands(content)
  }

  asked(command: Sent): void {
    must(!this.sent.has(command.key), () => `the harness used the seq ${command.key} twice`)
    this.sent.set(command.key, command)
    const { characterId, name } = command
    if (name === 'item.use') this.usesLeft.set(characterId, (this.usesLeft.get(characterId) ?? 0) + 1)
    if (name === 'trade.accept') this.trades.asked(command)
  }

  /** A client got an answer, perhaps not for the first time, perhaps after a crash. */
  answered(command: Sent, code: string): void {
    this.answers += 1
    if (sayNothing.has(code)) return
    const { key, name, answer, rows, tick, life } = command
    must(answer === undefined || answer === code, () => `${name} ${key} was answered ${answer}, and then ${code}`)
    command.answer = code
    must(code === 'ok' || rows.length === 0, () => `${name} ${key} was refused as ${code}, but had moved value in tick ${tick}`)
    if (code !== 'ok' || !command.durable) return
    const kept = this.keptTicks.get(life)
    // Of two accepts the first only agrees.
    must(
      rows.length > 0 || name === 'trade.accept',
      () =>
        `${name} ${key} was answered ok, but ${kept === undefined ? 'nothing is recorded of it' : 'its server had lost the world'}`,
    )
    must(kept === undefined || tick <= kept, () => lost(command, kept))
  }

  /** After every tick: what moved in it was asked for, once and so, and everybody has what the records say. */
  afterTick(world: World): void {
    this.looks ??= { glance: new Glance(world), corpses: new Corpses(), crowd: new Crowd(this.bots) }
    const { glance, corpses, crowd } = this.looks
    const rows = world.resource(LedgerResource).rowsOf(world.tick).map(withBotsAsOne)
    if (rows.length > 0) this.book(rows, world.tick)
    corpses.afterTick(world, rows)
    const { changed } = this.now
    for (const [slot, { characterId }] of world.resource(PresenceResource).characters)
      if (!glance.isAsBefore(characterId, slot) || changed.has(characterId)) this.checkCharacter(world, slot, characterId)
    if (crowd.hasChanged(world, glance) || changed.has(0))
      sameHolding(`tick ${world.tick}, the bots`, this.now.of(0), crowd.holding(world))
    changed.clear()
  }

  private book(rows: readonly Moved[], tick: number): void {
    const byCommand = new Map<string, Moved[]>()
    const byBots: Moved[] = []
    for (const row of rows) {
      this.since.push(row)
      this.now.book(row)
      if (row.session !== 0) {
        // A client knows its session by its socket's number, which is what the id is above those of earlier lives.
        const key = keyOf(this.life, row.session % SESSIONS_PER_EPOCH, row.seq)
        const its = byCommand.get(key)
        if (its === undefined) byCommand.set(key, [row])
        else its.push(row)
      } else if (row.from === 0 && row.to === 0)
        this.botRecords += row.reason === 'questGiven' || row.reason === 'questTaken' ? 0 : 1
      else if (row.reason === 'trade') byBots.push(row)
      else this.unasked(row)
    }
    this.trades.doneByBots(byBots, tick)
    for (const [key, its] of byCommand) this.commandMoved(key, its, tick)
  }

  /** What moves without a command's name: something is used up, or can no more be bought back. */
  private unasked({ reason, from, count, tick }: Moved): void {
    if (reason === 'forgotten') return
    must(reason === 'used', () => `tick ${tick}: value moves by ${reason} without a command`)
    const left = (this.usesLeft.get(from) ?? 0) - count
    must(left >= 0, () => `tick ${tick}: character ${from} has used up more than it asked to use`)
    this.usesLeft.set(from, left)
  }

  private commandMoved(key: string, rows: readonly Moved[], tick: number): void {
    const command = this.sent.get(key)
    must(command !== undefined, () => `tick ${tick}: value moves by ${key}, a command that nobody sent`)
    const { name, rows: before, answer } = command
    must(before.length === 0, () => `${name} ${key} was applied in tick ${command.tick}, and again in tick ${tick}`)
    must(answer === undefined, () => `${name} ${key} moved value in tick ${tick}, but had been answered ${answer}`)
    command.rows = rows
    command.tick = tick
    this.moved += 1
    this.moves.set(name, (this.moves.get(name) ?? 0) + 1)
    if (name === 'trade.accept') return this.trades.done(command)
    const isErrand = name.startsWith('quest.')
    const problem = isErrand ? this.errands.problem(command, rows) : effectProblem(command, rows, this.content)
    must(problem === '', () => `${name} ${key} ${JSON.stringify(command.payload)}, tick ${tick}: ${problem}`)
  }

  private checkCharacter(world: World, slot: number, characterId: number): void {
    const bag = world.columns(Bag)
    const gold = world.columns(Purse).gold[slot]
    const where = `tick ${world.tick}, character ${characterId}`
    sameHolding(where, this.now.of(characterId), holdingIn(world, slot))
    must(gold <= this.content.rates.goldMax, () => `${where}: ${gold} gold is over the limit`)
    for (let at = slot * BAG_SLOTS; at < (slot + 1) * BAG_SLOTS; at += 1) {
      const [item, count] = [bag.item[at], bag.count[at]]
      const max = item === 0 ? 0 : (this.content.items[item]?.stackMax ?? 0)
      must(count <= max && count > 0 === item > 0, () => `${where}: a stack of ${count} of item ${item}, of at most ${max}`)
    }
  }

  /** A life of the server is over; `tick` is the last that its store has, with what it says that everybody has. */
  recovered(tick: number, stored: Stored): void {
    const kept = this.bookAt(tick)
    this.checkStored(`recovery to tick ${tick}`, kept, stored.holdings)
    for (const command of this.sent.values()) {
      const isPromised = command.life === this.life && command.durable && command.answer === 'ok'
      must(!isPromised || command.tick <= tick, () => lost(command, tick))
    }
    this.keptTicks.set(this.life, tick)
    this.life += 1
    this.opening = kept.copy()
    this.now = kept.copy()
    this.since = []
    this.looks = null
    this.bots = stored.bots
    this.errands.recovered(tick)
    this.trades.forget()
    this.usesLeft.clear()
  }

  /** Everything has settled: the store has what the world had in that tick. */
  settled(tick: number, stored: Stored): void {
    this.checkStored(`the end, tick ${tick}`, this.bookAt(tick), stored.holdings)
  }

  private bookAt(tick: number): Book {
    const book = new Book(this.opening.copy().holdings)
    for (const row of this.since) if (row.tick <= tick) book.book(row)
    return book
  }

  private checkStored(where: string, book: Book, stored: ReadonlyMap<number, Holding>): void {
    must(stored.size === book.holdings.size, () => `${where}: ${stored.size} of ${book.holdings.size} characters are stored`)
    for (const [id, holding] of book.holdings) {
      const found = stored.get(id)
      must(found !== undefined, () => `${where}: character ${id} is not stored`)
      sameHolding(`${where}, character ${id}`, holding, found)
    }
  }
}

/** The bots are held to account together, as character 0. */
const withBotsAsOne = (row: Moved): Moved => ({ ...row, from: partyOf(row.from), to: partyOf(row.to) })
const partyOf = (id: number): number => (id >= BOT_CHARACTER_ID_MIN ? 0 : id)

const lost = ({ name, key, tick }: Sent, kept: number | undefined): string =>
  `${name} ${key} of tick ${tick} was answered ok, but the store had only what was before tick ${(kept ?? 0) + 1}`

function sameHolding(where: string, expected: Holding, found: Holding): void {
  must(expected.gold === found.gold, () => `${where}: ${found.gold} gold, but ${expected.gold} by the records`)
  for (const part of ['held', 'sold'] as const) {
    const [wanted, has] = [expected[part], found[part]]
    const isSame = isSameMap(wanted.items, has.items) && isSameMap(wanted.uids, has.uids)
    must(isSame, () => `${where}, ${part}: ${pileText(has)}; but by the records: ${pileText(wanted)}`)
  }
}

function isSameMap(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a) if (b.get(key) !== value) return false
  return true
}
