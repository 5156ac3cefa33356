import { runRemoteBots } from '../bots/remote.js'
import type { Config } from '../config-keys.js'
import { readContent } from '../server/content-files.js'
import type { GameModule } from '../server/game-module.js'
import { FAILED_EXIT_CODE } from './exit-codes.js'
import type { CliIo } from './io.js'
import { columns, count, megabytes } from './text.js'

/** Plays with remote bots for a while. A signal ends it early; the exit code is 1 when no bot got in. */
export async function runBots(config: Config<'bots'>, game: GameModule, io: CliIo): Promise<number> {
  const { url, count: bots, seconds, seed, json } = config
  const abort = new AbortController()
  const offSignals = io.onSignal(() => abort.abort())
  const { content } = readContent(game)
  const { problems, ...result } = await runRemoteBots({ game, content, url, count: bots, seconds, seed, signal: abort.signal })
  offSignals()
  for (const problem of problems) io.err(`myriad bots: ${problem}\n`)
  const { connected, refused, sent, received, bytesReceived, errors, rttMs } = result
  const rows = [
    ['connected', `${count(connected)}, refused ${count(refused)}`],
    ['messages', `${count(sent)} sent, ${count(received)} received (${megabytes(bytesReceived)})`],
    ['round trip', `p50 ${count(rttMs.p50, 1)} ms, p99 ${count(rttMs.p99, 1)} ms`],
    ['errors', count(errors)],
  ]
  io.out(json ? `${JSON.stringify(result)}\n` : `${columns(rows)}\n`)
  return connected > 0 ? 0 : FAILED_EXIT_CODE
}
