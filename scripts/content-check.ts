import { parseArgs } from 'node:util'
import { standardGame } from '../game.js'
import { readContent } from '../src/server/content-files.js'
import { BOTS_PLANNED, bandSupplies } from '../systems/content/checks-bands.js'
import { Problems } from '../systems/content/problems.js'
import { readFiles } from '../systems/content/read.js'
import type { Content } from '../systems/content/types.js'

/** Checks a content folder as the server does when it starts, and prints what it offers: `npm run content:check -- --dir FOLDER`. */
const { values } = parseArgs({ options: { dir: { type: 'string', default: '' } } })

function report(): void {
  const { content, files, hash } = readContent(standardGame, values.dir)
  const { classList, spellList, auraList, itemList, creatureList, npcList, questList, objectList, spawns } = content as Content
  const parts = { classes: classList, spells: spellList, auras: auraList, items: itemList, creatures: creatureList }
  const rest = { npcs: npcList, quests: questList, objects: objectList, areas: spawns }
  const counts = Object.entries({ ...parts, ...rest }).map(([name, list]) => `${list.length} ${name}`)
  const total = spawns.reduce((sum, area) => sum + area.count, 0)
  console.log(`content ${hash}: ${counts.join(', ')}, ${total} spawns; every reference, quest, item and price holds`)
  const raw = readFiles(files, new Problems())
  if (raw === undefined) return
  console.log(`bands, with room for ${Math.ceil(BOTS_PLANNED / raw.zone.bands.length)} bots each:`)
  console.table(
    bandSupplies(raw).map(({ name, levelMin, levelMax, ...band }) => ({ name, levels: `${levelMin}-${levelMax}`, ...band })),
  )
}

try {
  report()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
