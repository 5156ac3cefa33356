import { describe, expect, it } from 'vitest'
import { placeSpawns } from '../../systems/content/placement.js'
import { parseContent } from '../../systems/content/tables.js'
import { contentFiles, entryOf } from './content-files.js'

const content = parseContent(contentFiles())

function isFrozenThrough(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThrough)
}

describe('the shipped content', () => {
  it('has the promised amount of everything', () => {
    expect(content.classList.map((kind) => [kind.key, kind.power])).toEqual([
      ['guardian', 'rage'],
      ['mender', 'mana'],
      ['blade', 'energy'],
      ['arcanist', 'mana'],
    ])
    expect(content.zone.starts.length).toBeGreaterThanOrEqual(4)
    expect(content.zone.graveyards.length).toBeGreaterThanOrEqual(6)
    expect(content.zone.graveyards.length).toBeLessThanOrEqual(8)
    expect(content.creatureList.length).toBeGreaterThanOrEqual(14)
    expect(content.itemList.length).toBeGreaterThanOrEqual(20)
    expect(content.questList.filter((quest) => !quest.repeatable).length).toBeGreaterThanOrEqual(12)
    expect(content.questList.filter((quest) => quest.repeatable).length).toBeGreaterThanOrEqual(4)
    for (const kind of content.classList) expect(kind.spells.length).toBeGreaterThanOrEqual(3)
  })

  it('is indexed by id, with references resolved to ids', () => {
    for (const kind of content.creatureList) {
      expect(content.creatures[kind.id]).toBe(kind)
      for (const loot of kind.loot) expect(content.items[loot.item]).toBeDefined()
    }
    expect(content.creatures[0]).toBeUndefined()
    for (const kind of content.classList) for (const { spell } of kind.spells) expect(content.spells[spell]).toBeDefined()
    for (const quest of content.questList) {
      expect(content.questsByGiver[quest.giver]).toContain(quest)
      expect(content.questsByEnder[quest.ender]).toContain(quest)
      for (const required of quest.requires) expect(content.quests[required]).toBeDefined()
    }
    expect(content.questsByGiver.flat().length).toBe(content.questList.length)
    expect(content.npcsByService.spiritHealer.length).toBe(content.zone.graveyards.length)
  })

  it('is frozen all the way down, and leaves what it was given alone', () => {
    expect(isFrozenThrough(content)).toBe(true)
    const files = contentFiles()
    parseContent(files)
    expect(files).toEqual(contentFiles())
    expect(Object.isFrozen(entryOf(files, 'creatures.json', 'bristle-hare'))).toBe(false)
  })

  it('says of every objective where it can be met', () => {
    for (const quest of content.questList) {
      for (const objective of quest.objectives) {
        expect(objective.where.length, quest.key).toBeGreaterThan(0)
        if (objective.kind !== 'kill') continue
        const areas = content.spawns.filter((area) => objective.creatures.includes(area.creature))
        expect(objective.where.length).toBe(areas.length)
        expect(objective.where).toEqual(expect.arrayContaining(areas.map(({ x, z, radiusM }) => ({ x, z, radiusM }))))
      }
    }
    const bells = content.questList.find((quest) => quest.key === 'stolen-bells')!
    const imp = content.creatureList.find((kind) => kind.key === 'hedge-imp')!
    expect(bells.objectives[0]!.where.length).toBe(content.spawns.filter((area) => area.creature === imp.id).length)
    const word = content.questList.find((quest) => quest.key === 'word-to-the-warden')!
    const warden = content.npcs[word.ender]!
    expect(word.objectives[0]!.where).toEqual([{ x: warden.x, z: warden.z, radiusM: content.rates.interactRangeM }])
  })

  it('has the experience curve of the design', () => {
    expect(content.experienceToNext[1]).toBe(420)
    expect(content.experienceToNext[10]).toBe(11_400)
    expect(content.experienceToNext[19]).toBe(41_496)
    expect(content.experienceToNext[20]).toBe(Number.POSITIVE_INFINITY)
    expect(content.experienceToNext.length).toBe(21)
  })
})

describe('placement', () => {
  const table = placeSpawns(content, 7)

  it('is the same for a seed and another for another', () => {
    expect(placeSpawns(content, 7)).toEqual(table)
    const other = placeSpawns(content, 8)
    let moved = 0
    for (let i = 0; i < table.count; i++) if (other.x[i] !== table.x[i] && other.z[i] !== table.z[i]) moved++
    expect(moved).toBeGreaterThan(table.count * 0.99)
    expect(other.creature).toEqual(table.creature)
  })

  it('keeps every point in its area, in the zone, out of the town, with a level and a respawn time of its kind', () => {
    const { zone, rates } = content
    expect(table.count).toBeGreaterThan(5_800)
    expect(table.count).toBeLessThan(6_200)
    for (let i = 0; i < table.count; i++) {
      const area = content.spawns[table.areaIndex[i]!]!
      const kind = content.creatures[table.creature[i]!]!
      const x = table.x[i]!
      const z = table.z[i]!
      expect(area.creature).toBe(kind.id)
      expect(Math.hypot(x - area.x, z - area.z)).toBeLessThan(area.radiusM + 0.001)
      expect(Math.min(x, z)).toBeGreaterThan(0)
      expect(Math.max(x, z)).toBeLessThan(zone.sizeM)
      expect(Math.hypot(x - zone.town.x, z - zone.town.z)).toBeGreaterThan(zone.town.radiusM)
      expect(table.level[i]).toBeGreaterThanOrEqual(kind.levelMin)
      expect(table.level[i]).toBeLessThanOrEqual(kind.levelMax)
      expect(table.respawnMs[i]).toBeGreaterThanOrEqual(rates.respawnMinMs)
      expect(table.respawnMs[i]).toBeLessThanOrEqual(rates.respawnMaxMs)
      if (kind.aggroRadiusM === 0) continue
      for (const start of zone.starts) {
        expect(Math.hypot(x - start.x, z - start.z) - start.radiusM).toBeGreaterThanOrEqual(24.99)
      }
    }
  })

  it('spreads points evenly over a disc and levels over their range', () => {
    let inner = 0
    let lowest = 0
    let ranged = 0
    for (let i = 0; i < table.count; i++) {
      const area = content.spawns[table.areaIndex[i]!]!
      const kind = content.creatures[table.creature[i]!]!
      if (Math.hypot(table.x[i]! - area.x, table.z[i]! - area.z) < area.radiusM / 2) inner++
      if (kind.levelMax - kind.levelMin !== 1) continue
      ranged++
      if (table.level[i] === kind.levelMin) lowest++
    }
    expect(inner / table.count).toBeCloseTo(0.25, 1)
    expect(lowest / ranged).toBeCloseTo(0.5, 1)
  })

  it('has most creatures where most characters begin', () => {
    let lowBand = 0
    let nextBand = 0
    for (const level of table.level) {
      if (level <= 3) lowBand++
      else if (level <= 6) nextBand++
    }
    expect(Math.abs(lowBand - 2_530)).toBeLessThan(100)
    expect(Math.abs(nextBand - 1_480)).toBeLessThan(100)
  })

  it('obeys a respawn time of an area', () => {
    const files = contentFiles()
    entryOf(files, 'spawns.json', 'bristle-hare-1').respawnMs = 8_000
    const quick = placeSpawns(parseContent(files), 7)
    expect(quick.respawnMs[0]).toBe(8_000)
    expect(quick.respawnMs.at(-1)).toBe(table.respawnMs.at(-1))
  })
})
