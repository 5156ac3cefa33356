import { hostname } from 'node:os'

/** A process that owns a world. */
export interface Owner {
  readonly host: string
  readonly pid: number
  /** When the process started, in calendar ms: a process id comes again. */
  readonly startedMs: number
}

export const thisProcess = (): Owner => ({ host: hostname(), pid: process.pid, startedMs: Math.round(performance.timeOrigin) })

function parsed(text: string): Owner | undefined {
  try {
    const { host, pid, startedMs } = JSON.parse(text) as Partial<Owner>
    return host === undefined || pid === undefined || startedMs === undefined ? undefined : { host, pid, startedMs }
  } catch {
    return undefined
  }
}

/** For people. */
export function ownerText(text: string): string {
  const owner = parsed(text)
  if (owner === undefined) return 'another server'
  return `process ${owner.pid} on ${owner.host}, running since ${new Date(owner.startedMs).toISOString()}`
}

/** Whether the owner is known to have ended. One on another machine, or whose id another process has now, is not known to have. */
export function isDead(text: string, asker: Owner): boolean {
  const owner = parsed(text)
  if (owner === undefined || owner.host !== asker.host) return false
  if (owner.pid === asker.pid) return owner.startedMs !== asker.startedMs
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
