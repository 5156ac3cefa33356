import { createHash } from 'node:crypto'
import { cellLayout, layoutText } from '../protocol/cell-layout.js'
import { protocolText } from '../protocol/protocol.js'
import type { GameModule } from './game-module.js'

/** 16 hex digits over opcodes, fields, result codes and the cell layout: two programs with the same hash understand each other. */
export function protocolHash(game: GameModule): string {
  const layout = cellLayout(game.components, game.space?.cellSizeM ?? 40)
  return createHash('sha256')
    .update(`${protocolText(game.protocol)}\n${layoutText(layout)}`)
    .digest('hex')
    .slice(0, 16)
}
