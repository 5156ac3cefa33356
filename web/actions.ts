import { LOOT_ITEMS_MAX } from '../components/loot.js'
import { ChatSay } from '../protocol/chat.js'
import { CombatAttack, CombatStopAttack } from '../protocol/combat.js'
import { DeathReclaim, DeathRelease, DeathSpiritHealer } from '../protocol/death.js'
import { LootOpen, LootRelease, LootTake, LootTakeGold } from '../protocol/loot.js'
import { MoveFollow, MoveStop, MoveTo } from '../protocol/move.js'
import { ObjectClick } from '../protocol/object.js'
import { QuestAccept, QuestChooseReward, QuestComplete, QuestList } from '../protocol/quest.js'
import { SpellCancel, SpellCancelAura } from '../protocol/spell.js'
import type { EntityView } from '../src/client/index.js'
import type { OpcodePayload, ToServer } from '../src/protocol/opcode.js'
import type { Feed } from './feed.js'
import type { Game } from './game.js'
import { codeInWords } from './reasons.js'

/** Nearer than the rule asks, so that a rounded place does not fall short. */
const REACH_MARGIN_M = 1
/** A place on the zone's very edge is refused. */
const EDGE_M = 0.5

/** What the player can do: each method sends what it takes and tells refusals in words. */
export class Actions {
  constructor(
    private readonly game: Game,
    private readonly feed: Feed,
  ) {}

  /** The code's name; `ended` when the connection has gone meanwhile. Refusals are told after `what`. */
  async ask<O extends ToServer>(opcode: O, payload: OpcodePayload<O>, what: string): Promise<string> {
    // A connection that ends is reported by the client itself, once, for everything that waited.
    const code = await this.game.client.request(opcode, payload).catch(() => 'ended')
    if (code !== 'ok' && code !== 'ended') this.refused(what, code)
    return code
  }

  refused(what: string, code: string): void {
    this.feed.say(`${what}: ${codeInWords(code)}`, 'refusal')
  }

  walkTo(x: number, z: number): void {
    const edge = (this.game.content.zone?.sizeM ?? Number.POSITIVE_INFINITY) - EDGE_M
    const to = { x: Math.min(edge, Math.max(EDGE_M, x)), z: Math.min(edge, Math.max(EDGE_M, z)) }
    this.game.errand = undefined
    this.game.path = to
    void this.ask(MoveTo, to, 'Walk').then((code) => {
      if (code !== 'ok' && this.game.path === to) this.game.path = undefined
    })
  }

  stop(): void {
    this.game.errand = undefined
    this.game.path = undefined
    void this.ask(MoveStop, {}, 'Stop')
  }

  attack(view: EntityView): void {
    const { game } = this
    game.target = view.entity
    game.errand = undefined
    game.path = undefined
    game.client.batch(() => {
      void this.ask(CombatAttack, { target: view.entity }, 'Attack')
      void this.ask(MoveFollow, { entity: view.entity }, 'Follow')
    })
  }

  /** Lets go of the target. */
  leave(): void {
    this.game.target = 0
    void this.ask(CombatStopAttack, {}, 'Stop attacking')
  }

  /** At once when the entity is within reach, or after walking there. */
  private whenNear(view: EntityView, run: () => void): void {
    const { game } = this
    const reachM = game.content.rates.interactRangeM - REACH_MARGIN_M
    game.path = undefined
    game.errand = undefined
    if (game.scene.distanceM(view) <= reachM) {
      run()
      return
    }
    void this.ask(MoveFollow, { entity: view.entity }, 'Follow')
    const stopAndRun = (): void => {
      this.stop()
      run()
    }
    game.errand = { entity: view.entity, reachM, run: stopAndRun }
  }

  /** Walks to a corpse and takes all that is in it. */
  loot(view: EntityView): void {
    this.whenNear(view, () => void this.takeAll(view.entity))
  }

  /** Walks to an object and takes what it holds. */
  take(view: EntityView): void {
    const name = this.game.scene.nameOf(view)
    this.whenNear(view, () => void this.ask(ObjectClick, { entity: view.entity }, name))
  }

  private async takeAll(corpse: number): Promise<void> {
    const { game } = this
    if ((await this.ask(LootOpen, { corpse }, 'Loot')) !== 'ok') return
    // Each thing taken is answered by what is left; a corpse holds gold and at most that many things.
    for (let turn = 0; turn <= LOOT_ITEMS_MAX && game.loot?.corpse === corpse; turn += 1) {
      const code = await this.takeNext(corpse)
      if (code !== 'ok') break
    }
    game.loot = undefined
    await this.ask(LootRelease, {}, 'Close')
  }

  /** `empty` when there is nothing more to take. */
  private async takeNext(corpse: number): Promise<string> {
    const { loot, content } = this.game
    if (loot === undefined || loot.corpse !== corpse) return 'empty'
    if (loot.gold > 0) {
      const code = await this.ask(LootTakeGold, {}, 'Gold')
      if (code === 'ok') this.feed.say(`You take ${loot.gold} gold.`, 'gain')
      return code
    }
    const next = loot.items[0]
    if (next === undefined) return 'empty'
    const name = content.items.name(next.item)
    const code = await this.ask(LootTake, { revision: loot.revision, itemIndex: next.index }, name)
    if (code === 'ok') this.feed.say(`You take ${next.count > 1 ? `${next.count} × ` : ''}${name}.`, 'gain')
    return code
  }

  /** Walks to somebody and calls `met` when there. */
  approach(view: EntityView, met: () => void): void {
    this.game.target = view.entity
    this.whenNear(view, met)
  }

  cancelCast(): void {
    void this.ask(SpellCancel, {}, 'Break off')
  }
  /** Puts off an own aura that is not harmful. */
  putOff(aura: number): void {
    void this.ask(SpellCancelAura, { aura }, this.game.content.auras.name(aura))
  }

  askQuests(giver: number): Promise<string> {
    return this.ask(QuestList, { giver }, 'Talk')
  }
  async accept(giver: number, quest: number): Promise<string> {
    const code = await this.ask(QuestAccept, { giver, quest }, 'Accept')
    if (code === 'ok') this.feed.say(`You accept ${this.game.content.quests.name(quest)}.`, 'quest')
    return code
  }
  /** `choice` is the index of the chosen reward, or undefined where there is none to choose. */
  handIn(giver: number, quest: number, choice: number | undefined): Promise<string> {
    if (choice === undefined) return this.ask(QuestComplete, { giver, quest }, 'Hand in')
    return this.ask(QuestChooseReward, { giver, quest, choice }, 'Hand in')
  }

  say(text: string): void {
    void this.ask(ChatSay, { text }, 'Say')
  }

  release(): void {
    this.game.path = undefined
    this.game.target = 0
    void this.ask(DeathRelease, {}, 'Release')
  }
  reclaim(): void {
    void this.ask(DeathReclaim, {}, 'Return to life')
  }
  askHealer(npc: number): void {
    void this.ask(DeathSpiritHealer, { npc }, 'Return to life')
  }
}
