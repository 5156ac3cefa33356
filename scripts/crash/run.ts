import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSqlite } from '../../src/adapters/sqlite-reader.js'
import { audit } from '../../src/server/audit/audit.js'
import { gameValue } from '../../systems/value-rules.js'
import { Dice } from '../fuzz/dice.js'
import { Book } from './book.js'
import { type Customer, enterWorld } from './customer.js'
import { runDealers } from './dealer.js'
import { freePort, type Hosted, spawnHost, whenReady } from './hosted.js'
import { runHunter } from './hunter.js'
import { content, populate, roleOf } from './opening.js'
import type { PlantName } from './plants.js'
import { auditRows, type RowsReport } from './rows-audit.js'

export interface CrashOptions {
  readonly kills: number
  readonly seed: number
  readonly clients: number
  readonly bots: number
  readonly plant?: PlantName
  /** Told of each start, as it comes. */
  readonly onStart?: (line: string) => void
}

export interface CrashReport {
  readonly kills: number
  /** Of them, before the first tick. */
  readonly killsAtStart: number
  readonly starts: number
  /** Durable commands that were answered `ok`, by name; an accept stands for a whole trade. */
  readonly acknowledged: ReadonlyMap<string, number>
  /** Commands without an answer when the server was killed, that had happened, or had not. */
  readonly kept: number
  readonly undone: number
  /** From the start of the process to its first tick, of each start over a database that a killed one left. */
  readonly readyMs: readonly number[]
  readonly gold: number
  readonly violations: readonly string[]
}

const CREATURES_PER_BOT = 5
/** The server is killed so long after the clients have begun, at the least and at the most. */
const RUN_MS_MIN = 300
const RUN_MS_MAX = 7_000
/** So many kills of a hundred come before the first tick has run, within this time of the process's start. */
const AT_START_PERCENT = 15
const START_MS = 1_500

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A real server that is killed again and again, with clients who trade, loot, buy and sell over real sockets. */
class CrashRun {
  private readonly dice: Dice
  private readonly directory = mkdtempSync(join(tmpdir(), 'myriad-crash-'))
  private readonly path = join(this.directory, 'world.db')
  private readonly book: Book
  /** What was found without the book: in the rows, in the ledger, at the end. */
  private readonly others: string[] = []
  private readonly readyMs: number[] = []
  private running: Hosted | undefined
  private last: RowsReport | undefined
  private port = 0
  private isKilled = false
  private kills = 0
  private killsAtStart = 0
  private starts = 0
  private kept = 0
  private undone = 0

  constructor(private readonly options: CrashOptions) {
    this.dice = new Dice(options.seed)
    this.book = new Book(populate(this.path, options.clients))
  }

  async run(): Promise<CrashReport> {
    this.port = await freePort()
    try {
      while (this.kills < this.options.kills && !this.isFound) await this.oneLife()
      if (!this.isFound) await this.lastLife()
    } finally {
      this.running?.kill('SIGKILL')
      await this.running?.ended
      rmSync(this.directory, { recursive: true })
    }
    const { kills, killsAtStart, starts, kept, undone, readyMs } = this
    const { acknowledgedBy: acknowledged } = this.book
    const violations = [...this.book.violations, ...this.others]
    const gold = this.last?.gold ?? 0
    return { kills, killsAtStart, starts, acknowledged, kept, undone, readyMs, gold, violations }
  }

  /**
   * A fault that was put in is found: that is all that was to be shown. By the book, that is: the ledger's audit may find it in an earlier
   * life, which would say nothing of what was promised to clients.
   */
  private get isFound(): boolean {
    return this.options.plant !== undefined && this.book.violations.length > 0
  }

  private async oneLife(): Promise<void> {
    const { dice } = this
    if (this.starts > 0 && dice.chance(AT_START_PERCENT)) {
      this.spawn()
      await pause(dice.below(START_MS))
      this.killsAtStart += 1
      await this.kill()
      return
    }
    const url = await this.start()
    const customers = await this.enter(url)
    const business = Promise.all(this.business(customers))
    await Promise.race([pause(dice.between(RUN_MS_MIN, RUN_MS_MAX)), business])
    await this.kill()
    // What the server had sent before it was killed is read until the sockets have ended, which ends what everybody does.
    await business
  }

  /** Nobody plays, and it ends as it should: all is there, and it says so. */
  private async lastLife(): Promise<void> {
    await this.start()
    this.running?.kill('SIGTERM')
    const end = await this.running?.ended
    if (end !== 'exit code 0') this.others.push(`the last server was asked to stop, and ended with ${end}`)
    this.audit('after the end')
    if (this.options.plant === undefined && this.book.acknowledged === 0)
      this.others.push('no durable command was answered ok in the whole run, which so has shown nothing')
  }

  private spawn(): Hosted {
    const { seed, bots, plant } = this.options
    this.starts += 1
    this.isKilled = false
    const creatures = bots * CREATURES_PER_BOT
    this.running = spawnHost({ path: this.path, port: this.port, seed, bots, creatures, plant })
    return this.running
  }

  /** Starts a server over what the last one left, and audits that. */
  private async start(): Promise<string> {
    const beganMs = performance.now()
    await whenReady(this.spawn())
    if (this.starts > 1) this.readyMs.push(performance.now() - beganMs)
    this.audit(`start ${this.starts}, after ${this.kills} kills`)
    return `ws://127.0.0.1:${this.port}/`
  }

  private async kill(): Promise<void> {
    this.kills += 1
    this.isKilled = true
    this.running?.kill('SIGKILL')
    await this.running?.ended
  }

  private audit(where: string): void {
    const { book, last, others } = this
    const report = auditRows(this.path)
    const { kept, undone } = book.recovered(where, report.holdings)
    this.kept += kept
    this.undone += undone
    others.push(...report.violations.map((text) => `${where}: ${text}`))
    const ledger = readSqlite(this.path, (saved) => audit(saved, gameValue, content))
    others.push(...ledger.violations.map(({ invariant, what }) => `${where}: ${invariant}: ${what}`))
    if (last !== undefined) {
      if (report.tick < last.tick) others.push(`${where}: the world is of tick ${report.tick}, before ${last.tick}`)
      for (const id of last.characterIds) if (!report.characterIds.has(id)) others.push(`${where}: character ${id} is gone`)
    }
    this.last = report
    const line = `${where}: tick ${report.tick}, ${report.bots} bots, ${book.acknowledged} acknowledged`
    this.options.onStart?.(`${line}, ${kept + undone} in doubt, ${book.violations.length + others.length} violations`)
  }

  private async enter(url: string): Promise<readonly Customer[]> {
    const { options, book } = this
    const numbers = Array.from({ length: options.clients }, (_, i) => i + 1)
    return Promise.all(
      numbers.map((number) => enterWorld(url, number, book, new Dice(options.seed, this.starts * 1_000 + number))),
    )
  }

  /** What everybody does until the server is gone. */
  private business(customers: readonly Customer[]): readonly Promise<void>[] {
    const dealers = customers.filter((_, i) => roleOf(i + 1) === 'dealer')
    const hunters = customers.filter((_, i) => roleOf(i + 1) === 'hunter')
    const pairs = dealers.flatMap((a, i) => (i % 2 === 0 && dealers[i + 1] !== undefined ? [[a, dealers[i + 1]] as const] : []))
    const work = [...pairs.map(([a, b]) => runDealers(a, b)), ...hunters.map(runHunter)]
    return work.map((its) => its.catch((error: unknown) => this.ended(error)))
  }

  /** That the server is gone is what was wanted; anything else is a fault. */
  private ended(error: unknown): void {
    if (!this.isKilled) throw error
  }
}

/** Kills a server of its own `kills` times, and says what held. Throws when a server does not start again. */
export function runCrash(options: CrashOptions): Promise<CrashReport> {
  return new CrashRun(options).run()
}
