import { kindType } from '../../components/kind.js'
import { flag, Status } from '../../components/status.js'
import { CombatAttack } from '../../protocol/combat.js'
import { ItemDestroy } from '../../protocol/item.js'
import { LootChanged, LootOpen, LootOpened, LootRelease, LootTake, LootTakeGold } from '../../protocol/loot.js'
import { MoveFollow } from '../../protocol/move.js'
import type { EntityView } from '../../src/client/index.js'
import type { OpcodePayload } from '../../src/protocol/opcode.js'
import type { Customer } from './customer.js'
import { bagOf, NOTHING } from './holding.js'
import { content } from './opening.js'

/** Beyond this many stacks a hunter throws one away. */
const STACKS_MAX = 16

type Corpse = OpcodePayload<typeof LootOpened>

/** Kills what is near and takes all that it has, again and again, until the server is gone, which rejects. */
export async function runHunter(customer: Customer): Promise<never> {
  const { client } = customer
  const flagsAt = client.field(Status, 'flags')
  const tapAt = client.field(Status, 'tap')
  const isDead = ({ values }: EntityView): boolean => (values[flagsAt] & flag.dead) !== 0
  const opened: { corpse: Corpse | null } = { corpse: null }
  for (const opcode of [LootOpened, LootChanged])
    client.on(opcode, (corpse) => {
      opened.corpse = corpse
    })
  for (;;) {
    const prey = customer.nearest(kindType.creature, (view) => !isDead(view) && [0, client.me].includes(view.values[tapAt]))
    if (prey === undefined) {
      await customer.until(() => false)
      continue
    }
    client.send(MoveFollow, { entity: prey.entity })
    await client.request(CombatAttack, { target: prey.entity })
    const isOver = () => isDead(prey) || !client.entities.has(prey.entity)
    // A fight takes longer than an answer.
    for (let patience = 0; patience < 5 && !(await customer.until(isOver)); patience += 1);
    opened.corpse = null
    if ((await client.request(LootOpen, { corpse: prey.entity })) === 'ok') {
      await customer.until(() => opened.corpse !== null)
      await takeAll(customer, opened)
    }
  }
}

async function takeAll(customer: Customer, opened: { corpse: Corpse | null }): Promise<void> {
  const gold = opened.corpse?.gold ?? 0
  if (gold > 0) await customer.ask(LootTakeGold, {}, { ...NOTHING, gold })
  for (let corpse = opened.corpse; corpse !== null && corpse.items.length > 0; corpse = opened.corpse) {
    const { index, item, count } = corpse.items[0]
    const { revision } = corpse
    const code = await customer.ask(LootTake, { revision, itemIndex: index }, { ...NOTHING, items: [[item, count]] })
    if (code !== 'ok') break
  }
  await customer.client.request(LootRelease, {})
  const bag = bagOf(customer.client)
  if (bag.length <= STACKS_MAX) return
  const { at, item, count, uid } = customer.dice.pick(bag)
  if (content.items[item] === undefined) return
  const gone = uid === 0 ? [] : [uid]
  await customer.ask(ItemDestroy, { bagSlot: at, count }, { ...NOTHING, items: [[item, -count]], gone })
}
