import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { bytesOnTheWire } from './wire-cost/bytes.js'
import { type Figure, quantile, tableOf } from './wire-cost/figure.js'
import { hold } from './wire-cost/holder.js'
import { idleClients } from './wire-cost/idle-clients.js'
import { ringCost } from './wire-cost/ring.js'
import { encodeTimes } from './wire-cost/times.js'

/**
 * Prints what the wire costs: memory of idle clients, bytes of moving entities, time of the encoder, an outer ring beside
 * none. Each part is measured in a process of its own, so that none has the heap of another.
 */
const script = fileURLToPath(import.meta.url)

const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  hello: () => idleClients(script, false),
  world: () => idleClients(script, true),
  times: () => encodeTimes(),
  ring: ringCost,
  bytes: () => bytesOnTheWire(),
}

/** Runs one part in a process of its own. */
function measured(part: string): Promise<readonly Figure[]> {
  return new Promise((resolve, reject) => {
    const child = fork(script, ['--part', part])
    let figures: readonly Figure[] | undefined
    child.on('message', (message) => {
      figures = message as readonly Figure[]
    })
    child.on('exit', (code) => {
      if (code === 0 && figures !== undefined) resolve(figures)
      else reject(new Error(`the part ${part} ended with ${code}`))
    })
  })
}

/** How much of its heap a process keeps resident differs by chance: the median of some processes, side by side, differs less. */
const MEMORY_RUNS = 3

async function medians(part: string): Promise<readonly Figure[]> {
  const runs = await Promise.all(Array.from({ length: MEMORY_RUNS }, () => measured(part)))
  return runs[0].map((first, i) => ({
    ...first,
    value: quantile(
      runs.map((run) => run[i].value),
      0.5,
    ),
  }))
}

const flags = new Command('wire-cost')
  .description('Measures what the wire costs: metric, value, unit, goal.')
  .option('--json', 'print the figures as JSON')
  .option('--only <parts...>', `some parts only: ${Object.keys(parts).join(', ')}`)
  .option('--part <part>', 'measure one part in this process and send it to the parent')
  .parse()
  .opts<{ readonly json?: boolean; readonly only?: readonly string[]; readonly part?: string }>()

if (flags.part === 'hold') hold()
else if (flags.part !== undefined) {
  const figures = await parts[flags.part]()
  process.send?.(figures)
  process.disconnect?.()
} else {
  const figures: Figure[] = []
  for (const part of flags.only ?? Object.keys(parts))
    figures.push(...(await (part === 'hello' || part === 'world' ? medians(part) : measured(part))))
  process.stdout.write(flags.json === true ? `${JSON.stringify(figures, null, 2)}\n` : tableOf(figures))
}
