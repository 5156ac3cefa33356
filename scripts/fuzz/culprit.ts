import { type FuzzOptions, FuzzStopped, runFuzz, type SentFrame } from './run.js'

/** The one frame without which the run would have gone on. */
export interface Culprit {
  readonly frame: SentFrame
  /** What failed when the run ended with that frame. */
  readonly stopped: FuzzStopped
}

/** The first so many frames of the run, all checks made after every tick: what stops it, if anything. */
async function stopOf(options: FuzzOptions, frames: number): Promise<FuzzStopped | undefined> {
  try {
    await runFuzz({ ...options, frames, thoroughEveryTicks: 1, onProgress: undefined })
    return undefined
  } catch (error) {
    if (error instanceof FuzzStopped) return error
    throw error
  }
}

/**
 * Runs the same seed again with fewer and fewer frames, until it knows the shortest beginning of the run that still fails:
 * its last frame is the culprit. `undefined` when the failure does not come again, as one of memory may not.
 */
export async function findCulprit(options: FuzzOptions, first: FuzzStopped): Promise<Culprit | undefined> {
  let stopped = await stopOf(options, first.framesSent)
  if (stopped === undefined) return undefined
  let enough = stopped.framesSent
  let tooFew = Math.max(0, (first.suspects[0]?.number ?? 1) - 1)
  while (enough - tooFew > 1) {
    const half = Math.floor((enough + tooFew) / 2)
    const again = await stopOf(options, half)
    if (again === undefined) tooFew = half
    else {
      enough = Math.min(half, again.framesSent)
      stopped = again
    }
  }
  const frame = [...stopped.suspects, ...first.suspects].find(({ number }) => number === enough)
  return frame === undefined ? undefined : { frame, stopped }
}
