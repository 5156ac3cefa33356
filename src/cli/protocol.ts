import type { Config } from '../config-keys.js'
import { cellLayout } from '../protocol/cell-layout.js'
import { protocolJson } from '../protocol/reference-page.js'
import type { GameModule } from '../server/game-module.js'
import { protocolHash } from '../server/protocol-hash.js'
import type { CliIo } from './io.js'
import { columns } from './text.js'

export function runProtocol({ json }: Config<'protocol'>, game: GameModule, io: CliIo): number {
  const layout = cellLayout(game.components, game.space?.cellSizeM ?? 40)
  const described = protocolJson({ protocol: game.protocol, layout, protocolHash: protocolHash(game) })
  if (json) {
    io.out(`${JSON.stringify(described, null, 2)}\n`)
    return 0
  }
  const opcodes = described.opcodes.map(({ id, name, direction, doc }) => [
    `0x${id.toString(16).padStart(4, '0')}`,
    name,
    direction,
    doc,
  ])
  const codes = described.resultCodes.map(({ code, name, doc }) => [String(code), name, doc])
  io.out(`protocol ${described.protocolHash}, cells of ${described.cellSizeM} m; --json has fields and layout\n\n`)
  io.out(`${columns(opcodes)}\n\n${columns(codes)}\n`)
  return 0
}
