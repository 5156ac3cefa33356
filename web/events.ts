import { Progress } from '../components/progress.js'
import { ChatHeard } from '../protocol/chat.js'
import { CombatDied, CombatSwing, CombatUnable } from '../protocol/combat.js'
import { LootChanged, LootOpened } from '../protocol/loot.js'
import { MoveTeleportAck, MoveTeleported } from '../protocol/move.js'
import { QuestCompleted, QuestFailed, QuestProgress, QuestRewarded } from '../protocol/quest.js'
import { result, resultCodes } from '../protocol/result-codes.js'
import { SpellFailed, SpellFinished, SpellStarted } from '../protocol/spell.js'
import { WorldClock, WorldNotice } from '../src/net/opcodes.js'
import type { Feed } from './feed.js'
import type { Concern } from './floaters.js'
import type { Game } from './game.js'
import { codeInWords } from './reasons.js'

const nameOfCode = (code: number): string => resultCodes.list[code]?.name ?? String(code)

class Events {
  /** Swings and deaths seen, for the test's sake. */
  readonly seen = { swings: 0, ownSwings: 0, deaths: 0 }

  constructor(
    private readonly game: Game,
    private readonly feed: Feed,
    private readonly notice: (text: string) => void,
  ) {}

  private name(entity: number): string {
    if (entity === this.game.client.me) return 'you'
    const view = this.game.client.entities.get(entity)
    return view === undefined ? 'somebody' : this.game.scene.nameOf(view)
  }

  private concern(doer: number, target: number): Concern {
    const { me } = this.game.client
    return target === me ? 'toMe' : doer === me ? 'byMe' : 'other'
  }

  /** What one entity did to another: on the map always, in the feed when the player is one of the two. */
  private struck(doer: number, target: number, text: string, line: string, isHealing = false): void {
    const { game, feed } = this
    const concern = this.concern(doer, target)
    const nowMs = performance.now()
    const from = game.client.entities.get(doer)
    const to = game.client.entities.get(target)
    if (from !== undefined && to !== undefined && from !== to) game.floaters.blow(from, to, concern, nowMs)
    if (to !== undefined) game.floaters.amount(to, text, concern, nowMs, isHealing)
    if (concern === 'toMe') feed.say(line, isHealing ? 'gain' : 'harm')
    else if (concern === 'byMe') feed.say(line, 'deed')
  }

  private listenToFights(): void {
    const { client, content } = this.game
    client.on(CombatSwing, ({ attacker, target, outcome, amount }) => {
      this.seen.swings += 1
      if (attacker === client.me || target === client.me) this.seen.ownSwings += 1
      const isHit = outcome === 'hit' || outcome === 'crit'
      const text = isHit ? `${amount}${outcome === 'crit' ? '!' : ''}` : outcome
      const does = (plural: string, singular: string): string => (attacker === client.me ? plural : singular)
      const verb = outcome === 'crit' ? does('strike hard at', 'strikes hard at') : does('hit', 'hits')
      const deed = isHit
        ? `${verb} ${this.name(target)} for ${amount}.`
        : `${does('miss', 'misses')} ${this.name(target)} (${outcome}).`
      this.struck(attacker, target, text, sentence(`${this.name(attacker)} ${deed}`))
    })
    client.on(SpellFinished, ({ caster, spell, target, amount }) => {
      const known = content.spells.get(spell)
      const isHealing = known !== undefined && known.target !== 'enemy'
      const what = `${content.spells.name(spell)}: ${this.name(target)} ${isHealing ? 'healed by' : 'takes'} ${amount}`
      const whose = caster === client.me ? '' : ` (${this.name(caster)})`
      this.struck(caster, target, isHealing ? `+${amount}` : String(amount), `${what}${whose}.`, isHealing)
    })
    client.on(SpellStarted, ({ caster, spell }) => {
      if (caster === client.me) this.feed.say(`You begin to cast ${content.spells.name(spell)}.`)
    })
    client.on(SpellFailed, ({ spell, code }) =>
      this.feed.say(`${content.spells.name(spell)}: ${codeInWords(nameOfCode(code))}`, 'refusal'),
    )
    client.on(CombatUnable, ({ code }) => {
      // Whoever attacks follows: that it is still too far is seen.
      if (code !== result.outOfRange) this.feed.say(`Your weapon: ${codeInWords(nameOfCode(code))}`, 'refusal')
    })
    client.on(CombatDied, ({ victim, killer }) => this.died(victim, killer))
  }

  private died(victim: number, killer: number): void {
    const { client } = this.game
    this.seen.deaths += 1
    if (victim === this.game.target) this.game.target = 0
    if (victim === client.me) {
      this.game.path = undefined
      this.feed.say(killer === 0 ? 'You die.' : `${sentence(this.name(killer))} kills you.`, 'harm')
    } else if (killer === client.me) this.feed.say(`You kill ${this.name(victim)}.`, 'deed')
  }

  private listenToGains(): void {
    const { client, content } = this.game
    const takeWindow = (loot: Game['loot']): void => {
      this.game.loot = loot
    }
    client.on(LootOpened, takeWindow)
    client.on(LootChanged, takeWindow)
    client.on(QuestProgress, ({ quest, objective, have, need }) => {
      const wanted = content.quests.get(quest)?.objectives[objective]
      const what = wanted === undefined ? content.quests.name(quest) : content.objectiveText(wanted)
      this.feed.say(`${what}: ${have} of ${need}`, 'quest')
    })
    client.on(QuestCompleted, ({ quest }) => {
      const entry = content.quests.get(quest)
      const where = entry === undefined ? '' : ` Return to ${content.npcs.nameOfKey(entry.ender)}.`
      this.feed.say(`${content.quests.name(quest)} is done.${where}`, 'quest')
    })
    client.on(QuestFailed, ({ quest }) => this.feed.say(`${content.quests.name(quest)} has failed: its time is over.`, 'refusal'))
    client.on(QuestRewarded, ({ quest, gold }) => {
      this.feed.say(`${content.quests.name(quest)} is handed in${gold > 0 ? ` for ${gold} gold` : ''}.`, 'quest')
    })
    this.listenToProgress()
  }

  private listenToProgress(): void {
    const { client } = this.game
    let level = 0
    let experience = 0
    client.onOwner((component) => {
      if (component !== 'Progress') return
      // Several fields may change in one message: compare when all of it is in.
      queueMicrotask(() => {
        const before = { level, experience }
        level = client.owner.get(Progress, 'level')
        experience = client.owner.get(Progress, 'experience')
        if (before.level === 0) return
        if (level > before.level) this.feed.say(`You reach level ${level}.`, 'quest')
        else if (experience > before.experience) this.feed.say(`You gain ${experience - before.experience} experience.`, 'gain')
      })
    })
  }

  private listenToWorld(): void {
    const { client } = this.game
    client.on(ChatHeard, ({ name, text }) => this.feed.say(`${name}: ${text}`, 'chat'))
    client.on(MoveTeleported, ({ counter }) => {
      this.game.path = undefined
      client.send(MoveTeleportAck, { counter })
    })
    client.on(WorldClock, ({ ratio }) => {
      this.game.timeRatio = ratio
    })
    client.on(WorldNotice, ({ text }) => {
      this.feed.say(text, 'notice')
      this.notice(text)
    })
  }

  listen(): this {
    this.listenToFights()
    this.listenToGains()
    this.listenToWorld()
    return this
  }
}

/** With a capital letter. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export type SeenCounts = Events['seen']

/** Turns the server's messages into feed lines and marks on the map. Returns the counts of what was seen. */
export function listenToWorld(game: Game, feed: Feed, notice: (text: string) => void): SeenCounts {
  return new Events(game, feed, notice).listen().seen
}
