import { MyriadError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'

/** Failures on end after which nothing is asked for a while. */
export const CIRCUIT_FAILURES_MAX = 5
/** The first rest; each further one is twice as long, up to the maximum. */
export const CIRCUIT_REST_MS = 1_000
export const CIRCUIT_REST_MS_MAX = 5_000
/** What is not answered within this time has failed. */
export const CALL_TIMEOUT_MS = 10_000

/** `closed`: everything is asked. `open`: nothing is, and all are refused at once. `halfOpen`: one may try. */
export type CircuitState = 'closed' | 'open' | 'halfOpen'

/**
 * Stands before what answers clients from outside, and may fail: after some failures on end everybody is refused at once, instead of
 * waiting one by one for what does not answer. After a rest a single call tries; when it is answered, all may ask again.
 */
export class Circuit {
  /** Calls that were refused without being made. */
  refused = 0
  private failures = 0
  private restUntilMs = 0
  private isTrying = false

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  get state(): CircuitState {
    if (this.failures < CIRCUIT_FAILURES_MAX) return 'closed'
    return this.clock.nowMs() < this.restUntilMs ? 'open' : 'halfOpen'
  }

  /** Rejects as the call does, with `STORE_FAILED` when it is not answered in time, and with the same, at once, while the circuit is open. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const { state } = this
    const isTrial = state === 'halfOpen'
    if (state === 'open' || (isTrial && this.isTrying)) {
      this.refused += 1
      throw new MyriadError('STORE_FAILED', `the store has failed ${this.failures} times on end; it is asked again in a moment`)
    }
    if (isTrial) this.isTrying = true
    try {
      const value = await this.inTime(call)
      this.worked()
      return value
    } catch (error) {
      this.failed()
      throw error
    } finally {
      if (isTrial) this.isTrying = false
    }
  }

  /** It has answered, whoever asked. */
  worked(): void {
    if (this.state !== 'closed') this.log.info({ failures: this.failures, refused: this.refused }, 'the store answers again')
    this.failures = 0
  }

  private failed(): void {
    this.failures += 1
    const over = this.failures - CIRCUIT_FAILURES_MAX
    if (over < 0) return
    const restMs = Math.min(CIRCUIT_REST_MS_MAX, CIRCUIT_REST_MS * 2 ** Math.min(over, 16))
    this.restUntilMs = this.clock.nowMs() + restMs
    if (over === 0) this.log.warn({ failures: this.failures, restMs }, 'the store is asked nothing for a while')
  }

  private inTime<T>(call: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const cancel = this.clock.after(CALL_TIMEOUT_MS, () =>
        reject(new MyriadError('STORE_FAILED', `the store has not answered for ${CALL_TIMEOUT_MS} ms; see that it works`)),
      )
      call().then(resolve, reject).finally(cancel)
    })
  }
}
