import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { createServer, MyriadError } from 'myriad'
import { standardGame } from 'myriad/game'
import { createLog } from './log.js'
import { statusPage } from './status-page.js'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8080' }, 'world-port': { type: 'string', default: '7777' } },
})

// The program: its own port, its own pages. The world ticks between any two requests, on the same thread.
const pages = createHttpServer((request, response) => {
  const isFound = request.url === '/'
  response.writeHead(isFound ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
  response.end(isFound ? statusPage(world) : 'no such page')
})

// The world in it: the settings that `myriad host` takes as flags, and a log of our own.
const world = createServer({
  game: standardGame,
  config: { port: Number(values['world-port']), bots: 100, creatures: 600, seed: 7 },
  ports: { log: createLog((line) => console.log(`world ${line}`)) },
  // The world has ended, and its crash file is written. A program may live on without it; this one ends too.
  onCrash: (crash) => {
    console.error(crash.message)
    process.exitCode = 70
    pages.close()
  },
})

pages.listen(Number(values.port), '127.0.0.1')
await once(pages, 'listening')
try {
  await world.start()
} catch (error) {
  // Coded errors have a text for people: what, value, limit, remedy. Most likely the port is taken.
  if (!(error instanceof MyriadError)) throw error
  console.error(error.message)
  process.exit(2)
}
console.log(`status page: http://127.0.0.1:${(pages.address() as AddressInfo).port}/`)
console.log(`game world: ws://127.0.0.1:${world.port}/`)

let isEnding = false
async function end(signal: string): Promise<void> {
  // npm passes a Ctrl-C on that the terminal has sent already.
  if (isEnding) return
  isEnding = true
  pages.close()
  pages.closeAllConnections()
  // Tells the clients why, stores what waits, and lets the port go. Nothing of it keeps the process alive afterwards.
  await world.stop(signal)
  console.log(`stopped by ${signal} after ${world.statistics().ticks} ticks`)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(signal))
