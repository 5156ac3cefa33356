import { Purse } from '../components/bag.js'
import { TRADE_SLOTS, type tradeEnds } from '../components/trade.js'
import {
  GOLD_ONLY,
  TradeAccept,
  TradeCancel,
  TradeChanged,
  TradeClosed,
  TradeOffer,
  TradeOpen,
  TradeOpened,
} from '../protocol/trade.js'
import type { EntityView } from '../src/client/index.js'
import type { OpcodePayload } from '../src/protocol/opcode.js'
import type { Actions } from './actions.js'
import { bagThings, type Thing } from './belongings.js'
import { byId, fillWhenChanged, make, makeButton, setText } from './dom.js'
import type { Feed } from './feed.js'
import type { Game } from './game.js'

type Side = OpcodePayload<typeof TradeChanged>['mine']
type Offered = Side['things'][number]
const NOTHING: Side = Object.freeze({ gold: 0, accepted: false, things: [] })

/** How a trade that came to nothing ended, after the other's name. */
const endWords: Readonly<Record<(typeof tradeEnds)[number], string>> = {
  done: '',
  cancelled: 'was broken off',
  tooFar: 'is over: too far apart',
  died: 'is over: one of you has died',
  left: 'is over: one of you has gone',
  timedOut: 'is over: nothing has happened for too long',
}

/** A trade with another character: what both offer, and the two buttons that end it. */
export class BarterWindow {
  private readonly box = byId('barter', HTMLElement)
  private readonly title = byId('barter-name', HTMLElement)
  private readonly mineList = byId('barter-mine', HTMLElement)
  private readonly theirList = byId('barter-theirs', HTMLElement)
  private readonly theirGold = byId('barter-their-gold', HTMLElement)
  private readonly bag = byId('barter-bag', HTMLElement)
  private readonly gold = byId('barter-gold', HTMLInputElement)
  private readonly state = byId('barter-state', HTMLElement)
  private readonly acceptButton = byId('barter-accept', HTMLButtonElement)
  private partner = 0
  private name = ''
  private revision = 0
  private mine = NOTHING
  private theirs = NOTHING
  /** Which place of the bag lies in each slot; -1 for none. */
  private readonly places: number[] = Array.from({ length: TRADE_SLOTS }, () => -1)

  constructor(
    private readonly game: Game,
    private readonly actions: Actions,
    private readonly feed: Feed,
  ) {
    const { client } = game
    client.on(TradeOpened, ({ partner, revision }) => this.opened(partner, revision))
    client.on(TradeChanged, ({ revision, mine, theirs }) => {
      this.revision = revision
      this.mine = mine
      this.theirs = theirs
      this.update()
    })
    client.on(TradeClosed, ({ reason }) => this.closed(reason))
    this.acceptButton.onclick = () => void this.actions.ask(TradeAccept, { revision: this.revision }, 'Accept')
    byId('barter-cancel', HTMLButtonElement).onclick = () => this.cancel()
    this.gold.onchange = () => void this.offerGold()
    this.hide()
  }

  get isOpen(): boolean {
    return !this.box.hidden
  }

  /** Called when the own character stands before whom it wants to trade with. */
  ask(view: EntityView): void {
    void this.actions.ask(TradeOpen, { target: view.entity }, `Trade with ${this.game.scene.nameOf(view)}`)
  }

  cancel(): void {
    void this.actions.ask(TradeCancel, {}, 'Break off')
  }

  hide(): void {
    this.box.hidden = true
    this.partner = 0
    this.mine = NOTHING
    this.theirs = NOTHING
    this.places.fill(-1)
  }

  private opened(partner: number, revision: number): void {
    this.hide()
    const view = this.game.client.entities.get(partner)
    this.partner = partner
    this.name = view === undefined ? 'somebody' : this.game.scene.nameOf(view)
    this.revision = revision
    this.gold.value = '0'
    setText(this.title, `Trade with ${this.name}`)
    this.box.hidden = false
    this.update()
    this.acceptButton.focus({ preventScroll: true })
  }

  private closed(reason: (typeof tradeEnds)[number]): void {
    if (reason === 'done') this.feed.say(`You trade with ${this.name}.`, 'gain')
    else this.feed.say(`The trade with ${this.name} ${endWords[reason]}.`)
    this.hide()
  }

  private async offer(slot: number, thing: Thing): Promise<void> {
    const payload = { slot, bagSlot: thing.place, count: thing.count, gold: this.mine.gold }
    const code = await this.actions.ask(TradeOffer, payload, this.game.content.items.name(thing.item))
    if (code === 'ok') this.places[slot] = thing.place
    this.update()
  }

  private async takeBack({ slot, item }: Offered): Promise<void> {
    const payload = { slot, bagSlot: 0, count: 0, gold: this.mine.gold }
    const code = await this.actions.ask(TradeOffer, payload, this.game.content.items.name(item))
    if (code === 'ok') this.places[slot] = -1
    this.update()
  }

  private async offerGold(): Promise<void> {
    const gold = Math.max(0, Math.min(this.game.client.owner.get(Purse, 'gold'), Math.floor(Number(this.gold.value)) || 0))
    this.gold.value = String(gold)
    if (gold !== this.mine.gold) await this.actions.ask(TradeOffer, { slot: GOLD_ONLY, bagSlot: 0, count: 0, gold }, 'Gold')
  }

  update(): void {
    if (this.partner === 0) return
    const { mine, theirs } = this
    fillWhenChanged(this.mineList, JSON.stringify(mine.things), () =>
      this.rows(mine.things, 'Nothing yet', (thing) => this.button(thing, 'Take back', () => void this.takeBack(thing))),
    )
    fillWhenChanged(this.theirList, JSON.stringify(theirs.things), () => this.rows(theirs.things, 'Nothing yet'))
    setText(this.theirGold, `${theirs.gold} gold`)
    this.showBag()
    const who = theirs.accepted ? `${this.name} has accepted.` : mine.accepted ? `You have accepted; ${this.name} has not.` : ''
    setText(this.state, who)
    this.acceptButton.disabled = mine.accepted
  }

  private showBag(): void {
    const { client, content } = this.game
    const slot = this.places.indexOf(-1)
    const isFree = ({ place, item }: Thing): boolean => !this.places.includes(place) && content.items.get(item)?.kind !== 'quest'
    const things = slot < 0 ? [] : bagThings(client).filter(isFree)
    fillWhenChanged(this.bag, `${this.partner} ${slot} ${JSON.stringify(things)}`, () =>
      this.rows(things, slot < 0 ? 'No slot is free' : 'Nothing to offer', (thing) =>
        this.button(thing, 'Offer', () => void this.offer(slot, thing)),
      ),
    )
  }

  private button({ item }: Pick<Thing, 'item'>, verb: string, run: () => void): HTMLElement {
    const button = makeButton(verb, run)
    button.setAttribute('aria-label', `${verb} ${this.game.content.items.name(item)}`)
    return button
  }

  private rows<T extends Pick<Thing, 'item' | 'count' | 'durability'>>(
    things: readonly T[],
    none: string,
    button?: (thing: T) => HTMLElement,
  ): readonly HTMLElement[] {
    if (things.length === 0) return [make('li', 'none', none)]
    return things.map((thing) => {
      const kind = this.game.content.items.get(thing.item)
      const row = make('li')
      const words = make('span', `quality-${kind?.quality ?? 'common'}`, this.game.content.items.name(thing.item))
      if (thing.count > 1) words.append(` ×${thing.count}`)
      if (kind?.durabilityMax !== undefined && kind.durabilityMax > 0)
        words.append(make('small', 'faint', ` ${thing.durability}/${kind.durabilityMax}`))
      row.append(words)
      if (button !== undefined) row.append(button(thing))
      return row
    })
  }
}
