import { ItemDestroy, ItemEquip, ItemUnequip, ItemUse } from '../protocol/item.js'
import { ALL_WORN, VendorBuy, VendorBuyBack, VendorList, VendorRepair, VendorSell } from '../protocol/vendor.js'
import type { Actions } from './actions.js'
import type { Thing } from './belongings.js'
import type { Feed } from './feed.js'
import type { Game } from './game.js'
import { wornSlots } from './slots.js'

/** What the player can do with things: wear, use, throw away, trade. Refusals are told in words. */
export class ItemActions {
  constructor(
    private readonly game: Game,
    private readonly actions: Actions,
    private readonly feed: Feed,
  ) {}

  private name({ item, count }: Pick<Thing, 'item' | 'count'>): string {
    const name = this.game.content.items.name(item)
    return count > 1 ? `${count} × ${name}` : name
  }

  /** Wears what can be worn, uses what can be used; of anything else says that it cannot. */
  take(thing: Thing): void {
    const { content } = this.game
    const kind = content.items.get(thing.item)
    const name = content.items.name(thing.item)
    const equipSlot = wornSlots.findIndex(([key]) => key === kind?.slot)
    if (equipSlot >= 0) void this.actions.ask(ItemEquip, { bagSlot: thing.place, equipSlot }, name)
    else if (kind?.use !== undefined) void this.use(thing, kind.use.spell, name)
    else this.feed.say(`${name}: nothing to wear or to use.`, 'refusal')
  }

  /** At the target where its spell asks for an enemy, else on oneself. */
  private use({ place, item }: Thing, spellKey: string, name: string): Promise<string> {
    const needsEnemy = this.game.content.spells.key(spellKey)?.target === 'enemy'
    return this.actions.ask(ItemUse, { bagSlot: place, item, target: needsEnemy ? this.game.target : 0 }, name)
  }

  takeOff(equipSlot: number): void {
    void this.actions.ask(ItemUnequip, { equipSlot }, 'Take off')
  }

  async throwAway(thing: Thing): Promise<void> {
    const code = await this.actions.ask(ItemDestroy, { bagSlot: thing.place, count: thing.count }, 'Throw away')
    if (code === 'ok') this.feed.say(`You throw away ${this.name(thing)}.`)
  }

  askStock(npc: number): Promise<string> {
    return this.actions.ask(VendorList, { npc }, 'Trade')
  }
  async buy(npc: number, index: number, item: number, price: number): Promise<void> {
    const name = this.game.content.items.name(item)
    const code = await this.actions.ask(VendorBuy, { npc, index, item, count: 1 }, name)
    if (code !== 'ok') return
    this.feed.say(`You buy ${name} for ${price} gold.`, 'gain')
    await this.askStock(npc)
  }
  async sell(npc: number, thing: Thing, price: number): Promise<void> {
    const code = await this.actions.ask(VendorSell, { npc, bagSlot: thing.place, count: thing.count }, this.name(thing))
    if (code === 'ok') this.feed.say(`You sell ${this.name(thing)} for ${price} gold.`, 'gain')
  }
  async buyBack(thing: Thing, price: number): Promise<void> {
    const code = await this.actions.ask(VendorBuyBack, { index: thing.place, item: thing.item }, this.name(thing))
    if (code === 'ok') this.feed.say(`You buy ${this.name(thing)} back for ${price} gold.`, 'gain')
  }
  async repair(npc: number, price: number): Promise<void> {
    const code = await this.actions.ask(VendorRepair, { npc, bagSlot: ALL_WORN }, 'Repair')
    if (code === 'ok') this.feed.say(`All that you wear is mended for ${price} gold.`, 'gain')
  }
}
