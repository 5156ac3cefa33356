import { Worker } from 'node:worker_threads'
import type { PlantName } from './plants.js'
import type { RunReport } from './run.js'
import type { Outcome, Task } from './worker.js'

export interface Search {
  readonly first: number
  readonly last: number
  readonly plant: PlantName | undefined
  /** Seeds that are run at once, each in a thread of its own. */
  readonly threads: number
}

export interface SearchResult {
  /** Of the seeds before the one that failed, by seed. */
  readonly reports: readonly RunReport[]
  /** The lowest seed that failed. */
  readonly found: { readonly seed: number; readonly problem: string } | undefined
}

/** Most of what a run allocates is soon forgotten: with room for it, it is rarely looked through. */
const YOUNG_MB = 128

/** Runs the seeds from the first to the last, or to the first that fails: the same for any number of threads. */
export async function search({ first, last, plant, threads }: Search): Promise<SearchResult> {
  const reports: RunReport[] = []
  let found: SearchResult['found']
  let next = first
  const isLeft = (): boolean => next <= last && (found === undefined || next < found.seed)
  const note = (outcome: Outcome): void => {
    if ('report' in outcome) reports.push(outcome.report)
    else if (found === undefined || outcome.seed < found.seed) found = outcome
  }
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    try {
      while (isLeft()) {
        const task: Task = { seed: next, plant }
        next += 1
        note(await answerOf(worker, task))
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, last - first + 1) }, work))
  const end = found?.seed ?? Number.POSITIVE_INFINITY
  return { reports: reports.filter(({ seed }) => seed < end).sort((a, b) => a.seed - b.seed), found }
}

function answerOf(worker: Worker, task: Task): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => reject(error)
    worker.once('error', onError)
    worker.once('message', (outcome: Outcome) => {
      worker.off('error', onError)
      resolve(outcome)
    })
    worker.postMessage(task)
  })
}
