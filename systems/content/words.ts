/** The closed lists of words that content files use. Their order is kept: columns and messages hold places in these lists. */

export const services = ['quests', 'spiritHealer', 'vendor', 'repair'] as const
/** What a spell is made of; an interrupt closes one of them for a while. */
export const schools = ['physical', 'light', 'flame', 'frost', 'shade'] as const
/** What kind of dispel takes an aura away; 'none' stays. */
export const dispelTypes = ['none', 'spell', 'poison', 'curse', 'bleed'] as const
/** What an aura keeps its bearer from. Each but 'none' diminishes as a group of its own. */
export const controls = ['none', 'stun', 'root', 'silence', 'fear'] as const
export const stats = ['might', 'finesse', 'wits', 'stamina', 'spirit', 'armour'] as const
/** What an aura multiplies. */
export const factors = ['speed', 'haste', 'damageDone', 'damageTaken', 'healingTaken', 'threat'] as const
export const effectKinds = [
  'damage',
  'heal',
  'aura',
  'threat',
  'taunt',
  'interrupt',
  'dispel',
  'energise',
  'summon',
  'teleport',
  'resurrect',
  'createItem',
  'openLock',
] as const
export const auraEffectKinds = ['stat', 'factor', 'damage', 'heal', 'energise', 'absorb'] as const
export const areaShapes = ['radius', 'cone'] as const
export const equipSlots = ['head', 'shoulders', 'back', 'chest', 'hands', 'waist', 'legs', 'feet', 'mainHand', 'offHand'] as const
export const itemKinds = ['junk', 'quest', 'material', 'consumable', 'armour', 'weapon'] as const
export const qualities = ['poor', 'common', 'uncommon', 'rare'] as const

/** What a bot is for in a fight. */
export const botRoles = ['tank', 'healer', 'damage'] as const
/** At whom a rotation aims: an ally is whoever it helps, oneself while one is alone. */
export const rotationTargets = ['enemy', 'self', 'ally'] as const

export type Service = (typeof services)[number]
export type School = (typeof schools)[number]
export type DispelType = (typeof dispelTypes)[number]
export type Control = (typeof controls)[number]
export type Stat = (typeof stats)[number]
export type Factor = (typeof factors)[number]
export type EffectKind = (typeof effectKinds)[number]
export type AuraEffectKind = (typeof auraEffectKinds)[number]
export type AreaShape = (typeof areaShapes)[number]
export type EquipSlot = (typeof equipSlots)[number]
export type ItemCategory = (typeof itemKinds)[number]
export type Quality = (typeof qualities)[number]
export type BotRole = (typeof botRoles)[number]
export type RotationTarget = (typeof rotationTargets)[number]
