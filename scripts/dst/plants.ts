import { Purse } from '../../components/bag.js'
import { TradeAccept } from '../../protocol/trade.js'
import type { Editor } from '../../src/ecs/columns.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { Simulation } from '../../src/server/simulation.js'
import { LedgerResource } from '../../systems/ledger.js'
import type { Dice } from '../fuzz/dice.js'

/** Faults that are put into a run on purpose: a harness that does not find them proves nothing. */
export const plantNames = ['doubled-accept', 'saved-by-player', 'early-ok', 'forgotten-mark', 'command-again'] as const
export type PlantName = (typeof plantNames)[number]

/** One purse change in so many hundred is not marked. */
const FORGOTTEN_PERCENT = 2

/** The gold of a trade is paid a second time, from the same to the same, and is booked: all sums are conserved. */
function payTwice({ world }: Simulation): void {
  const { outlet } = world
  const ledger = world.resource(LedgerResource)
  const purse = world.editor(Purse) as Editor<(typeof Purse)['fields']>
  const { slotByCharacter } = world.resource(PresenceResource)
  world.outlet = {
    tell: (...args) => outlet.tell(...args),
    show: (...args) => outlet.show(...args),
    answer: (intent, code) => {
      const rows = intent.name === TradeAccept.name ? ledger.rowsOf(world.tick) : []
      for (const row of rows) {
        if (row.session !== intent.session || row.seq !== intent.seq || row.gold === 0) continue
        const from = slotByCharacter.get(row.from)
        const to = slotByCharacter.get(row.to)
        if (from === undefined || to === undefined || purse.gold[from] < row.gold) continue
        purse.set(from, 'gold', purse.gold[from] - row.gold)
        purse.set(to, 'gold', purse.gold[to] + row.gold)
        ledger.transfer(world.tick, 'trade', from, to, row, intent)
      }
      outlet.answer(intent, code)
    },
  }
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

/** A session forgets which seqs it has seen: what comes again is done again. */
function takeAgain({ net }: Simulation): void {
  const { gate } = net
  const frame = gate.frame.bind(gate)
  gate.frame = (session, bytes, nowMs) => {
    if (session.slot !== 0) session.lastSeq = 0
    frame(session, bytes, nowMs)
  }
}

/** Puts the fault into a world before its first tick. `saved-by-player` is the store's: see `Cut`. */
export function plant(name: PlantName | undefined, simulation: Simulation, dice: Dice): void {
  if (name === 'doubled-accept') payTwice(simulation)
  if (name === 'early-ok') answerEarly(simulation)
  if (name === 'command-again') takeAgain(simulation)
  if (name === 'forgotten-mark') forgetMarks(simulation, dice)
}
