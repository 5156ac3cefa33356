/** Checks of what each band of levels offers: the levels are covered, and the bots that live there find enough to do. */
import { CROWDED_RESPAWN_MS } from '../spawn-rules.js'
import type { Problems, Spot } from './problems.js'
import type { RawContent } from './schema.js'

/** The world is planned for so many bots, spread evenly over its bands. */
export const BOTS_PLANNED = 5_000
/** A bot that hunts kills so often at most: walking, fighting, looting and resting in between (BOTS.md). */
export const KILL_EVERY_MS = 20_000
export const KINDS_PER_BAND_MIN = 3
export const QUESTS_PER_BAND_MIN = 4

export interface BandSupply {
  readonly key: string
  readonly name: string
  readonly levelMin: number
  readonly levelMax: number
  /** Creature kinds and spawns of these levels, quests of these levels that are done once, and bounties. */
  readonly kinds: number
  readonly spawns: number
  readonly quests: number
  readonly bounties: number
  /** Bots that can hunt here at one kill each `KILL_EVERY_MS`, when the spawns hurry as crowded ones do. */
  readonly bots: number
}

/** What each band has. The levels of an area's creatures are uniform in their range. */
export function bandSupplies(raw: RawContent): readonly BandSupply[] {
  const kindOf = new Map(raw.creatures.map((kind) => [kind.key, kind]))
  return raw.zone.bands.map(({ key, name, levelMin, levelMax }) => {
    const within = (level: number) => level >= levelMin && level <= levelMax
    let spawns = 0
    for (const area of raw.spawns) {
      const kind = kindOf.get(area.creature)
      if (kind === undefined) continue
      const shared = Math.min(kind.levelMax, levelMax) - Math.max(kind.levelMin, levelMin) + 1
      if (shared > 0) spawns += (area.count * shared) / (kind.levelMax - kind.levelMin + 1)
    }
    const quests = raw.quests.filter((quest) => within(quest.level))
    return {
      key,
      name,
      levelMin,
      levelMax,
      kinds: raw.creatures.filter((kind) => kind.levelMin <= levelMax && kind.levelMax >= levelMin).length,
      spawns: Math.floor(spawns),
      quests: quests.filter((quest) => !quest.repeatable).length,
      bounties: quests.filter((quest) => quest.repeatable).length,
      bots: Math.floor((spawns * KILL_EVERY_MS) / CROWDED_RESPAWN_MS),
    }
  })
}

function checkCover(raw: RawContent, problems: Problems): void {
  let next = 1
  raw.zone.bands.forEach(({ levelMin, levelMax }, i) => {
    const spot: Spot = { file: 'zone.json', entry: '', field: `bands.${i}.levelMin` }
    if (levelMin !== next) problems.add(spot, levelMin, 'leaves a level out or takes one twice', `begin at ${next}`)
    next = levelMax + 1
  })
  if (next === raw.rates.levelMax + 1) return
  const spot: Spot = { file: 'zone.json', entry: '', field: 'bands' }
  problems.add(spot, next - 1, `is where the bands end, and the highest level is ${raw.rates.levelMax}`, 'cover every level once')
}

/** Every band has its share of bots to feed, and something for each to do. */
export function checkBands(raw: RawContent, problems: Problems): void {
  checkCover(raw, problems)
  const share = Math.ceil(BOTS_PLANNED / raw.zone.bands.length)
  for (const band of bandSupplies(raw)) {
    const lacks = (field: string, value: number, least: number, remedy: string): void => {
      if (value >= least) return
      const what = `is too little for the band "${band.key}" of levels ${band.levelMin} to ${band.levelMax}`
      problems.add({ file: 'zone.json', entry: '', field }, value, what, `${remedy} until it is at least ${least}`)
    }
    lacks('bands.bots', band.bots, share, 'add spawns of these levels')
    lacks('bands.kinds', band.kinds, KINDS_PER_BAND_MIN, 'add creature kinds')
    lacks('bands.quests', band.quests, QUESTS_PER_BAND_MIN, 'add quests that are done once')
    lacks('bands.bounties', band.bounties, 1, 'add a repeatable quest')
  }
}
