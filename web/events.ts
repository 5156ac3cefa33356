import { Progress } from '../components/progress.js'
import { ChatHeard } from '../protocol/chat.js'
import { CombatDied, CombatSwing, CombatUnable } from '../protocol/combat.js'
import { LootChanged, LootOpened } from '../protocol/loot.js'
import { MoveTeleportAck, MoveTeleported } from '../protocol/move.js'
import { QuestCompleted, QuestFailed, QuestProgress, QuestRewarded } from '../protocol/quest.js'
import { result, resultCodes } from '../protocol/result-codes.js'
import { WorldClock, WorldNotice } from '../src/net/opcodes.js'
import type { OpcodePayload } from '../src/protocol/opcode.js'
import type { Feed } from './feed.js'
import type { Game } from './game.js'
import { codeInWords } from './reasons.js'
import { SpellEvents } from './spell-events.js'
import { sentence, Teller } from './teller.js'

const nameOfCode = (code: number): string => resultCodes.list[code]?.name ?? String(code)

type Outcome = OpcodePayload<typeof CombatSwing>['outcome']

/** Of a blow without an amount, over the head of whom it was meant for. */
const wordOfOutcome = { hit: '', crit: '', miss: 'missed', dodge: 'dodged', absorb: 'absorbed' } as const

/** What somebody does with a weapon: `hits a hare for 7.` */
function deedOf(outcome: Outcome, isMine: boolean, target: string, amount: number): string {
  const does = (plural: string, singular: string): string => (isMine ? plural : singular)
  switch (outcome) {
    case 'crit':
      return `${does('strike hard at', 'strikes hard at')} ${target} for ${amount}.`
    case 'hit':
      return `${does('hit', 'hits')} ${target} for ${amount}.`
    case 'absorb':
      return `${does('hit', 'hits')} ${target}, but a ward takes all of it.`
    case 'dodge':
      return `${does('strike', 'strikes')} at ${target}: dodged.`
    case 'miss':
      return `${does('miss', 'misses')} ${target}.`
  }
}

class Events {
  /** Swings and deaths seen, for the test's sake. */
  readonly seen = { swings: 0, ownSwings: 0, deaths: 0 }
  private readonly teller: Teller

  constructor(
    private readonly game: Game,
    private readonly feed: Feed,
    private readonly notice: (text: string) => void,
  ) {
    this.teller = new Teller(game, feed)
  }

  private listenToFights(): void {
    const { client } = this.game
    const { teller } = this
    client.on(CombatSwing, ({ attacker, target, outcome, amount }) => {
      this.seen.swings += 1
      if (attacker === client.me || target === client.me) this.seen.ownSwings += 1
      const isHit = outcome === 'hit' || outcome === 'crit'
      const text = isHit ? `${amount}${outcome === 'crit' ? '!' : ''}` : wordOfOutcome[outcome]
      const deed = deedOf(outcome, attacker === client.me, teller.name(target), amount)
      teller.struck(attacker, target, text, sentence(`${teller.name(attacker)} ${deed}`))
    })
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
      this.feed.say(killer === 0 ? 'You die.' : `${sentence(this.teller.name(killer))} kills you.`, 'harm')
    } else if (killer === client.me) this.feed.say(`You kill ${this.teller.name(victim)}.`, 'deed')
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
    new SpellEvents(this.game, this.teller).listen()
    this.listenToGains()
    this.listenToWorld()
    return this
  }
}

export type SeenCounts = Events['seen']

/** Turns the server's messages into feed lines and marks on the map. Returns the counts of what was seen. */
export function listenToWorld(game: Game, feed: Feed, notice: (text: string) => void): SeenCounts {
  return new Events(game, feed, notice).listen().seen
}
