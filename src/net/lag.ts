/** A session this far behind is taken off its cells: so long after the oldest message that it has not acknowledged … */
export const BEHIND_S = 2
/** … or with more bytes than this waiting in the server's memory. */
export const BEHIND_BYTES_MAX = 64 * 1024
/** It enters its cells afresh when nothing waits any more and what it has not acknowledged is at most this old. */
export const CAUGHT_UP_S = 1
/** A session that owes an acknowledgement gets a message at least so often: clients acknowledge when something comes. */
const NUDGES_PER_S = 4
/** Ticks of unacknowledged messages that are kept; of later ones nothing is noted, for it is behind long before. */
const UNACKED_MAX = 256

/**
 * How far a session is behind. The kernel takes megabytes before `send` reports anything, so that only the client's own
 * acknowledgements tell what has arrived; what the server itself holds for it comes through the inbox.
 */
export class Lag {
  /** Taken off its cells: it gets private messages only. */
  isBehind = false
  /** What waits in the server's memory, as the edge told last; it tells only when a limit is passed. */
  waitingBytes = 0
  /** Ticks of the messages that were sent and not acknowledged, oldest first. */
  private readonly unacked: number[] = []
  private lastSentTick = 0

  /** Another connection, or another character: nothing is owed. */
  reset(): void {
    this.isBehind = false
    this.waitingBytes = 0
    this.unacked.length = 0
  }

  sent(tick: number): void {
    this.lastSentTick = tick
    if (this.unacked.length < UNACKED_MAX) this.unacked.push(tick)
  }

  acked(tick: number): void {
    const { unacked } = this
    let count = 0
    while (count < unacked.length && unacked[count] <= tick) count += 1
    unacked.splice(0, count)
    // With a full list later messages were not noted, so that the newest of all may still be owed.
    if (unacked.length === 0 && this.lastSentTick > tick) unacked.push(this.lastSentTick)
  }

  /** Ticks since the oldest message that is not acknowledged was sent; 0 when there is none. */
  behindTicks(tick: number): number {
    return this.unacked.length === 0 ? 0 : tick - this.unacked[0]
  }

  /** Whether something should be sent, only so that it can be acknowledged. */
  needsNudge(tick: number, tickHz: number): boolean {
    return this.behindTicks(tick) >= tickHz && tick - this.lastSentTick >= tickHz / NUDGES_PER_S
  }

  /** Decides, once a tick, whether the session is behind. */
  judge(tick: number, tickHz: number): boolean {
    const behindTicks = this.behindTicks(tick)
    if (this.isBehind) this.isBehind = this.waitingBytes > 0 || behindTicks > CAUGHT_UP_S * tickHz
    else this.isBehind = this.waitingBytes > BEHIND_BYTES_MAX || behindTicks > BEHIND_S * tickHz
    return this.isBehind
  }
}
