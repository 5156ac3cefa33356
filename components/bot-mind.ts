import { defineComponent } from '../src/ecs/component.js'
import { f32, u8, u16, u32 } from '../src/schema/fields.js'

/** What a bot is about. */
export const goal = Object.freeze({ none: 0, quest: 1, grind: 2, rest: 3, turnIn: 4, accept: 5, talk: 6, revive: 7, shop: 8 })
/** How far a bot has come with a trade: it goes to somebody, is at the table, or has bid gold there. */
export const dealStep = Object.freeze({ none: 0, approach: 1, table: 2, bid: 3 })
/** How often a bot thinks. */
export const tier = Object.freeze({ combat: 0, active: 1, idle: 2, far: 3 })

/**
 * A bot's memory: everything that its next decision may remember of the ones before. `areaIndex` and `quest` belong to
 * the goal; `step` is the place within a sequence (looting, speaking); `untilTick` ends a pursuit or a
 * plunder, `goalTick` the goal; `luckTick` is when the hunt last found prey, `moves` how often it changed its place since;
 * until `asideTick` quests are left aside. `moveTick` is when it
 * last asked to move, `progress*` when and how far it last came nearer; `avoid` a target it gave up, `faced`
 * the one it has turned to. `gainTick` is when experience, gold or level last rose. `fails`: how often
 * in a row `failedQuest` came to nothing at `failedHave` of what it needs (`lastHave`: as seen last); `shunned`: the quest
 * abandoned last. `quit*`: quests abandoned, by reason.
 * `refusals`: decisions of late that were refused; until `gearTick` no better gear is looked for, until `shopTick` no trader, until `stepTick`
 * no step aside. `usable` and `attacker*` are caches, looked
 * up anew from their ticks on, with how often they were good and how often not. `belief`: what a price is believed to be, in hundredths of what
 * vendors pay; until `seekTick` nobody to trade with is looked for; `deal*` is of the trade under way (since when, with whom, what is to be
 * sold, how far it has come) and of vain ones (how many in a row, with whom and of
 * what the last), and until `guessTick` gear is offered to nobody unasked. `faults` counts decisions that threw, `faultsInRow` those since
 * the last that did not.
 */
export const BotMind = defineComponent(
  'BotMind',
  {
    goal: u8,
    tier: u8,
    step: u8,
    quest: u16,
    objective: u8,
    areaIndex: u16,
    target: u32,
    corpse: u32,
    avoid: u32,
    faced: u32,
    destX: f32,
    destZ: f32,
    hasDest: u8,
    nextTick: u32,
    untilTick: u32,
    goalTick: u32,
    luckTick: u32,
    asideTick: u32,
    moves: u8,
    scanTick: u32,
    moveTick: u32,
    progressTick: u32,
    progressM: f32,
    gainTick: u32,
    lastExperience: u32,
    lastGold: u32,
    giveUps: u16,
    refusals: u8,
    fails: u8,
    failedQuest: u16,
    shunned: u16,
    failedHave: u16,
    lastHave: u16,
    quitFull: u16,
    quitFailed: u16,
    quitStuck: u16,
    gearTick: u32,
    shopTick: u32,
    stepTick: u32,
    usable: u16,
    usableTick: u32,
    attacker: u32,
    attackers: u8,
    attackerTick: u32,
    abilityHits: u32,
    abilityMisses: u32,
    targetHits: u32,
    targetMisses: u32,
    belief: u16,
    seekTick: u32,
    dealTick: u32,
    dealWith: u32,
    dealItem: u16,
    dealStep: u8,
    dealFails: u8,
    dealAvoid: u32,
    dealShun: u16,
    guessTick: u32,
    faults: u16,
    faultsInRow: u8,
  },
  {
    persist: 'lazy',
    // Entities, and what belongs to dealing with them: in another run of the world they are others.
    transient: [
      'step',
      'target',
      'corpse',
      'avoid',
      'faced',
      'usable',
      'usableTick',
      'attacker',
      'attackers',
      'attackerTick',
      'dealTick',
      'dealWith',
      'dealItem',
      'dealStep',
      'dealAvoid',
      'faultsInRow',
    ],
  },
)
