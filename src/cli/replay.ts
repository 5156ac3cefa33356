import type { Config } from '../config-keys.js'
import { MyriadError } from '../errors.js'
import { type LoadedContent, readContent } from '../server/content-files.js'
import type { GameModule } from '../server/game-module.js'
import { readRecording } from '../server/recording-format.js'
import { replay } from '../server/replay.js'
import type { CliIo } from './io.js'
import { count } from './text.js'

export function runReplay({ json }: Config<'replay'>, file: string, game: GameModule, io: CliIo): number {
  const onNotice = (text: string) => io.err(`myriad replay: ${text}\n`)
  const result = replay(file, { game, content: contentFor(file, game), onNotice })
  if (json) {
    io.out(`${JSON.stringify(result)}\n`)
    return result.ok ? 0 : 1
  }
  const { ok, ticks, checkpoints, stateHash, firstDifference } = result
  if (ok) io.out(`the same: ${count(ticks)} ticks; state hashes compared: ${checkpoints}; last state ${stateHash}\n`)
  else io.out(`different: tick ${firstDifference?.tick}, system ${firstDifference?.system}; ${count(ticks)} ticks run\n`)
  return ok ? 0 : 1
}

/** The shipped content, or that of the directory the recording was made with when its hash is another. */
function contentFor(file: string, game: GameModule): LoadedContent {
  const recording = readRecording(file)
  recording.close()
  const { contentHash, contentDirectory } = recording.header
  const shipped = readContent(game)
  if (shipped.hash === contentHash || game.content === undefined || contentDirectory === '') return shipped
  try {
    return readContent(game, contentDirectory)
  } catch (error) {
    if (!(error instanceof MyriadError)) throw error
    const what = `${file} was recorded with the content of ${contentDirectory}, which cannot be used any more`
    throw new MyriadError('BAD_RECORDING', `${what}: ${error.message}`, { cause: error })
  }
}
