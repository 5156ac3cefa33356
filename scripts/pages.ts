import { standardGame } from '../game.js'
import { renderConfigPage } from '../src/config-page.js'
import { renderErrorsPage } from '../src/errors-page.js'
import { wireLimits } from '../src/net/wire-limits.js'
import { cellLayout } from '../src/protocol/cell-layout.js'
import { renderProtocolPage } from '../src/protocol/reference-page.js'
import { protocolHash } from '../src/server/protocol-hash.js'
import { meanings } from './meanings.js'

/** The generated pages by their path in the project: `docs.ts` writes them, a test compares them with what is there. */
export function generatedPages(): ReadonlyMap<string, string> {
  const { protocol, components, space } = standardGame
  const layout = cellLayout(components, space.cellSizeM)
  const described = { protocol, layout, protocolHash: protocolHash(standardGame), limits: wireLimits, meanings }
  return new Map([
    ['docs/reference/configuration.md', renderConfigPage()],
    ['docs/reference/errors.md', renderErrorsPage()],
    ['docs/reference/protocol.md', renderProtocolPage(described)],
  ])
}
