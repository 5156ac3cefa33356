import { BAG_SLOTS, Bag, BuyBack, Purse } from '../../components/bag.js'
import { EQUIP_SLOTS, Equipment } from '../../components/equipment.js'
import { Loot, Looting } from '../../components/loot.js'
import { QUESTS_MAX, QuestLog, questState } from '../../components/quest-log.js'
import { ItemEquip } from '../../protocol/item.js'
import { LootTakeGold } from '../../protocol/loot.js'
import { QuestChooseReward, QuestComplete } from '../../protocol/quest.js'
import { result } from '../../protocol/result-codes.js'
import { TradeAccept } from '../../protocol/trade.js'
import { VendorBuyBack } from '../../protocol/vendor.js'
import type { Editor, WriteColumns } from '../../src/ecs/columns.js'
import type { World } from '../../src/ecs/world.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { AnyIntent } from '../../src/protocol/opcode.js'
import type { Simulation } from '../../src/server/simulation.js'
import { LedgerResource } from '../../systems/ledger.js'
import type { Dice } from '../fuzz/dice.js'

/** Faults that are put into a run on purpose: a harness that does not find them proves nothing. */
export const plantNames = [
  'doubled-accept',
  'saved-by-player',
  'early-ok',
  'forgotten-mark',
  'command-again',
  'corpse-twice',
  'buyback-twice',
  'quest-paid-twice',
  'stale-writes',
  'torn-read',
  'failure-unsaid',
  'fold-forgets',
  'bot-paid-twice',
  'worn-copied',
] as const
export type PlantName = (typeof plantNames)[number]

/** One purse change in so many hundred is not marked. */
const FORGOTTEN_PERCENT = 2

/** The gold of a trade is paid a second time, from the same to the same, and is booked: all sums are conserved. */
function payTwice({ world }: Simulation): void {
  const ledger = world.resource(LedgerResource)
  const purse = world.editor(Purse) as Editor<(typeof Purse)['fields']>
  const { slotByCharacter } = world.resource(PresenceResource)
  after(world, (intent) => {
    for (const row of intent.name === TradeAccept.name ? ledger.rowsOf(world.tick) : []) {
      if (row.session !== intent.session || row.seq !== intent.seq || row.gold === 0) continue
      const from = slotByCharacter.get(row.from)
      const to = slotByCharacter.get(row.to)
      if (from === undefined || to === undefined || purse.gold[from] < row.gold) continue
      purse.set(from, 'gold', purse.gold[from] - row.gold)
      purse.set(to, 'gold', purse.gold[to] + row.gold)
      ledger.transfer(world.tick, 'trade', from, to, row, intent)
    }
  })
}

/** An `ok` leaves with the next answer of the store, though its tick is in a later batch. */
function answerEarly({ net }: Simulation): void {
  const { durables } = net
  const hold = durables.hold.bind(durables)
  durables.hold = (session, seq) => hold(session, seq, 0)
}

/** A change of a purse is now and then not marked for the journal. */
function forgetMarks({ world }: Simulation, dice: Dice): void {
  const { marks } = world
  const mark = marks.mark.bind(marks)
  const bit = marks.bitOf(world.components.indexOf(Purse))
  marks.mark = (slot, bits) => {
    if (bits !== bit || !dice.chance(FORGOTTEN_PERCENT)) mark(slot, bits)
  }
}

/** A session forgets which seqs it has seen, and their answers: what comes again is done again. */
function takeAgain({ net }: Simulation): void {
  const { gate } = net
  const frame = gate.frame.bind(gate)
  gate.frame = (session, bytes, nowMs) => {
    if (session.slot !== 0) {
      session.lastSeq = 0
      session.isAnswered = () => false
    }
    frame(session, bytes, nowMs)
  }
}

/** Whatever is taken out of a corpse is there again. */
function refill({ world }: Simulation): void {
  const loot = world.columns(Loot) as WriteColumns<(typeof Loot)['fields']>
  const looting = world.columns(Looting)
  after(world, (intent) => {
    const corpse = world.entities.slotOf(looting.corpse[intent.actor])
    if (corpse === 0 || !world.entities.has(corpse, Loot)) return
    for (const { session, seq, reason, gold } of world.resource(LedgerResource).rowsOf(world.tick))
      if (session === intent.session && seq === intent.seq && reason === 'loot') loot.gold[corpse] += gold
  })
}

/** What was bought back can be bought back again, for the same price. */
function sellForEver({ world }: Simulation): void {
  const sales = world.editor(BuyBack) as Editor<(typeof BuyBack)['fields']>
  after(world, (intent) => {
    if (intent.name !== VendorBuyBack.name) return
    const row = world
      .resource(LedgerResource)
      .rowsOf(world.tick)
      .find(
        (it) => it.session === intent.session && it.seq === intent.seq && it.reason === 'boughtBack' && it.kind === 'transfer',
      )
    const { index } = intent.payload as { readonly index: number }
    if (row === undefined || row.uid !== 0) return
    sales.setAt(intent.actor, 'item', index, row.item)
    sales.setAt(intent.actor, 'count', index, row.count)
  })
}

/** Gold that a bot finds is paid to it twice, and recorded once. */
function payBotsMore({ world }: Simulation): void {
  const purse = world.editor(Purse) as Editor<(typeof Purse)['fields']>
  after(world, (intent, code) => {
    if (intent.session !== 0 || intent.name !== LootTakeGold.name || code !== result.ok) return
    const row = world
      .resource(LedgerResource)
      .rowsOf(world.tick)
      .findLast((it) => it.reason === 'loot' && it.session === 0 && it.gold > 0)
    if (row !== undefined) purse.set(intent.actor, 'gold', purse.gold[intent.actor] + row.gold)
  })
}

/** What is put on lies in the bag as well. */
function copyWorn({ world }: Simulation): void {
  const bag = world.editor(Bag) as Editor<(typeof Bag)['fields']>
  const worn = world.columns(Equipment)
  after(world, (intent, code) => {
    if (intent.name !== ItemEquip.name || code !== result.ok) return
    const { bagSlot, equipSlot } = intent.payload as { readonly bagSlot: number; readonly equipSlot: number }
    const at = intent.actor * EQUIP_SLOTS + equipSlot
    if (bag.item[intent.actor * BAG_SLOTS + bagSlot] !== 0 || worn.item[at] === 0) return
    bag.setAt(intent.actor, 'item', bagSlot, worn.item[at])
    bag.setAt(intent.actor, 'count', bagSlot, 1)
    bag.setAt(intent.actor, 'uid', bagSlot, worn.uid[at])
  })
}

/** A quest that was paid stays in the log as one that is done: it is paid again to whoever has what it asks for. */
function payAgain({ world }: Simulation): void {
  const log = world.editor(QuestLog) as Editor<(typeof QuestLog)['fields']>
  after(world, (intent, code) => {
    if (code !== result.ok || (intent.name !== QuestComplete.name && intent.name !== QuestChooseReward.name)) return
    const { quest } = intent.payload as { readonly quest: number }
    let row = 0
    while (row < QUESTS_MAX - 1 && log.quest[intent.actor * QUESTS_MAX + row] !== 0) row += 1
    log.setAt(intent.actor, 'quest', row, quest)
    log.setAt(intent.actor, 'state', row, questState.active)
  })
}

/** Calls `then` after every answer to an intent. */
function after(world: World, then: (intent: AnyIntent, code: number) => void): void {
  const { outlet } = world
  world.outlet = {
    tell: (...args) => outlet.tell(...args),
    show: (...args) => outlet.show(...args),
    answer: (intent, code) => {
      then(intent, code)
      outlet.answer(intent, code)
    },
  }
}

/**
 * Puts the fault into a world before its first tick. `saved-by-player`, `torn-read`, `stale-writes`,
 * `failure-unsaid` and `fold-forgets` are the store's: see `Cut` and `FaultyStore`.
 */
export function plant(name: PlantName | undefined, simulation: Simulation, dice: Dice): void {
  if (name === 'doubled-accept') payTwice(simulation)
  if (name === 'corpse-twice') refill(simulation)
  if (name === 'buyback-twice') sellForEver(simulation)
  if (name === 'bot-paid-twice') payBotsMore(simulation)
  if (name === 'worn-copied') copyWorn(simulation)
  if (name === 'quest-paid-twice') payAgain(simulation)
  if (name === 'early-ok') answerEarly(simulation)
  if (name === 'command-again') takeAgain(simulation)
  if (name === 'forgotten-mark') forgetMarks(simulation, dice)
}
