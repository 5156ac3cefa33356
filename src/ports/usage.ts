/** What the process uses of its machine, as the operating system counts it. */
export interface Usage {
  /** Memory now, in bytes. */
  rssBytes(): number
  /** The most it ever was, in bytes. */
  rssPeakBytes(): number
  /** Processor time since the process began, in ms, all threads together. */
  cpuMs(): number
}
