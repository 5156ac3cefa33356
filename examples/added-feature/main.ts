import { parseArgs } from 'node:util'
import { createServer } from 'myriad'
import { campfireGame } from './game.js'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })

const server = createServer({
  game: campfireGame,
  config: { port: Number(values.port), bots: 50, creatures: 300, logLevel: 'warn' },
  onCrash: (crash) => {
    console.error(crash.message)
    process.exitCode = 70
  },
})
const port = await server.start()
console.log(`clients connect to ws://127.0.0.1:${port}/`)

// Clients are told. npm passes a Ctrl-C on that the terminal has sent already: stopping twice is stopping once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void server.stop(signal))
