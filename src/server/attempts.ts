import type { Clock } from '../ports/clock.js'

/** Keys whose tries are remembered. While none of so many has all its tries again, a further one is refused. */
export const ATTEMPT_KEYS_MAX = 20_000
/** Looking for those that can be forgotten takes long; floods must not make it happen at each request. */
export const SWEEP_EVERY_MS = 1_000

const IPV6_GROUPS = 8
const NETWORK_GROUPS = 4

export interface AttemptRules {
  /** Tries that may come at once. */
  readonly countMax: number
  /** Time after which one more is allowed. */
  readonly everyMs: number
}

interface Bucket {
  left: number
  atMs: number
}

/** Tries by key, each of which has so many, and one more each time a while has passed. */
export class Attempts {
  private readonly buckets = new Map<string, Bucket>()
  private sweepAtMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly rules: AttemptRules,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.buckets.size
  }

  /** Takes one try of the key. 0, or the milliseconds until there is one again; then none was taken. */
  take(key: string): number {
    const bucket = this.bucketOf(key)
    if (bucket === undefined) return SWEEP_EVERY_MS
    if (bucket.left < 1) return Math.ceil((1 - bucket.left) * this.rules.everyMs)
    bucket.left -= 1
    return 0
  }

  /** One that was taken does not count. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key)
    if (bucket !== undefined) bucket.left = Math.min(this.rules.countMax, bucket.left + 1)
  }

  /** Undefined for a new key that there is no room for. */
  private bucketOf(key: string): Bucket | undefined {
    const nowMs = this.clock.nowMs()
    const known = this.buckets.get(key)
    if (known !== undefined) {
      known.left = this.leftOf(known, nowMs)
      known.atMs = nowMs
      return known
    }
    if (this.buckets.size >= ATTEMPT_KEYS_MAX && nowMs >= this.sweepAtMs) this.sweep(nowMs)
    if (this.buckets.size >= ATTEMPT_KEYS_MAX) return undefined
    const bucket = { left: this.rules.countMax, atMs: nowMs }
    this.buckets.set(key, bucket)
    return bucket
  }

  private leftOf({ left, atMs }: Bucket, nowMs: number): number {
    return Math.min(this.rules.countMax, left + (nowMs - atMs) / this.rules.everyMs)
  }

  /** Forgets who has all tries again, which changes nothing for them. Others stay, or a flood of keys would give them theirs back. */
  private sweep(nowMs: number): void {
    this.sweepAtMs = nowMs + SWEEP_EVERY_MS
    for (const [key, bucket] of this.buckets) if (this.leftOf(bucket, nowMs) >= this.rules.countMax) this.buckets.delete(key)
  }
}

/** What addresses are counted by: one line of a household has 2^64 addresses of IPv6, which differ in their last four groups. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address
  const [head = '', tail] = address.toLowerCase().split('::')
  const groupsOf = (text: string) => (text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, '')))
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = new Array<string>(Math.max(0, IPV6_GROUPS - first.length - last.length)).fill('0')
  return [...first, ...zeros, ...last].slice(0, NETWORK_GROUPS).join(':')
}
