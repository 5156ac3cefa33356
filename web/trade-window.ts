import { Purse } from '../components/bag.js'
import { Progress } from '../components/progress.js'
import { UNLIMITED, VendorStock } from '../protocol/vendor.js'
import type { OpcodePayload } from '../src/protocol/opcode.js'
import { bagThings, repairPrice, soldThings, type Thing } from './belongings.js'
import { byId, fillWhenChanged, make, makeButton, setText } from './dom.js'
import type { Game } from './game.js'
import type { ItemActions } from './item-actions.js'

type Stock = OpcodePayload<typeof VendorStock>['entries']

/** What a trader sells, takes, gives back and mends: a part of the window of whom one talks to. */
export class TradeWindow {
  private readonly box = byId('trade', HTMLElement)
  private readonly stock = byId('trade-stock', HTMLElement)
  private readonly bag = byId('trade-bag', HTMLElement)
  private readonly sold = byId('trade-sold', HTMLElement)
  private readonly soldPart = byId('trade-sold-part', HTMLElement)
  private readonly repair = byId('trade-repair', HTMLButtonElement)
  private npc = 0
  private entries: Stock = []

  constructor(
    private readonly game: Game,
    private readonly actions: ItemActions,
  ) {
    game.client.on(VendorStock, ({ npc, entries }) => {
      if (npc !== this.npc) return
      this.entries = entries
      this.update()
    })
    this.repair.onclick = () => void this.actions.repair(this.npc, repairPrice(game.client, game.content))
  }

  /** For somebody who trades, mends, or does neither. */
  open(npc: number, services: readonly string[]): void {
    this.close()
    const trades = services.includes('vendor')
    this.repair.hidden = !services.includes('repair')
    this.box.hidden = !trades && this.repair.hidden
    byId('trade-lists', HTMLElement).hidden = !trades
    this.npc = npc
    if (trades) void this.actions.askStock(npc)
  }

  close(): void {
    this.npc = 0
    this.entries = []
    this.box.hidden = true
    // Their buttons belong to the one who was talked to.
    for (const list of [this.stock, this.bag, this.sold]) fillWhenChanged(list, '', () => [])
  }

  update(): void {
    if (this.npc === 0) return
    this.showStock()
    this.showBag()
    this.showSold()
    const price = repairPrice(this.game.client, this.game.content)
    setText(this.repair, price === 0 ? 'Nothing to repair' : `Repair all that is worn: ${price} gold`)
    this.repair.disabled = price === 0
  }

  private get gold(): number {
    return this.game.client.owner.get(Purse, 'gold')
  }

  private showStock(): void {
    const { entries, npc } = this
    fillWhenChanged(this.stock, `${npc}: ${entries.map(({ item, price }) => `${item} ${price}`).join()}`, () =>
      entries.map(({ item, price }, index) =>
        this.row({ item, count: 1 }, this.whyNot(item), `Buy`, price, () => void this.actions.buy(npc, index, item, price)),
      ),
    )
    entries.forEach(({ price, left }, index) => {
      const row = this.stock.children[index]
      const count = row?.querySelector('.count')
      const button = row?.querySelector('button')
      if (count instanceof HTMLElement) setText(count, left === UNLIMITED ? '' : ` ${left} left`)
      if (button instanceof HTMLButtonElement) button.disabled = price > this.gold || left === 0
    })
  }

  /** Why the player could not wear or use it; '' when nothing speaks against it. */
  private whyNot(item: number): string {
    const { client, content } = this.game
    const { classes = [], levelMin = 0 } = content.items.get(item) ?? {}
    const own = content.classes.get(client.owner.get(Progress, 'class'))?.key ?? ''
    if (classes.length > 0 && !classes.includes(own)) {
      return `for ${classes.map((key) => content.classes.nameOfKey(key)).join(', ')}`
    }
    return levelMin > client.owner.get(Progress, 'level') ? `from level ${levelMin}` : ''
  }

  private price({ item, count }: Thing): number {
    return (this.game.content.items.get(item)?.sellPrice ?? 0) * count
  }

  private showBag(): void {
    const { client, content } = this.game
    const things = bagThings(client).filter((thing) => this.price(thing) > 0 && content.items.get(thing.item)?.kind !== 'quest')
    fillWhenChanged(this.bag, `${this.npc}: ${JSON.stringify(things)}`, () =>
      things.length === 0
        ? [make('li', 'none', 'Nothing that anybody would pay for')]
        : things.map((thing) => {
            const price = this.price(thing)
            return this.row(thing, '', 'Sell', price, () => void this.actions.sell(this.npc, thing, price))
          }),
    )
  }

  private showSold(): void {
    const things = soldThings(this.game.client)
    this.soldPart.hidden = things.length === 0
    fillWhenChanged(this.sold, `${this.npc}: ${JSON.stringify(things)}`, () =>
      things.map((thing) => {
        const price = this.price(thing)
        return this.row(thing, '', 'Buy back', price, () => void this.actions.buyBack(thing, price))
      }),
    )
    things.forEach((thing, index) => {
      const button = this.sold.children[index]?.querySelector('button')
      if (button instanceof HTMLButtonElement) button.disabled = this.price(thing) > this.gold
    })
  }

  private row(thing: Pick<Thing, 'item' | 'count'>, remark: string, verb: string, price: number, run: () => void): HTMLElement {
    const { content } = this.game
    const name = content.items.name(thing.item)
    const row = make('li')
    const words = make('span', `quality-${content.items.get(thing.item)?.quality ?? 'common'}`, name)
    if (thing.count > 1) words.append(` ×${thing.count}`)
    words.append(make('span', 'count faint'))
    if (remark !== '') words.append(make('small', 'faint', ` ${remark}`))
    const button = makeButton(`${verb} ${price}`, run)
    button.setAttribute('aria-label', `${verb} ${name} for ${price} gold`)
    row.append(words, button)
    return row
  }
}
