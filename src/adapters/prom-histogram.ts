import { Histogram, type Registry } from 'prom-client'
import { assert } from '../assert.js'

/** A distribution counted outside, by whoever measured. */
export interface HistogramReading {
  /** Upper bounds of the buckets, rising, in seconds. */
  readonly boundsSeconds: readonly number[]
  /** How many fell into each bucket alone (not cumulative); one more than the bounds, the last for what was above them all. */
  readonly counts: Float64Array | readonly number[]
  /** Sum of all values. */
  readonly sumSeconds: number
  /** How many values: the sum of `counts`. */
  readonly count: number
}

/** One labelled row of a histogram. */
export interface LabelledReading {
  readonly labels: Readonly<Record<string, string>>
  readonly histogram: HistogramReading
}

type Exported = Awaited<ReturnType<Histogram['get']>>

export interface ReadHistogramOptions {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly registry: Registry
  readonly read: () => readonly LabelledReading[]
}

/**
 * A histogram that is read, not observed: the library's own takes one value at a time and cannot be set, while the tick counts into typed
 * arrays. Both methods that a registry may ask for values are replaced.
 */
export class ReadHistogram extends Histogram {
  private readonly read: () => readonly LabelledReading[]
  /** Asked for what surrounds the values, because the base class's `get` would call back into this one. */
  private readonly plain: Histogram

  constructor({ name, help, labelNames, registry, read }: ReadHistogramOptions) {
    super({ name, help, labelNames, registers: [registry] })
    this.plain = new Histogram({ name, help, labelNames, registers: [] })
    this.read = read
  }

  override async get(): Promise<Exported> {
    const described = await this.plain.get()
    return { ...described, values: this.read().flatMap((row) => valuesOf(described.name, row)) }
  }

  getForPromString(): Promise<Exported> {
    return this.get()
  }
}

/** The exposition format wants each bucket to count all values up to its bound. */
function valuesOf(name: string, { labels, histogram }: LabelledReading): Exported['values'] {
  const { boundsSeconds, counts, sumSeconds, count } = histogram
  assert(
    counts.length === boundsSeconds.length + 1,
    `${name}: ${counts.length} counts for ${boundsSeconds.length} bounds; give one more`,
  )
  let upToHere = 0
  const values: Exported['values'] = boundsSeconds.map((le, bucket) => {
    upToHere += counts[bucket]!
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: upToHere }
  })
  upToHere += counts[boundsSeconds.length]!
  assert(upToHere === count, `${name}: the buckets hold ${upToHere} values, but count says ${count}; count each value once`)
  values.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count })
  values.push({ metricName: `${name}_sum`, labels, value: sumSeconds })
  values.push({ metricName: `${name}_count`, labels, value: count })
  return values
}
