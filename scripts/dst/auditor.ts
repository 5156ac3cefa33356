import { BAG_SLOTS, Bag, BUY_BACKS, BuyBack, Purse } from '../../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../../components/equipment.js'
import type { World } from '../../src/ecs/world.js'
import { PresenceResource } from '../../src/net/presence.js'
import { SESSIONS_PER_EPOCH } from '../../src/server/world-store.js'
import type { Content } from '../../systems/content/types.js'
import { LedgerResource, type Moved } from '../../systems/ledger.js'
import { keyOf, type Sent, sideText } from './command.js'
import { effectProblem } from './effects.js'
import { must } from './finding.js'
import { Book, emptyPile, type Holding, layPlaces, pileText } from './holdings.js'

/** Refusals of the gate that a repeated request gets whatever became of the first. */
const sayNothing = new Set(['tooFast', 'notAllowed', 'malformed'])
/** Accepts of a character that a trade may be the answer to. */
const ACCEPTS_MAX = 16

/**
 * Knows what must be true, from the requests, the answers and the records of what moved; the game's rules are not asked. It holds
 * every tick and every recovery against that.
 */
export class Auditor {
  /** Requests that moved something, trades that were done, uses that used something up. */
  moved = 0
  trades = 0
  answers = 0
  private readonly sent = new Map<string, Sent>()
  private readonly accepts = new Map<number, Sent[]>()
  private readonly usesLeft = new Map<number, number>()
  /** As it was when this life of the server began, with all that moved since. */
  private opening: Book
  private now: Book
  private since: Moved[] = []
  private life = 1
  /** The last tick that each ended life of the server left behind. */
  private readonly keptTicks = new Map<number, number>()

  constructor(
    private readonly content: Content,
    opening: Map<number, Holding>,
  ) {
    this.opening = new Book(opening).saved()
    this.now = new Book(opening).saved()
  }

  asked(command: Sent): void {
    must(!this.sent.has(command.key), () => `the harness used the seq ${command.key} twice`)
    this.sent.set(command.key, command)
    const { characterId, name } = command
    if (name === 'item.use') this.usesLeft.set(characterId, (this.usesLeft.get(characterId) ?? 0) + 1)
    if (name !== 'trade.accept') return
    const accepts = this.accepts.get(characterId) ?? []
    accepts.push(command)
    if (accepts.length > ACCEPTS_MAX) accepts.shift()
    this.accepts.set(characterId, accepts)
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
    // Of two accepts the first only agrees.
    must(rows.length > 0 || name === 'trade.accept', () => `${name} ${key} was answered ok, but nothing is recorded of it`)
    const kept = this.keptTicks.get(life)
    must(kept === undefined || tick <= kept, () => lost(command, kept))
  }

  /** After every tick: what moved in it was asked for, once and so, and everybody has what the records say. */
  afterTick(world: World): void {
    const byCommand = new Map<string, Moved[]>()
    for (const row of world.resource(LedgerResource).rowsOf(world.tick)) {
      this.since.push(row)
      this.now.book(row)
      if (row.session === 0) this.unasked(row)
      else {
        // A client knows its session by its socket's number, which is what the id is above those of earlier lives.
        const key = keyOf(this.life, row.session % SESSIONS_PER_EPOCH, row.seq)
        byCommand.set(key, [...(byCommand.get(key) ?? []), row])
      }
    }
    for (const [key, rows] of byCommand) this.commandMoved(key, rows, world.tick)
    const { characters } = world.resource(PresenceResource)
    for (const [slot, { characterId }] of characters) this.checkCharacter(world, slot, characterId)
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
    if (name === 'trade.accept') this.checkTrade(command)
    else {
      const problem = effectProblem(command, rows, this.content)
      must(problem === '', () => `${name} ${key} ${JSON.stringify(command.payload)}, tick ${tick}: ${problem}`)
    }
  }

  /** Both sides have been shown, and have accepted, exactly what changed hands. */
  private checkTrade(command: Sent): void {
    const { rows, characterId: a, view, key, tick } = command
    const b = rows[0].from === a ? rows[0].to : rows[0].from
    const given = (from: number, to: number): string => {
      const its = rows.filter((row) => row.from === from && row.to === to)
      return sideText(
        its.reduce((sum, { gold }) => sum + gold, 0),
        its.filter(({ item }) => item !== 0),
      )
    }
    for (const { reason, from, to } of rows)
      must(reason === 'trade' && (from === a ? to === b : from === b && to === a), () => `accept ${key} moves value by ${reason}`)
    const happened = `character ${a} gave ${given(a, b)} and got ${given(b, a)}`
    must(view !== undefined, () => `trade ${key}, tick ${tick}: ${happened}, having been shown nothing`)
    const { mine, theirs, revision } = view
    must(
      mine === given(a, b) && theirs === given(b, a),
      () => `trade ${key}, tick ${tick}: ${happened}, but was shown ${mine}, for ${theirs}`,
    )
    const other = this.accepts
      .get(b)
      ?.find((it) => !it.isUsed && it.view?.revision === revision && it.view.mine === theirs && it.view.theirs === mine)
    must(other !== undefined && !command.isUsed, () => `trade ${key}, tick ${tick}: ${happened}, and ${b} had not accepted that`)
    command.isUsed = true
    other.isUsed = true
    this.trades += 1
  }

  private checkCharacter(world: World, slot: number, characterId: number): void {
    const [bag, worn, sales] = [world.columns(Bag), world.columns(Equipment), world.columns(BuyBack)]
    const [held, sold] = [emptyPile(), emptyPile()]
    layPlaces(held, bag, slot * BAG_SLOTS, BAG_SLOTS)
    layPlaces(held, { item: worn.item, uid: worn.uid }, slot * EQUIP_SLOTS, EQUIP_SLOTS)
    layPlaces(sold, sales, slot * BUY_BACKS, BUY_BACKS)
    const gold = world.columns(Purse).gold[slot]
    const where = `tick ${world.tick}, character ${characterId}`
    sameHolding(where, this.now.of(characterId), { gold, held, sold })
    must(gold <= this.content.rates.goldMax, () => `${where}: ${gold} gold is over the limit`)
    for (let at = slot * BAG_SLOTS; at < (slot + 1) * BAG_SLOTS; at += 1) {
      const [item, count] = [bag.item[at], bag.count[at]]
      const max = item === 0 ? 0 : (this.content.items[item]?.stackMax ?? 0)
      must(count <= max && count > 0 === item > 0, () => `${where}: a stack of ${count} of item ${item}, of at most ${max}`)
    }
  }

  /** The server has crashed; `tick` is the last that its store has, with what it says that everybody has. */
  recovered(tick: number, stored: ReadonlyMap<number, Holding>): void {
    const kept = new Book(this.opening.saved().holdings)
    for (const row of this.since) if (row.tick <= tick) kept.book(row)
    this.checkStored(`recovery to tick ${tick}`, kept, stored)
    for (const command of this.sent.values()) {
      const isPromised = command.life === this.life && command.durable && command.answer === 'ok'
      must(!isPromised || command.tick <= tick, () => lost(command, tick))
    }
    this.keptTicks.set(this.life, tick)
    this.life += 1
    this.opening = kept.saved()
    this.now = kept.saved()
    this.since = []
    this.usesLeft.clear()
    this.accepts.clear()
  }

  /** Everything has settled: the store has what the world has. */
  settled(stored: ReadonlyMap<number, Holding>): void {
    this.checkStored('the end', this.now, stored)
  }

  private checkStored(where: string, book: Book, stored: ReadonlyMap<number, Holding>): void {
    must(stored.size === book.holdings.size, () => `${where}: ${stored.size} of ${book.holdings.size} characters are stored`)
    for (const [id, { gold, held }] of book.holdings) {
      const found = stored.get(id)
      must(found !== undefined, () => `${where}: character ${id} is not stored`)
      sameHolding(`${where}, character ${id}`, { gold, held, sold: emptyPile() }, found)
    }
  }
}

const lost = ({ name, key, tick }: Sent, kept: number | undefined): string =>
  `${name} ${key} of tick ${tick} was answered ok, but the store had only what was before tick ${(kept ?? 0) + 1}`

function sameHolding(where: string, expected: Holding, found: Holding): void {
  must(expected.gold === found.gold, () => `${where}: ${found.gold} gold, but ${expected.gold} by the records`)
  for (const part of ['held', 'sold'] as const) {
    const [wanted, has] = [pileText(expected[part]), pileText(found[part])]
    must(wanted === has, () => `${where}, ${part}: ${has}; but by the records: ${wanted}`)
  }
}
