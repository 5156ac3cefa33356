import type { Clock } from '../ports/clock.js'

/** Keys whose tries are remembered; beyond it whoever tried longest ago is forgotten. */
export const ATTEMPT_KEYS_MAX = 20_000

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
  /** The one that tried longest ago comes first. */
  private readonly buckets = new Map<string, Bucket>()

  constructor(
    private readonly rules: AttemptRules,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.buckets.size
  }

  /** Takes one try of the key. 0, or the milliseconds until there is one again; then none was taken. */
  take(key: string): number {
    const { countMax, everyMs } = this.rules
    const bucket = this.bucketOf(key)
    if (bucket.left < 1) return Math.ceil((1 - bucket.left) * everyMs)
    bucket.left = Math.min(countMax, bucket.left) - 1
    return 0
  }

  /** One that was taken does not count. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key)
    if (bucket !== undefined) bucket.left = Math.min(this.rules.countMax, bucket.left + 1)
  }

  private bucketOf(key: string): Bucket {
    const { countMax, everyMs } = this.rules
    const nowMs = this.clock.nowMs()
    const bucket = this.buckets.get(key) ?? { left: countMax, atMs: nowMs }
    bucket.left = Math.min(countMax, bucket.left + (nowMs - bucket.atMs) / everyMs)
    bucket.atMs = nowMs
    this.buckets.delete(key)
    this.buckets.set(key, bucket)
    if (this.buckets.size > ATTEMPT_KEYS_MAX) {
      const [oldest] = this.buckets.keys()
      this.buckets.delete(oldest!)
    }
    return bucket
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
