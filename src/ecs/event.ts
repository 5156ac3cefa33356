import { assert } from '../assert.js'
import type { PayloadOf, ScalarField } from '../schema/fields.js'
import { HASH_START, mix, mixNumber, mixText } from './hash.js'

type EventShape = { readonly [name: string]: ScalarField }

/** A fact that systems later in this tick, and earlier ones in the next, can see. */
export interface GameEvent<N extends string = string, S extends EventShape = EventShape> {
  readonly name: N
  readonly fields: S
}
export type EventValue<E> = E extends GameEvent<string, infer S> ? PayloadOf<S> : never

export function defineEvent<const N extends string, const S extends EventShape>(name: N, fields: S): GameEvent<N, S> {
  return Object.freeze({ name, fields: Object.freeze({ ...fields }) })
}

/** The events of one kind, numbered from 0. Readers keep the number they have reached. */
export class EventLog {
  private items: unknown[] = []
  /** The number of the first event kept. */
  private start = 0
  private readonly names: readonly string[]
  /** Tells this kind from others of the same fields in a digest. */
  private readonly nameHash: number

  constructor(
    readonly event: GameEvent,
    readonly keptMax: number,
  ) {
    this.names = Object.keys(event.fields)
    this.nameHash = mixText(HASH_START, event.name)
  }

  get end(): number {
    return this.start + this.items.length
  }

  /** Adds an event and returns `digest` with it mixed in. */
  push(value: unknown, digest: number): number {
    assert(
      this.items.length < this.keptMax,
      () => `event ${this.event.name}: over ${this.keptMax} in two ticks; raise the capacity or emit fewer`,
    )
    this.items.push(value)
    let h = mix(digest, this.nameHash)
    for (const name of this.names) h = mixNumber(h, Number((value as Record<string, number | boolean>)[name]))
    return h
  }

  /** Everything from number `from` on. */
  since(from: number): readonly unknown[] {
    if (from >= this.end) return NONE
    return from <= this.start ? this.items.slice() : this.items.slice(from - this.start)
  }

  /** Forgets what every reader has passed. */
  trim(upTo: number): void {
    const count = Math.min(upTo - this.start, this.items.length)
    if (count <= 0) return
    this.items = count === this.items.length ? [] : this.items.slice(count)
    this.start += count
  }
}

const NONE: readonly unknown[] = Object.freeze([])
