import type { Usage } from '../ports/usage.js'

const BYTES_PER_KIB = 1_024

/** This process's own usage. */
export function createSystemUsage(): Usage {
  return {
    rssBytes: () => process.memoryUsage.rss(),
    rssPeakBytes: () => process.resourceUsage().maxRSS * BYTES_PER_KIB,
    cpuMs: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1_000
    },
  }
}
