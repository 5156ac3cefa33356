import { SPELLS_MAX, Spellbook } from '../components/spells.js'
import { MoveStop, MoveTo } from '../protocol/move.js'
import { SpellCast } from '../protocol/spell.js'
import type { EntityView } from '../src/client/index.js'
import type { Actions } from './actions.js'
import type { SpellEntry } from './content.js'
import type { Feed } from './feed.js'
import type { Game } from './game.js'

/** Spells on the bar and on the number keys. */
export const HOTKEYS = 10
/** A cast may be refused because the character still moved or looked away: it is asked for again after turning. */
const TRIES = 3
const TURN_STEP_M = 0.3
const TURN = 65_536

export interface KnownSpell {
  /** Its place in the book. */
  readonly place: number
  readonly spell: SpellEntry
}

/** The known spells in the order of the book, as many as there are keys. */
export function hotSpells(game: Game): readonly KnownSpell[] {
  const known: KnownSpell[] = []
  for (let place = 0; place < SPELLS_MAX && known.length < HOTKEYS; place += 1) {
    const id = game.client.owner.get(Spellbook, 'spell', place)
    const spell = id === 0 ? undefined : game.content.spells.get(id)
    if (spell !== undefined) known.push({ place, spell })
  }
  return known
}

/** Ticks until the spell can be cast again, its own cooldown and, unless it stands outside of it, the common one. */
export function cooldownTicks({ client }: Game, { place, spell }: KnownSpell): number {
  const common = spell.offGlobal ? 0 : client.owner.get(Spellbook, 'globalTick')
  return Math.max(0, client.owner.get(Spellbook, 'readyTick', place) - client.tick, common - client.tick)
}

/** Whether the character looks at least roughly towards that place. */
function faces(self: EntityView, other: EntityView): boolean {
  const angle = (self.heading / TURN) * 2 * Math.PI
  return (other.x - self.x) * Math.cos(angle) + (other.z - self.z) * Math.sin(angle) > 0
}

/** Casts the spells of the bar, stopping and turning first where a spell asks for it. */
export class Casting {
  private isBusy = false

  constructor(
    private readonly game: Game,
    private readonly actions: Actions,
    private readonly feed: Feed,
  ) {}

  /** The number key's spell, from 0, at the target. */
  async cast(index: number): Promise<void> {
    const known = hotSpells(this.game)[index]
    if (known === undefined || this.isBusy) return
    this.isBusy = true
    try {
      await this.castAt(known.spell)
    } finally {
      this.isBusy = false
    }
  }

  private async castAt(spell: SpellEntry): Promise<void> {
    const { client } = this.game
    const target = this.targetFor(spell)
    if (target === undefined) {
      this.feed.say(`${spell.name}: choose a creature first.`, 'refusal')
      return
    }
    let code = 'ok'
    for (let turn = 0; turn < TRIES; turn += 1) {
      const view = client.entities.get(target)
      await this.prepare(spell, view)
      const at = { x: view?.x ?? 0, z: view?.z ?? 0 }
      code = await client.request(SpellCast, { spell: spell.id, target, ...at }).catch(() => 'ended')
      if (code !== 'moving' && code !== 'notFacing') break
    }
    if (code !== 'ok' && code !== 'ended') this.actions.refused(spell.name, code)
  }

  /** 0 is oneself; undefined when an enemy is needed and there is none. */
  private targetFor(spell: SpellEntry): number | undefined {
    const { scene, targetView, target } = this.game
    const isPrey = targetView !== undefined && scene.isPrey(targetView)
    if (spell.target === 'enemy' || spell.target === 'point') return isPrey ? target : this.attacker()
    const isFriend = targetView !== undefined && ['player', 'bot'].includes(scene.lookOf(targetView))
    return spell.target === 'friend' && isFriend ? target : 0
  }

  private attacker(): number | undefined {
    const { scene } = this.game
    const attacker = scene.nearest(40, (view) => scene.isPrey(view) && scene.lookOf(view) === 'attacker')
    if (attacker !== undefined) this.game.target = attacker.entity
    return attacker?.entity
  }

  private async prepare(spell: SpellEntry, enemy: EntityView | undefined): Promise<void> {
    const { game } = this
    const { self } = game
    if (self === undefined) return
    const mustTurn = spell.target === 'enemy' && enemy !== undefined && !faces(self, enemy)
    if (mustTurn) {
      // Walking turns: a small step is enough.
      const metres = Math.max(TURN_STEP_M, Math.hypot(enemy.x - self.x, enemy.z - self.z))
      const part = TURN_STEP_M / metres
      const to = { x: self.x + (enemy.x - self.x) * part, z: self.z + (enemy.z - self.z) * part }
      await game.client.request(MoveTo, to).catch(() => 'ended')
      await this.ticks(2)
    } else if (spell.castMs > 0 || spell.channelMs > 0) {
      game.errand = undefined
      game.path = undefined
      await game.client.request(MoveStop, {}).catch(() => 'ended')
      await this.ticks(1)
    }
  }

  private ticks(count: number): Promise<void> {
    const { client } = this.game
    return new Promise((resolve) => {
      let left = count
      const offs: (() => void)[] = []
      const done = (): void => {
        for (const off of offs) off()
        resolve()
      }
      offs.push(
        client.onTick(() => {
          left -= 1
          if (left <= 0) done()
        }),
        client.onClosed(done),
      )
    })
  }
}
