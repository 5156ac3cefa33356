import { parseArgs } from 'node:util'
import { createServer } from 'myriad'
import { greeterGame } from './game.js'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })

const server = createServer({
  game: greeterGame,
  // Without creatures: a greeter never fights, and does not know how to come back from death.
  config: { port: Number(values.port), bots: 0, creatures: 0, logLevel: 'warn' },
  onCrash: (crash) => {
    console.error(crash.message)
    process.exitCode = 70
  },
})
const port = await server.start()
console.log(`look at http://127.0.0.1:${port}/`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void server.stop(signal))
