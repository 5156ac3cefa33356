import { SOUGHT_S, TradeChanged, TradeClosed, TradeOpened, TradeSought } from '../../protocol/trade.js'
import type { Client } from '../../src/client/index.js'
import type { Entity } from '../../src/ecs/entities.js'
import type { OpcodePayload } from '../../src/protocol/opcode.js'
import type { TradeSeen } from './trade-seen.js'

type Side = OpcodePayload<typeof TradeChanged>['mine']
const EMPTY: Side = Object.freeze({ gold: 0, accepted: false, things: [] })

interface Sought {
  readonly item: number
  readonly count: number
  readonly untilTick: number
}
/** Of so many it remembers what they look for; whoever said it first is forgotten first. */
const SEEKERS_MAX = 256

/** The open trade as the server told a client of it. */
export class ClientTrade implements TradeSeen {
  partner: Entity = 0
  revision = 0
  private mine = EMPTY
  private theirs = EMPTY
  private readonly seekers = new Map<Entity, Sought>()

  /** `ended` is called with whom the trade was with, and whether anything changed hands. */
  constructor(
    private readonly client: Client,
    ended: (partner: Entity, isDone: boolean) => void,
  ) {
    client.on(TradeOpened, ({ partner, revision }) => this.show(partner, revision, EMPTY, EMPTY))
    client.on(TradeChanged, ({ revision, mine, theirs }) => this.show(this.partner, revision, mine, theirs))
    client.on(TradeClosed, ({ reason }) => {
      ended(this.partner, reason === 'done')
      this.show(0, 0, EMPTY, EMPTY)
    })
    client.on(TradeSought, ({ seeker, item, count }) => this.note(seeker, item, count))
  }

  private show(partner: Entity, revision: number, mine: Side, theirs: Side): void {
    this.partner = partner
    this.revision = revision
    this.mine = mine
    this.theirs = theirs
  }
  private note(seeker: Entity, item: number, count: number): void {
    const { seekers, client } = this
    seekers.delete(seeker)
    if (item === 0) return
    seekers.set(seeker, { item, count, untilTick: client.tick + SOUGHT_S * client.tickHz })
    if (seekers.size <= SEEKERS_MAX) return
    for (const first of seekers.keys()) {
      seekers.delete(first)
      return
    }
  }
  private in(side: Side, slot: number): Side['things'][number] | undefined {
    return side.things.find((thing) => thing.slot === slot)
  }
  get gold(): number {
    return this.mine.gold
  }
  get accepted(): boolean {
    return this.mine.accepted
  }
  get theirGold(): number {
    return this.theirs.gold
  }
  get theirAccepted(): boolean {
    return this.theirs.accepted
  }
  item(slot: number): number {
    return this.in(this.mine, slot)?.item ?? 0
  }
  count(slot: number): number {
    return this.in(this.mine, slot)?.count ?? 0
  }
  theirItem(slot: number): number {
    return this.in(this.theirs, slot)?.item ?? 0
  }
  theirCount(slot: number): number {
    return this.in(this.theirs, slot)?.count ?? 0
  }
  theirDurability(slot: number): number {
    return this.in(this.theirs, slot)?.durability ?? 0
  }
  private sought(entity: Entity): Sought | undefined {
    const said = this.seekers.get(entity)
    return said !== undefined && this.client.tick < said.untilTick ? said : undefined
  }
  soughtItem(entity: Entity): number {
    return this.sought(entity)?.item ?? 0
  }
  soughtCount(entity: Entity): number {
    return this.sought(entity)?.count ?? 0
  }
}
