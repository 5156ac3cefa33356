import { parentPort } from 'node:worker_threads'
import { Finding } from './finding.js'
import type { PlantName } from './plants.js'
import { type RunReport, runSeed } from './run.js'

/** One seed to run. */
export interface Task {
  readonly seed: number
  readonly plant: PlantName | undefined
}

/** What became of it: a report, or what was found or broke. */
export type Outcome = { readonly seed: number; readonly report: RunReport } | { readonly seed: number; readonly problem: string }

parentPort?.on('message', async ({ seed, plant }: Task) => {
  const outcome: Outcome = await runSeed({ seed, plant }).then(
    (report) => ({ seed, report }),
    (error: unknown) => ({ seed, problem: error instanceof Finding ? error.message : `seed ${seed} broke: ${stackOf(error)}` }),
  )
  parentPort?.postMessage(outcome)
})

const stackOf = (error: unknown): string => (error instanceof Error ? String(error.stack) : String(error))
