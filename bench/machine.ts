import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** A fixed piece of work, measured before and after the rows. */
const SPIN_STEPS = 60_000_000
const SPINS = 3
/** Of the machine's time, what others may take before a row is not judged. */
const OTHERS_SHARE_MAX = 0.05
/** Time that passed ÷ time of the processor, of the spin. */
const WAITING_RATIO_MAX = 1.05
/** How much longer one spin may take than the other. */
const SPIN_CHANGE_MAX = 0.1
const USER_HZ = 100
/** In the text after the program's name: user, system, and the same of children that have ended. */
const STAT_TIMES = [11, 12, 13, 14] as const

export interface Spin {
  readonly ms: number
  readonly cpuMs: number
}

/** How long a fixed piece of work takes here and now: the best of three. */
export function spin(): Spin {
  const runs = Array.from({ length: SPINS }, () => {
    const cpu = process.cpuUsage()
    const startMs = performance.now()
    let h = 1
    for (let i = 0; i < SPIN_STEPS; i += 1) h = Math.imul(h ^ i, 0x9e3779b1) ^ (h >>> 15)
    const ms = performance.now() - startMs
    const used = process.cpuUsage(cpu)
    // The sum is used, so that the loop is not left out; it is never this.
    return { ms: h === 0.5 ? 0 : ms, cpuMs: (used.user + used.system) / 1000 }
  })
  return runs.reduce((best, run) => (run.ms < best.ms ? run : best))
}

/** CPU time of the whole machine and of this process with all its ended children, in ms. */
export interface Busy {
  readonly atMs: number
  readonly machineMs: number
  /** Undefined where the system does not tell. */
  readonly ownMs: number | undefined
}

function ownMs(): number | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return STAT_TIMES.reduce((sum, at) => sum + Number(fields[at]), 0) * (1000 / USER_HZ)
  } catch {
    return undefined
  }
}

export function busy(): Busy {
  const machineMs = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0)
  return { atMs: performance.now(), machineMs, ownMs: ownMs() }
}

/** Part of the machine's time that other work took between the two, 0 to 1; 0 where the system does not tell. */
export function othersShare(before: Busy, after: Busy): number {
  if (before.ownMs === undefined || after.ownMs === undefined) return 0
  const othersMs = after.machineMs - before.machineMs - (after.ownMs - before.ownMs)
  return Math.max(0, othersMs / ((after.atMs - before.atMs) * cpus().length))
}

export const isDisturbedBy = (share: number): boolean => share > OTHERS_SHARE_MAX

export interface Machine {
  readonly model: string
  readonly cores: number
  readonly node: string
  /** Over one, five and fifteen minutes, before the first row. */
  readonly loadBefore: readonly number[]
  readonly spinBefore: Spin
  readonly spinAfter: Spin
  /** Part of the machine's time that other work took while rows were measured. */
  readonly othersShare: number
}

export function machineOf(loadBefore: readonly number[], spinBefore: Spin, spinAfter: Spin, others: number): Machine {
  const all = cpus()
  return {
    model: all[0]?.model ?? 'unknown',
    cores: all.length,
    node: process.versions.node,
    loadBefore,
    spinBefore,
    spinAfter,
    othersShare: others,
  }
}

export const loadNow = (): readonly number[] => loadavg().map((load) => Math.round(load * 100) / 100)

/** Why no time measured here says anything, in words; none when the machine was quiet. */
export function disturbances({ spinBefore, spinAfter, othersShare: share }: Machine): readonly string[] {
  const reasons: string[] = []
  const percent = (part: number): string => `${(part * 100).toFixed(1)} %`
  if (isDisturbedBy(share)) reasons.push(`other work took ${percent(share)} of the machine (over ${percent(OTHERS_SHARE_MAX)})`)
  const waiting = Math.max(spinBefore.ms / spinBefore.cpuMs, spinAfter.ms / spinAfter.cpuMs)
  if (waiting > WAITING_RATIO_MAX)
    reasons.push(`the spin had to wait for the processor: ${waiting.toFixed(2)} times its own time`)
  const change = Math.max(spinBefore.ms / spinAfter.ms, spinAfter.ms / spinBefore.ms) - 1
  if (change > SPIN_CHANGE_MAX) {
    const ms = `${spinBefore.ms.toFixed(0)} ms before, ${spinAfter.ms.toFixed(0)} ms after`
    reasons.push(`the machine changed its pace: the spin took ${ms}`)
  }
  return reasons
}
