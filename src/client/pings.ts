import type { SessionPong } from '../net/opcodes.js'
import type { OpcodePayload } from '../protocol/opcode.js'

interface Ping {
  readonly clientTimeMs: number
  readonly resolve: (ms: number) => void
}

/** Pings under way by seq, oldest first. */
export class Pings {
  private readonly waiting = new Map<number, Ping>()

  note(seq: number, ping: Ping): void {
    this.waiting.set(seq, ping)
  }

  /** Will not be answered any more. */
  drop(seq: number): void {
    this.waiting.delete(seq)
  }

  clear(): void {
    this.waiting.clear()
  }

  /** The seq of the ping that the pong answers, and the milliseconds it took; undefined when none fits. */
  answered({ clientTimeMs }: OpcodePayload<typeof SessionPong>, nowMs: number): { seq: number; ms: number } | undefined {
    for (const [seq, ping] of this.waiting) {
      if (ping.clientTimeMs !== clientTimeMs) continue
      this.waiting.delete(seq)
      const ms = nowMs - clientTimeMs
      ping.resolve(ms)
      return { seq, ms }
    }
    return undefined
  }
}
