import { standardGame } from '../../game.js'
import { check } from '../../scripts/wire-cost/figure.js'
import { type LoadedContent, readContent } from '../../src/server/content-files.js'
import { LOAD_SPELL } from './actors.js'

type Entries = readonly Readonly<Record<string, unknown>>[]

/** The shipped content without a global cooldown, and with one spell that costs nothing and is ready at once. */
export function loadContent(): LoadedContent {
  const shipped = readContent(standardGame)
  const spells = shipped.files['spells.json'] as Entries
  check(
    spells.some(({ key }) => key === LOAD_SPELL),
    () => `the content has no spell ${LOAD_SPELL}`,
  )
  const files = {
    ...shipped.files,
    'rates.json': { ...(shipped.files['rates.json'] as object), globalCooldownMs: 0 },
    'spells.json': spells.map((spell) => (spell.key === LOAD_SPELL ? { ...spell, cooldownMs: 0, cost: 0 } : spell)),
  }
  const content: unknown = standardGame.content?.parse(files)
  return { ...shipped, content, files }
}
