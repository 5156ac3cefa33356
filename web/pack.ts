import { bagThings, type Thing, wornThings } from './belongings.js'
import type { Content } from './content.js'
import { byId, fillWhenChanged, make, makeButton, setText } from './dom.js'
import type { Game } from './game.js'
import type { ItemActions } from './item-actions.js'
import { wornSlots } from './slots.js'

/** Throwing away cannot be undone: the second press within this time does it. */
const SURE_MS = 3_000

/** The bag and what is worn: a click wears, uses or takes off; the cross beside a thing, or Shift and a click, throws it away. */
export class Pack {
  private readonly bag = byId('bag', HTMLElement)
  private readonly bagRoom = byId('bag-room', HTMLElement)
  private readonly worn = byId('worn', HTMLElement)
  private readonly bare = byId('worn-bare', HTMLElement)
  /** The place of the bag whose thing was pressed to be thrown away; -1 for none. */
  private armed = -1
  private armedTimer = 0

  constructor(private readonly items: () => ItemActions | undefined) {}

  update({ client, content }: Game): void {
    const things = bagThings(client)
    setText(this.bagRoom, `${things.length} of ${content.rates.bagSlots}`)
    fillWhenChanged(this.bag, `${this.armed} ${JSON.stringify(things)}`, () =>
      things.length === 0 ? [make('li', 'none', 'Empty')] : things.map((thing) => this.bagRow(content, thing)),
    )
    const worn = wornThings(client)
    fillWhenChanged(this.worn, JSON.stringify(worn), () => worn.map((thing) => this.wornRow(content, thing)))
    const bare = wornSlots.filter((_, place) => worn.every((thing) => thing.place !== place)).map(([, name]) => name)
    setText(this.bare, bare.length === 0 ? '' : `Bare: ${bare.join(', ')}`)
  }

  private bagRow(content: Content, thing: Thing): HTMLElement {
    const kind = content.items.get(thing.item)
    const name = content.items.name(thing.item)
    const row = make('li')
    const isArmed = this.armed === thing.place
    const take = makeButton('', () => this.items()?.take(thing), `thing quality-${kind?.quality ?? 'common'}`)
    take.addEventListener('click', (event) => this.shiftClick(event, thing), { capture: true })
    take.append(name)
    if (thing.count > 1) take.append(make('span', 'count', ` ×${thing.count}`))
    const deed = kind?.slot !== undefined ? 'wear' : kind?.use !== undefined ? 'use' : ''
    take.title = deed === '' ? `${name}; Shift and a click throw it away` : `Click to ${deed} it; Shift and a click throw it away`
    if (kind?.durabilityMax !== undefined) take.title += `; ${thing.durability} of ${kind.durabilityMax} whole`
    const away = makeButton(isArmed ? 'Sure?' : '✕', () => this.pressAway(thing), isArmed ? 'away sure' : 'away')
    away.setAttribute('aria-label', isArmed ? `Really throw away ${name}` : `Throw away ${name}`)
    row.append(take, away)
    return row
  }

  private shiftClick(event: MouseEvent, thing: Thing): void {
    if (!event.shiftKey) return
    event.stopImmediatePropagation()
    this.pressAway(thing)
  }

  private pressAway(thing: Thing): void {
    clearTimeout(this.armedTimer)
    if (this.armed === thing.place) {
      this.armed = -1
      void this.items()?.throwAway(thing)
      return
    }
    this.armed = thing.place
    this.armedTimer = window.setTimeout(() => {
      this.armed = -1
    }, SURE_MS)
  }

  private wornRow(content: Content, { place, item, durability }: Thing): HTMLElement {
    const kind = content.items.get(item)
    const [key, slotName] = wornSlots[place]
    const row = make('li')
    row.dataset.slot = key
    const takeOff = makeButton('', () => this.items()?.takeOff(place), `thing quality-${kind?.quality ?? 'common'}`)
    takeOff.append(make('span', 'faint', `${slotName} `), content.items.name(item))
    takeOff.title = 'Click to take it off'
    const whole = kind?.durabilityMax ?? 0
    row.append(takeOff, make('span', durability === 0 ? 'count broken' : 'count', whole === 0 ? '' : `${durability}/${whole}`))
    return row
  }
}
