/** Checks of what items are, where they come from, and what they cost. */
import { type ContentIndex, checkReference } from './content-index.js'
import type { Problems, Spot } from './problems.js'
import type { RawContent } from './schema.js'
import type { RawItem } from './schema-items.js'

const FILE = 'items.json'
const spotOf = ({ key }: RawItem, field: string): Spot => ({ file: FILE, entry: key, field })

/** Parts of a mix may miss 1 by so much: they are written with few digits. */
const MIX_TOLERANCE = 0.001

function checkWorn(item: RawItem, problems: Problems): void {
  const isWeapon = item.kind === 'weapon'
  if (item.slot === undefined) return
  if (item.stackMax !== 1) problems.add(spotOf(item, 'stackMax'), item.stackMax, 'is a stack of what is worn', 'give 1')
  if (item.durabilityMax === 0)
    problems.add(spotOf(item, 'durabilityMax'), 0, 'never wears out', 'give what is worn a durability')
  if (item.itemLevel === 0) problems.add(spotOf(item, 'itemLevel'), 0, 'is no level to make stats from', 'give at least 1')
  const mix = Object.values(item.mix).reduce((sum: number, part) => sum + (part ?? 0), 0)
  if (Math.abs(mix - 1) > MIX_TOLERANCE)
    problems.add(spotOf(item, 'mix'), item.mix, `adds up to ${mix}`, 'share out the whole: parts that add up to 1')
  if (isWeapon && item.slot !== 'mainHand')
    problems.add(spotOf(item, 'slot'), item.slot, 'is no place for a weapon', 'give mainHand, or make it armour')
  if (!isWeapon && item.slot === 'mainHand')
    problems.add(spotOf(item, 'slot'), item.slot, 'is the place of weapons', 'make it a weapon or name another slot')
}

function checkKind(item: RawItem, problems: Problems): void {
  const isWorn = item.kind === 'armour' || item.kind === 'weapon'
  if (isWorn && item.slot === undefined)
    problems.add(spotOf(item, 'slot'), undefined, `is an item of kind ${item.kind} that nobody can wear`, 'name its slot')
  if (!isWorn && item.slot !== undefined)
    problems.add(spotOf(item, 'slot'), item.slot, `is worn, but of kind ${item.kind}`, 'make it armour or a weapon')
  if (item.slot === undefined && (item.durabilityMax > 0 || Object.keys(item.mix).length > 0))
    problems.add(spotOf(item, 'slot'), undefined, 'has a durability or a mix, but is not worn', 'name its slot or remove them')
  if (item.kind === 'weapon' && item.weapon === undefined)
    problems.add(spotOf(item, 'weapon'), undefined, 'strikes with nothing', 'give its damage, swing and reach')
  if (item.kind !== 'weapon' && item.weapon !== undefined)
    problems.add(
      spotOf(item, 'weapon'),
      item.weapon,
      'is a weapon’s, but the item is none',
      'remove it or make the item a weapon',
    )
  if (item.weapon !== undefined && item.weapon.damageMin > item.weapon.damageMax)
    problems.add(spotOf(item, 'weapon.damageMin'), item.weapon.damageMin, 'is above damageMax', 'lower the minimum')
  if (item.kind === 'consumable' && item.use === undefined)
    problems.add(spotOf(item, 'use'), undefined, 'is a consumable that does nothing', 'name the spell that using it casts')
}

function checkUse(item: RawItem, index: ContentIndex, problems: Problems): void {
  if (item.use === undefined) return
  const spot = spotOf(item, 'use.spell')
  const spell = checkReference(index.spells, 'spells.json', spot, item.use.spell, problems)
  if (spell === undefined || spell.category !== undefined) return
  if (spell.cooldownMs > 0)
    problems.add(spot, item.use.spell, 'has a cooldown that an item cannot keep', 'give the spell a category with categoryMs')
  if (item.use.onceAFight)
    problems.add(spotOf(item, 'use.onceAFight'), true, 'has no category to wait for', 'give its spell a category')
}

function checkOwners(item: RawItem, raw: RawContent, problems: Problems): void {
  item.classes.forEach((key, i) => {
    if (raw.classes.some((kind) => kind.key === key)) return
    problems.add(spotOf(item, `classes.${i}`), key, 'names no entry of classes.json', 'correct the key or add the entry')
  })
  if (item.levelMin > raw.rates.levelMax)
    problems.add(spotOf(item, 'levelMin'), item.levelMin, 'is never reached', `give at most ${raw.rates.levelMax}`)
}

function checkPrices(item: RawItem, sold: ReadonlySet<string>, problems: Problems): void {
  if (sold.has(item.key) && item.buyPrice === 0)
    problems.add(spotOf(item, 'buyPrice'), 0, 'is the price of what a vendor sells', 'give one above the sellPrice')
  else if (item.buyPrice > 0 && item.buyPrice <= item.sellPrice)
    problems.add(
      spotOf(item, 'buyPrice'),
      item.buyPrice,
      `is not above the sellPrice, which is ${item.sellPrice}`,
      'raise it, or buying and selling makes money',
    )
}

/** What casting the spell once makes, in coins from a vendor. */
function madeBy(spell: RawContent['spells'][number], index: ContentIndex): number {
  const made = spell.effects.filter((effect) => effect.kind === 'createItem')
  return made.reduce((sum, { item, count }) => sum + count * (index.items.get(item ?? '')?.sellPrice ?? 0), 0)
}

/** What can be cast as often as one likes makes nothing that sells; what is used up makes less than it costs. */
function checkMaking(raw: RawContent, index: ContentIndex, sold: ReadonlySet<string>, problems: Problems): void {
  const remedy = 'make things of no price, or let the use cost more'
  for (const kind of raw.classes) {
    kind.spells.forEach(({ spell: key }, i) => {
      const spell = index.spells.get(key)
      if (spell === undefined || madeBy(spell, index) === 0) return
      const spot = { file: 'classes.json', entry: kind.key, field: `spells.${i}.spell` }
      problems.add(spot, key, `makes ${madeBy(spell, index)} coins' worth out of nothing`, remedy)
    })
  }
  for (const item of raw.items) {
    const spell = index.spells.get(item.use?.spell ?? '')
    const made = spell === undefined ? 0 : madeBy(spell, index)
    if (made === 0 || item.use === undefined) continue
    if (!item.use.consumed || (sold.has(item.key) && made >= item.buyPrice))
      problems.add(spotOf(item, 'use.spell'), item.use.spell, `makes ${made} coins' worth, again and again`, remedy)
  }
}

/** The keys of the items that a character can come by. */
function obtainable(raw: RawContent, sold: ReadonlySet<string>): ReadonlySet<string> {
  const living = new Set(raw.spawns.map((area) => area.creature))
  const castable = new Set([
    ...raw.classes.flatMap((kind) => kind.spells.map(({ spell }) => spell)),
    ...raw.items.flatMap(({ use }) => (use === undefined ? [] : [use.spell])),
  ])
  const drops = raw.creatures.flatMap((kind) =>
    living.has(kind.key) ? kind.loot.filter(({ chance }) => chance > 0).map(({ item }) => item) : [],
  )
  const rewards = raw.quests.flatMap(({ given, reward }) => [...given, ...reward.items, ...reward.choices])
  const made = raw.spells.flatMap(({ key, effects }) => (castable.has(key) ? effects.map(({ item }) => item ?? '') : []))
  return new Set([...drops, ...sold, ...rewards.map(({ item }) => item), ...raw.objects.map(({ item }) => item), ...made])
}

function checkStock(raw: RawContent, index: ContentIndex, problems: Problems): void {
  for (const npc of raw.npcs) {
    const spot = (field: string): Spot => ({ file: 'npcs.json', entry: npc.key, field })
    const isVendor = npc.services.includes('vendor')
    if (isVendor && npc.stock.length === 0)
      problems.add(spot('stock'), npc.stock, 'is a vendor with nothing to sell', 'give it stock')
    if (!isVendor && npc.stock.length > 0)
      problems.add(spot('services'), npc.services, 'has stock, but is no vendor', 'add the service vendor')
    npc.stock.forEach(({ item: key, countMax, refillMs }, i) => {
      const item = checkReference(index.items, FILE, spot(`stock.${i}.item`), key, problems)
      if (item?.kind === 'quest')
        problems.add(spot(`stock.${i}.item`), key, 'is a quest item', 'let quests, creatures or objects give it')
      if (countMax > 0 && refillMs === 0)
        problems.add(spot(`stock.${i}.refillMs`), 0, 'never brings sold stock back', 'give a time, or leave countMax out')
    })
  }
}

export function checkItems(raw: RawContent, index: ContentIndex, problems: Problems): void {
  const sold = new Set(raw.npcs.flatMap(({ stock }) => stock.map(({ item }) => item)))
  const had = obtainable(raw, sold)
  checkStock(raw, index, problems)
  checkMaking(raw, index, sold, problems)
  for (const item of raw.items) {
    checkKind(item, problems)
    checkWorn(item, problems)
    checkUse(item, index, problems)
    checkOwners(item, raw, problems)
    checkPrices(item, sold, problems)
    if (had.has(item.key)) continue
    const remedy = 'let a creature drop it, a quest give it, a vendor sell it, an object hold it or a spell make it; or remove it'
    problems.add(spotOf(item, ''), undefined, 'cannot be had anywhere', remedy)
  }
}
