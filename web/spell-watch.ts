import { Auras } from '../components/auras.js'
import { SpellAuraFaded, SpellAuraGained, SpellFinished, SpellStarted, SpellStopped } from '../protocol/spell.js'
import type { Client } from '../src/client/index.js'

/** What is longer over than this, in ticks, is forgotten even though nobody said that it ended. */
const OVERDUE_TICKS = 40

export interface AuraSeen {
  readonly aura: number
  /** 0 where it is not known. */
  readonly caster: number
  readonly stacks: number
  /** The tick at which it ends; Infinity when only somebody can end it. */
  readonly untilTick: number
}

export interface CastSeen {
  readonly spell: number
  readonly fromTick: number
  readonly untilTick: number
  readonly isChannel: boolean
}

/** The own auras, as the own columns tell them: all there are. */
export function ownAuras({ owner }: Client): readonly AuraSeen[] {
  return Array.from({ length: owner.get(Auras, 'count') }, (_, place) => ({
    aura: owner.get(Auras, 'aura', place),
    caster: owner.get(Auras, 'caster', place),
    stacks: owner.get(Auras, 'stacks', place),
    untilTick: owner.get(Auras, 'untilTick', place) || Number.POSITIVE_INFINITY,
  })).filter(({ aura }) => aura !== 0)
}

/**
 * Casts and auras of everybody in view, by what the cells' events say of them. What lay on somebody before it came into view is not known:
 * no message tells it.
 */
export class SpellWatch {
  private readonly auras = new Map<number, readonly AuraSeen[]>()
  private readonly casts = new Map<number, CastSeen>()

  constructor(private readonly client: Client) {
    client.on(SpellStarted, ({ caster, spell, castMs, channel }) => {
      const untilTick = client.tick + (castMs * client.tickHz) / 1000
      this.casts.set(caster, { spell, fromTick: client.tick, untilTick, isChannel: channel })
    })
    client.on(SpellFinished, ({ caster, spell }) => this.endCast(caster, spell))
    client.on(SpellStopped, ({ caster, spell }) => this.endCast(caster, spell))
    client.on(SpellAuraGained, ({ target, caster, aura, stacks, durationMs }) => {
      const untilTick = durationMs === 0 ? Number.POSITIVE_INFINITY : client.tick + (durationMs * client.tickHz) / 1000
      const others = this.of(target).filter((seen) => seen.aura !== aura || seen.caster !== caster)
      this.auras.set(target, [...others, { aura, caster, stacks, untilTick }])
    })
    client.on(SpellAuraFaded, ({ target, aura }) => this.fade(target, aura))
    client.onEntity({
      left: ({ entity }) => {
        this.auras.delete(entity)
        this.casts.delete(entity)
      },
    })
  }

  /** What somebody casts or channels now, as far as it is known. */
  castOf(entity: number): CastSeen | undefined {
    const cast = this.casts.get(entity)
    return cast === undefined || cast.untilTick + OVERDUE_TICKS < this.client.tick ? undefined : cast
  }

  /** What lies on somebody, as far as it is known, the oldest first. */
  of(entity: number): readonly AuraSeen[] {
    if (entity === this.client.me) return ownAuras(this.client)
    return (this.auras.get(entity) ?? []).filter(({ untilTick }) => untilTick + OVERDUE_TICKS >= this.client.tick)
  }

  private endCast(caster: number, spell: number): void {
    if (this.casts.get(caster)?.spell === spell) this.casts.delete(caster)
  }

  /** Of several of one kind, each given by somebody else, the one that was to end first: the message does not say which. */
  private fade(target: number, aura: number): void {
    const seen = this.auras.get(target) ?? []
    const ended = seen.filter((one) => one.aura === aura).sort((a, b) => a.untilTick - b.untilTick)[0]
    const left = seen.filter((one) => one !== ended)
    if (left.length === 0) this.auras.delete(target)
    else this.auras.set(target, left)
  }
}
