import type { Marked, Shown } from './beings.js'
import type { QuestMarks } from './quest-state.js'
import type { Scene } from './scene.js'
import { drawText } from './shapes.js'
import { FONT, ink, labelColourOf } from './theme.js'

type Pen = CanvasRenderingContext2D

/** Names on the map at once; those that matter most come first. */
const LABELS_MAX = 26
/** From here on an `urgency` is that of a bot or creature without part in what the player does. */
const COMMON_RANK = 50
/** Common names are written out only this near to the own character. */
const NAMED_WITHIN_M = 20
const BARS_WITHIN_M = 45
const ARMS_LENGTH_M = 6
/** Below this scale only the most important names are written. */
const NAMES_PX_PER_M_MIN = 4
const barOfOurs = { widthPx: 36, heightPx: 4 }
const barOfOthers = { widthPx: 20, heightPx: 3 }
const LABEL_HEIGHT_PX = 13

interface Rect {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const overlaps = (a: Rect, b: Rect): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** Lower is written first; Infinity never. */
function urgency({ view, look, isDead, isMyLoot, awayM }: Shown, marks: Marked, pxPerM: number): number {
  if (view.entity === marks.target) return 0
  if (view.entity === marks.hover) return 1
  if (isMyLoot) return 2
  if (isDead) return Number.POSITIVE_INFINITY
  if (look === 'npc') return 3
  if (look === 'attacker') return 4
  // The player knows who that in the middle is.
  if (look === 'self') return Number.POSITIVE_INFINITY
  if (pxPerM < NAMES_PX_PER_M_MIN || awayM > NAMED_WITHIN_M) return Number.POSITIVE_INFINITY
  return (look === 'player' ? 5 : COMMON_RANK) + awayM
}

function labelOf(scene: Scene, { view, look, isMyLoot }: Shown): string {
  const name = scene.nameOf(view)
  if (isMyLoot) return `${name} (loot)`
  return look === 'npc' || look === 'object' ? name : `${name} ${scene.read(view, 'level')}`
}

const fillOf = ({ look, isMyLoot }: Shown): string => (isMyLoot ? ink.loot : labelColourOf[look])

/**
 * Whose bar and name stand below the shape instead of above: of the player and a target at arm's length the lower one's, so
 * that neither covers the other.
 */
function thoseBelow(shown: readonly Shown[], marks: Marked): ReadonlySet<Shown> {
  const self = shown.find(({ look }) => look === 'self')
  const foe = shown.find(({ view }) => view.entity === marks.target)
  const isFoeLower = self !== undefined && foe !== undefined && foe.awayM < ARMS_LENGTH_M && foe.y > self.y
  const lower = isFoeLower ? foe : self
  return new Set(lower === undefined ? [] : [lower])
}

/** Names, the most important first; one that would cover another is left out. */
function drawNames(pen: Pen, { scene, shown, marks, pxPerM }: LabelInput, below: ReadonlySet<Shown>): void {
  const ranked = shown
    .map((being) => ({ being, rank: urgency(being, marks, pxPerM) }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, LABELS_MAX)
  const placed = shown.map(({ x, y, r }): Rect => ({ left: x - r, top: y - r, right: x + r, bottom: y + r }))
  pen.textAlign = 'center'
  for (const { being, rank } of ranked) {
    const text = labelOf(scene, being)
    const isCommon = rank >= COMMON_RANK
    pen.font = `${isCommon ? 11 : 12}px ${FONT}`
    const half = pen.measureText(text).width / 2 + 2
    const y = below.has(being) ? being.y + being.r * 1.6 + 22 : being.y - being.r * 1.6 - 10
    const rect = { left: being.x - half, right: being.x + half, top: y - LABEL_HEIGHT_PX, bottom: y + 2 }
    if (rank > 1 && placed.some((other) => overlaps(rect, other))) continue
    placed.push(rect)
    pen.globalAlpha = isCommon ? 0.85 : 1
    drawText(pen, text, being.x, y, fillOf(being))
  }
  pen.globalAlpha = 1
}

/** Wider for whoever is in the player's own fight. */
function drawBar(pen: Pen, scene: Scene, being: Shown, isOurs: boolean, isBelow: boolean): void {
  const { view, x, y, r } = being
  const max = scene.read(view, 'healthMax')
  if (max === 0) return
  const part = Math.min(1, scene.read(view, 'health') / max)
  const { widthPx, heightPx } = isOurs ? barOfOurs : barOfOthers
  const left = Math.round(x - widthPx / 2)
  const top = Math.round(isBelow ? y + r * 1.6 + 5 : y - r * 1.6 - 3 - heightPx)
  pen.fillStyle = ink.barBack
  pen.fillRect(left - 1, top - 1, widthPx + 2, heightPx + 2)
  pen.fillStyle = scene.isCreature(view) ? ink.healthOfFoe : part < 0.35 ? ink.healthLow : ink.health
  pen.fillRect(left, top, Math.round(widthPx * part), heightPx)
}

const hasBar = (scene: Scene, being: Shown, marks: Marked): boolean => {
  const { view, isDead, awayM, look } = being
  if (isDead || look === 'npc' || look === 'object' || scene.isGhost(view)) return false
  if (view.entity === marks.target || view.entity === marks.hover) return true
  return awayM <= BARS_WITHIN_M && scene.read(view, 'health') < scene.read(view, 'healthMax')
}

/** The `!` and `?` over those who have a quest or take one back. */
function drawQuestSigns(pen: Pen, scene: Scene, shown: readonly Shown[], quests: QuestMarks): void {
  pen.textAlign = 'center'
  pen.font = `800 17px ${FONT}`
  for (const { view, look, x, y, r } of shown) {
    if (look !== 'npc') continue
    const key = scene.content.npcs.get(scene.read(view, 'look'))?.key
    const sign = key === undefined ? undefined : quests.byNpc.get(key)
    if (sign !== undefined) drawText(pen, sign, x + r + 9, y + 6, ink.loot)
  }
}

export interface LabelInput {
  readonly scene: Scene
  readonly shown: readonly Shown[]
  readonly marks: Marked
  readonly quests: QuestMarks
  readonly pxPerM: number
}

export function drawLabels(pen: Pen, input: LabelInput): void {
  const { scene, shown, marks, quests, pxPerM } = input
  const below = thoseBelow(shown, marks)
  for (const being of pxPerM >= NAMES_PX_PER_M_MIN / 2 ? shown : []) {
    const { look, view } = being
    const isOurs = look === 'self' || look === 'attacker' || view.entity === marks.target || view.entity === marks.hover
    if (hasBar(scene, being, marks)) drawBar(pen, scene, being, isOurs, below.has(being))
  }
  drawQuestSigns(pen, scene, shown, quests)
  drawNames(pen, input, below)
}
