import type { Log } from '../ports/log.js'

/** 0: as ever. 1: no new bots. 2: no new logins either. */
export type MemoryLevel = 0 | 1 | 2

/** From this part of the limit on there is a warning; the next one is due when it was below `WARN_AGAIN_SHARE` meanwhile. */
const WARN_SHARE = 0.9
const WARN_AGAIN_SHARE = 0.85
/** At the limit bots and then logins wait; they come again below this part of it: a little air, so that it does not swing. */
const RELEASE_SHARE = 0.95
/** Bots are held first; logins when the memory is still at its limit so many readings later. */
const READINGS_BEFORE_LOGINS = 5

export const BYTES_PER_MB = 1_000_000

/** Judges once a second how much of its memory limit the process has, and says so in the log. The server tells the world through the inbox. */
export class MemoryGuard {
  level: MemoryLevel = 0
  private hasWarned = false
  private readingsAtLimit = 0

  /** `limitBytes` is above 0. */
  constructor(
    private readonly limitBytes: number,
    private readonly log: Log,
  ) {}

  /** `rssBytes`: what the process has now. Returns the level from now on. */
  judge(rssBytes: number): MemoryLevel {
    const share = rssBytes / this.limitBytes
    const fields = { rssBytes, limitBytes: this.limitBytes, share }
    if (share < WARN_AGAIN_SHARE) this.hasWarned = false
    if (share >= WARN_SHARE && !this.hasWarned) {
      this.hasWarned = true
      this.log.warn(fields, 'memory is near its limit')
    }
    const before = this.level
    this.level = this.levelAt(share)
    if (this.level > before)
      this.log.warn(
        fields,
        this.level === 1 ? 'memory is at its limit: no new bots' : 'memory is still at its limit: no new logins',
      )
    if (this.level < before) this.log.info(fields, 'memory is below its limit again: bots and logins as before')
    return this.level
  }

  private levelAt(share: number): MemoryLevel {
    if (share < RELEASE_SHARE) {
      this.readingsAtLimit = 0
      return 0
    }
    if (share < 1) {
      this.readingsAtLimit = 0
      return this.level
    }
    this.readingsAtLimit += 1
    return this.level === 2 || this.readingsAtLimit > READINGS_BEFORE_LOGINS ? 2 : 1
  }
}
