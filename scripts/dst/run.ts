import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import { PresenceResource } from '../../src/net/presence.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { Dice } from '../fuzz/dice.js'
import { Auditor } from './auditor.js'
import type { Sent } from './command.js'
import { deed, type Sight } from './deeds.js'
import type { StoreFaults } from './faulty-store.js'
import { Finding, must } from './finding.js'
import { Line, type LineFaults } from './line.js'
import type { PlantName } from './plants.js'
import { Player } from './player.js'
import { content, Stage, TICK_HZ, turn, vendor } from './stage.js'

export const CHARACTERS_DEFAULT = 50
/** Requests of a run, and the time within which they are made. */
export const COMMANDS_MIN = 2_000
export const TICKS_MAX = 300 * TICK_HZ
/** From the end of the faults until everything has settled. */
export const SETTLE_TICKS_MAX = 30 * TICK_HZ
/** With nothing asked for any more: longer than the longest rest between two commits. */
const QUIET_TICKS = 3 * TICK_HZ
const CRASHES_MAX = 4

export interface RunOptions {
  readonly seed: number
  readonly plant?: PlantName
  /** 50 unless given. */
  readonly characters?: number
  /** 2,000 unless given. */
  readonly commands?: number
}

export interface RunReport {
  readonly seed: number
  readonly ticks: number
  readonly commands: number
  readonly answers: number
  /** Commands that moved value. */
  readonly moved: number
  readonly trades: number
  readonly crashes: number
  /** Sessions that went on over another connection. */
  readonly resumes: number
  readonly settleTicks: number
  /** Of the world at the end, and of the answers on the way. */
  readonly stateHash: string
}

/** What is drawn for a whole run. */
interface Faults extends StoreFaults, LineFaults {
  /** Of 10,000 players, a tick: who drop, and who log out. */
  dropRate: number
  logoutRate: number
}

/** Ticks in which every call of the store fails, in some runs: long enough for it to be behind. */
interface Outage {
  readonly fromTick: number
  readonly untilTick: number
}
const OUTAGE_PERCENT = 30

function drawOutage(dice: Dice): Outage {
  const fromTick = dice.between(60, 300)
  return { fromTick, untilTick: dice.chance(OUTAGE_PERCENT) ? fromTick + dice.between(1, 10 * TICK_HZ) : fromTick }
}

function drawFaults(dice: Dice): Faults {
  return {
    errorPercent: dice.below(11),
    latencyTicksMax: dice.pick([0, 1, 4, 12]),
    lossPercent: dice.pick([0, 2, 10, 30]),
    repeatPercent: dice.below(51),
    delayTicksMax: dice.pick([0, 2, 8]),
    dropRate: dice.below(60),
    logoutRate: dice.below(20),
  }
}

/** One simulation: a world under faults, and an auditor who says what must be true. */
class Run {
  private readonly dice: Dice
  private readonly faults: Faults
  private readonly stage: Stage
  private readonly players: Player[] = []
  private readonly outage: Outage
  private readonly errorPercent: number
  /** By tick, whether the process ends before the world's step or after it. */
  private readonly crashTicks: ReadonlyMap<number, 'before' | 'after'>
  private auditor!: Auditor
  private tick = 0
  private startTick = 0
  private commands = 0
  private crashes = 0

  constructor(private readonly options: RunOptions) {
    const { seed, plant, characters = CHARACTERS_DEFAULT } = options
    this.dice = new Dice(seed)
    this.faults = drawFaults(this.dice)
    this.outage = drawOutage(this.dice)
    this.errorPercent = this.faults.errorPercent
    const dice = new Dice(seed, 1)
    this.stage = new Stage({ seed, characters, dice, faults: this.faults, plant })
    const crashes = this.dice.below(CRASHES_MAX + 1)
    this.crashTicks = new Map(
      Array.from(
        { length: crashes },
        () => [this.dice.between(40, 1_000), this.dice.pick(['before', 'after'] as const)] as const,
      ),
    )
  }

  async run(): Promise<RunReport> {
    const { stage } = this
    await stage.populate()
    const opening = await stage.stored()
    this.auditor = new Auditor(content, opening)
    for (const id of opening.keys()) this.players.push(this.playerOf(id))
    await stage.start()
    const { commands = COMMANDS_MIN } = this.options
    while (this.tick < TICKS_MAX && (this.commands < commands || this.tick <= Math.max(0, ...this.crashTicks.keys()))) {
      const isOut = this.tick >= this.outage.fromTick && this.tick < this.outage.untilTick
      this.faults.errorPercent = isOut ? 100 : this.errorPercent
      await this.step(true)
      if (this.crashTicks.has(this.tick) && stage.life !== null) await this.crash()
      else if (stage.life === null && this.tick >= this.startTick) await stage.start()
    }
    must(this.commands >= commands, () => `only ${this.commands} of ${commands} commands in ${this.tick} ticks`)
    const settleTicks = await this.settle()
    const { answers, moved, trades } = this.auditor
    const stateHash = `${stage.life?.host.simulation.world.stateHash()}`
    return {
      seed: this.options.seed,
      ticks: this.tick,
      commands: this.commands,
      answers,
      moved,
      trades,
      crashes: this.crashes,
      resumes: this.players.reduce((sum, { resumes }) => sum + resumes, 0),
      settleTicks,
      stateHash,
    }
  }

  private playerOf(characterId: number): Player {
    const dice = new Dice(this.options.seed, 1_000 + characterId)
    const world = {
      connect: () => {
        const { life } = this.stage
        return life === null ? null : { line: new Line(life.transport.connect(), dice, this.faults), life: life.number }
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
    const crash = this.crashTicks.get(this.tick)
    await this.stage.step(crash !== 'before')
    const { life } = this.stage
    if (life !== null && crash !== 'before') {
      this.auditor.afterTick(life.host.simulation.world)
      must(life.store.problem === '', () => `the store could not take what it was given: ${life.store.problem}`)
    }
    if (crash === undefined) await turn()
    for (const player of this.players) player.step(this.tick)
    if (isBusy && life !== null) for (const player of this.players) this.act(player)
  }

  private act(player: Player): void {
    const { dice, faults, tick } = this
    if (player.entity === 0) return
    if (dice.below(10_000) < faults.dropRate) return player.drop(tick)
    if (dice.below(10_000) < faults.logoutRate) return player.logout(tick)
    if (!player.mayAsk || !dice.chance(12)) return
    const sight = this.sightOf(player)
    if (sight !== undefined) deed(player, sight, dice, tick)
  }

  private sightOf(player: Player): Sight | undefined {
    const world = this.stage.life?.host.simulation.world
    const slot = world?.resource(PresenceResource).slotByCharacter.get(player.characterId)
    if (world === undefined || slot === undefined) return undefined
    const bag = world.columns(Bag)
    const start = slot * BAG_SLOTS
    const partner = this.dice.chance(80)
      ? ((player.characterId - 1) ^ 1) % this.players.length
      : this.dice.below(this.players.length)
    return {
      content,
      vendor,
      npc: world.resource(SpawnsResource).npcEntity[vendor.id],
      partner: this.players[partner].entity,
      items: bag.item.subarray(start, start + BAG_SLOTS),
      counts: bag.count.subarray(start, start + BAG_SLOTS),
      gold: world.columns(Purse).gold[slot],
    }
  }

  private async crash(): Promise<void> {
    const { stage, dice, tick } = this
    this.crashes += 1
    const store = stage.life?.store
    const whole = dice.chance(50) ? 'kept' : 'dropped'
    stage.crash(this.options.plant === 'saved-by-player' ? 'part' : whole)
    await turn()
    must(store?.problem === '', () => `the store could not take what it was given: ${store?.problem}`)
    this.auditor.recovered(Math.max(0, stage.disk.tick), await stage.stored())
    for (const player of this.players) player.lostServer(tick)
    this.startTick = tick + dice.between(1, 3 * TICK_HZ)
  }

  /** The faults stop: everybody is in the world and answered, and the store has everything, within a bound. */
  private async settle(): Promise<number> {
    const { faults, stage, players } = this
    Object.assign(faults, { errorPercent: 0, latencyTicksMax: 0, lossPercent: 0, repeatPercent: 0, delayTicksMax: 0 })
    if (stage.life === null) await stage.start()
    const from = this.tick
    while (!this.isSettled()) {
      must(
        this.tick - from < SETTLE_TICKS_MAX,
        () => `not settled ${SETTLE_TICKS_MAX} ticks after the faults stopped: ${this.unsettled()}`,
      )
      await this.step(false)
      for (const player of players) player.endTrade(this.tick)
    }
    const settleTicks = this.tick - from
    for (let i = 0; i < QUIET_TICKS; i += 1) await this.step(false)
    this.auditor.settled(await stage.stored())
    return settleTicks
  }

  private isSettled(): boolean {
    const { life } = this.stage
    if (life === null || !this.players.every(({ isSettled }) => isSettled)) return false
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
