import { PresenceResource } from '../../src/net/presence.js'
import { audit } from '../../src/server/audit/audit.js'
import { gameValue } from '../../systems/value-rules.js'
import { Dice } from '../fuzz/dice.js'
import { Auditor } from './auditor.js'
import type { Sent } from './command.js'
import { deed } from './deeds.js'
import { busyRate, drawPlan, type Plan, RUN_S } from './faults.js'
import type { Cut } from './faulty-store.js'
import { Finding, must } from './finding.js'
import { Line } from './line.js'
import type { PlantName } from './plants.js'
import { Player } from './player.js'
import { content } from './scene.js'
import { sightOf } from './sight.js'
import { type Life, Stage, turn } from './stage.js'

export const CHARACTERS_DEFAULT = 50
export const BOTS = 4
/** Requests of a run that have moved value. It goes on until they have, but not for ever. */
export const MOVED_MIN = 2_000
const LONGEST_FACTOR = 2
const HURRY = 6
/** From the end of the faults until everything has settled. */
export const SETTLE_S_MAX = 30
/** With nothing asked for any more: longer than the longest rest between two commits. */
const QUIET_S = 3
/** Whoever has lost the world and has nothing to save is not told so; the run ends it. */
const STALE_S_MAX = 10
/** Who stays with a server that has lost the world, and who looks for somebody else than the neighbour to trade with. */
const STAY_PERCENT = 50
const STRANGER_PERCENT = 20
const BOT_PERCENT = 5

export interface RunOptions {
  readonly seed: number
  readonly plant?: PlantName
  /** 50 unless given. */
  readonly characters?: number
  /** World seconds; 300 unless given. */
  readonly seconds?: number
  /** 2,000 unless given. */
  readonly moved?: number
}

export interface RunReport {
  readonly seed: number
  readonly ticks: number
  readonly worldSeconds: number
  readonly commands: number
  readonly answers: number
  /** Commands that moved value, in all and by name. */
  readonly moved: number
  readonly moves: Readonly<Record<string, number>>
  /** Records of what bots moved. */
  readonly botRecords: number
  readonly trades: number
  readonly crashes: number
  /** Crashes that left a part of a commit on the disk. */
  readonly torn: number
  /** Worlds that another server took while the first went on. */
  readonly takeovers: number
  /** Commits that were done, and answered with a failure. */
  readonly unknownOutcomes: number
  /** Links of the ledger that were folded into opening balances. */
  readonly foldedLinks: number
  /** Sessions that went on over another connection. */
  readonly resumes: number
  readonly settleTicks: number
  /** Of the world at the end. */
  readonly stateHash: string
}

/** One simulation: a world under faults, and an auditor who says what must be true. */
class Run {
  private readonly dice: Dice
  private readonly plan: Plan
  private readonly stage: Stage
  private readonly players: Player[] = []
  private readonly errorPercent: number
  private auditor!: Auditor
  private tick = 0
  private startTick = 0
  private staleUntilTick = 0
  private commands = 0
  private crashes = 0
  private torn = 0
  private takeovers = 0
  private unknownOutcomes = 0

  constructor(private readonly options: RunOptions) {
    const { seed, plant, characters = CHARACTERS_DEFAULT, seconds = RUN_S } = options
    this.dice = new Dice(seed)
    this.plan = drawPlan(this.dice, seconds)
    const { faults, tickHz } = this.plan
    this.errorPercent = faults.errorPercent
    this.stage = new Stage({ seed, characters, bots: BOTS, tickHz, dice: new Dice(seed, 1), faults, plant })
  }

  async run(): Promise<RunReport> {
    const { stage, plan } = this
    await stage.populate()
    const opening = await stage.stored()
    this.auditor = new Auditor(content, opening)
    for (const id of opening.holdings.keys()) if (id !== 0) this.players.push(this.playerOf(id))
    await stage.start()
    const { seconds = RUN_S, moved = MOVED_MIN } = this.options
    const ticks = seconds * plan.tickHz
    while (this.tick < ticks || (this.auditor.moved < moved && this.tick < LONGEST_FACTOR * ticks)) {
      const isOut = this.tick >= plan.outage.fromTick && this.tick < plan.outage.untilTick
      plan.faults.errorPercent = isOut ? 100 : this.errorPercent
      await this.step(true)
      const end = stage.life === null ? undefined : plan.ends.get(this.tick)
      if (end === 'takenOver') await this.takeOver()
      else if (end !== undefined) await this.crash()
      else if (stage.life === null && this.tick >= this.startTick) await this.stage.start()
    }
    must(this.auditor.moved >= moved, () => `only ${this.auditor.moved} of ${moved} commands moved value in ${this.tick} ticks`)
    return this.report(await this.settle())
  }

  private report(settleTicks: number): RunReport {
    const { answers, moved, moves, trades, botRecords } = this.auditor
    return {
      seed: this.options.seed,
      ticks: this.tick,
      worldSeconds: this.tick / this.plan.tickHz,
      commands: this.commands,
      answers,
      moved,
      moves: Object.fromEntries([...moves].sort()),
      botRecords,
      trades: trades.count,
      crashes: this.crashes,
      torn: this.torn,
      takeovers: this.takeovers,
      unknownOutcomes: this.unknownOutcomes + (this.stage.life?.store.unknownOutcomes ?? 0),
      foldedLinks: this.stage.disk.ledger?.base ?? 0,
      resumes: this.players.reduce((sum, { resumes }) => sum + resumes, 0),
      settleTicks,
      stateHash: `${this.stage.life?.host.simulation.world.stateHash()}`,
    }
  }

  private playerOf(characterId: number): Player {
    const dice = new Dice(this.options.seed, 1_000 + characterId)
    const world = {
      tickHz: this.plan.tickHz,
      connect: () => {
        const { life } = this.stage
        return life === null ? null : { line: new Line(life.transport.connect(), dice, this.plan.faults), life: life.number }
      },
      asked: (command: Sent) => {
        this.commands += 1
        this.auditor.asked(command)
      },
      answered: (command: Sent, code: string) => this.auditor.answered(command, code),
    }
    return new Player(characterId, world, dice)
  }

  private async step(isBusy: boolean): Promise<void> {
    this.tick += 1
    const { stage, tick } = this
    const isBefore = this.plan.ends.get(tick) === 'before'
    await stage.step(!isBefore)
    const { life } = stage
    if (life !== null && !isBefore) this.auditor.afterTick(life.host.simulation.world)
    for (const one of [life, stage.stale])
      must((one?.store.problem ?? '') === '', () => `the store could not take what it was given: ${one?.store.problem}`)
    if (stage.stale !== null && tick >= this.staleUntilTick) await stage.endStale()
    if (!this.plan.ends.has(tick)) await turn()
    for (const player of this.players) player.step(tick)
    if (isBusy) for (const player of this.players) this.act(player)
  }

  private act(player: Player): void {
    const { dice, plan, tick } = this
    if (player.entity === 0) return
    if (dice.below(10_000 * plan.tickHz) < plan.faults.dropRate) return player.drop(tick)
    if (dice.below(10_000 * plan.tickHz) < plan.faults.logoutRate) return player.logout(tick)
    // Where much is lost, or the server was gone for long, they ask the more.
    const { seconds = RUN_S, moved = MOVED_MIN } = this.options
    const isBehind = this.auditor.moved * seconds * plan.tickHz < moved * tick
    if (dice.below(10_000) >= busyRate(plan, tick) * (isBehind ? HURRY : 1) || !player.mayAsk) return
    const world = this.lifeOf(player)?.host.simulation.world
    const slot = world?.resource(PresenceResource).slotByCharacter.get(player.characterId)
    if (world !== undefined && slot !== undefined)
      deed(player, sightOf(world, slot, this.partnerOf(player, [...world.resource(PresenceResource).bots.keys()])), dice, tick)
  }

  private lifeOf(player: Player): Life | null {
    const { life, stale } = this.stage
    return stale !== null && player.life === stale.number ? stale : life
  }

  /** Mostly the same neighbour, so that trades come about. */
  private partnerOf(player: Player, bots: readonly number[]): number {
    const { dice, players } = this
    if (bots.length > 0 && dice.chance(BOT_PERCENT))
      return this.lifeOf(player)?.host.simulation.world.entities.entityOf(dice.pick(bots)) ?? 0
    const neighbour = ((player.characterId - 1) ^ 1) % players.length
    return players[dice.chance(STRANGER_PERCENT) ? dice.below(players.length) : neighbour].entity
  }

  /** What the store says of itself: balances, ledger and chain, as `myriad audit` checks them. */
  private checkLedger(where: string): void {
    const { violations } = audit(this.stage.disk, gameValue, content)
    const [first] = violations
    must(first === undefined, () => `${where}: ${first.invariant}: ${first.what}; ${violations.length} violations in all`)
  }

  private async crash(): Promise<void> {
    const { stage, dice, tick } = this
    const { life } = stage
    this.crashes += 1
    const cut = this.drawCut()
    if (cut === 'torn') this.torn += 1
    stage.crash(cut)
    await turn()
    must(life?.store.problem === '', () => `the store could not take what it was given: ${life?.store.problem}`)
    await this.recovered(life)
    this.startTick = tick + dice.between(1, 3 * this.plan.tickHz)
  }

  private drawCut(): Cut {
    const { plant } = this.options
    const drawn = this.dice.pick(['kept', 'dropped', 'torn', 'torn'] as const)
    if (plant === 'saved-by-player') return 'part'
    return plant === 'torn-read' && drawn === 'torn' ? 'tornRead' : drawn
  }

  private async takeOver(): Promise<void> {
    const { stage, dice, tick } = this
    const { life } = stage
    this.takeovers += 1
    await stage.takeOver()
    this.staleUntilTick = tick + STALE_S_MAX * this.plan.tickHz
    await this.recovered(life, () => dice.chance(STAY_PERCENT))
  }

  /** That life is over, to all but those who stay with it. */
  private async recovered(life: Life | null, stays: () => boolean = () => false): Promise<void> {
    this.unknownOutcomes += life?.store.unknownOutcomes ?? 0
    this.auditor.recovered(Math.max(0, this.stage.disk.tick), await this.stage.stored())
    this.checkLedger('the recovery')
    for (const player of this.players) if (player.life === life?.number && !stays()) player.lostServer(this.tick)
  }

  /** The faults stop: everybody is in the world and answered, and the store has everything, within a bound. */
  private async settle(): Promise<number> {
    const { stage, players, plan } = this
    const quiet = { errorPercent: 0, latencyTicksMax: 0, lossPercent: 0, repeatPercent: 0, reorderPercent: 0, delayTicksMax: 0 }
    Object.assign(plan.faults, quiet)
    if (stage.life === null) await this.stage.start()
    const from = this.tick
    while (!this.isSettled()) {
      must(
        this.tick - from < SETTLE_S_MAX * plan.tickHz,
        () => `not settled ${SETTLE_S_MAX} s after the faults stopped: ${this.unsettled()}`,
      )
      await this.step(false)
      for (const player of players) player.endTrade(this.tick)
    }
    const settleTicks = this.tick - from
    for (let i = 0; i < QUIET_S * plan.tickHz; i += 1) await this.step(false)
    const worldTick = stage.life?.host.simulation.world.tick ?? 0
    const { tick } = stage.disk
    must(worldTick - tick <= QUIET_S * plan.tickHz, () => `the store has tick ${tick} of ${worldTick}`)
    this.auditor.settled(tick, await stage.stored())
    this.checkLedger('the end')
    return settleTicks
  }

  private isSettled(): boolean {
    const { life, stale } = this.stage
    if (life === null || stale !== null || !this.players.every(({ isSettled }) => isSettled)) return false
    const { simulation, storage } = life.host
    return simulation.net.durables.count === 0 && storage.level === 0
  }

  private unsettled(): string {
    const { life } = this.stage
    const open = this.players.filter(({ isSettled }) => !isSettled).map(({ characterId }) => characterId)
    const waits = life?.host.simulation.net.durables.count
    return `characters ${open.join(', ') || 'none'}; ${waits} answers wait for the store, whose level is ${life?.host.storage.level}`
  }

  /** Where it stood, for a finding. */
  get place(): string {
    return `tick ${this.tick}, ${this.commands} commands, ${this.crashes} crashes`
  }
}

/** Throws a `Finding` when something that must hold does not. */
export async function runSeed(options: RunOptions): Promise<RunReport> {
  const run = new Run(options)
  try {
    return await run.run()
  } catch (error) {
    if (!(error instanceof Finding)) throw error
    throw new Finding(`seed ${options.seed}, ${run.place}: ${error.message}`)
  }
}
