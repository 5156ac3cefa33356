import { Vitals } from '../components/vitals.js'
import { type Casting, cooldownTicks, hotSpells } from './casting.js'
import { byId, fillWhenChanged, make, makeButton } from './dom.js'
import type { Game } from './game.js'

/** The tenth spell is on 0. */
const keyOf = (index: number): string => String((index + 1) % 10)

/** The buttons of the known spells, with what they cost and how long they still rest. */
export class SpellBar {
  private readonly bar = byId('spells', HTMLDivElement)
  private buttons: readonly HTMLButtonElement[] = []

  constructor(private readonly casting: () => Casting | undefined) {}

  private build(index: number, name: string, cost: number): HTMLButtonElement {
    const button = makeButton('', () => void this.casting()?.cast(index))
    button.append(make('kbd', '', keyOf(index)), make('span', 'spell', name), make('span', 'cost', String(cost)))
    button.append(make('span', 'rest'))
    return button
  }

  update(game: Game): void {
    const known = hotSpells(game)
    fillWhenChanged(this.bar, known.map(({ spell }) => spell.id).join(), () => {
      this.buttons = known.map(({ spell }, index) => this.build(index, spell.name, spell.cost))
      return this.buttons
    })
    const power = game.self?.get(Vitals, 'power') ?? 0
    const { tickHz } = game.client
    known.forEach((entry, index) => {
      const { spell } = entry
      const button = this.buttons[index]
      const restMs = (cooldownTicks(game, entry) * 1000) / Math.max(1, tickHz)
      const wholeMs = Math.max(spell.cooldownMs, game.content.rates.globalCooldownMs)
      const rest = button.lastElementChild
      if (rest instanceof HTMLElement) rest.style.height = `${Math.min(100, (restMs / wholeMs) * 100).toFixed(0)}%`
      button.classList.toggle('too-dear', power < spell.cost)
      const state = power < spell.cost ? ', not enough power' : restMs > 0 ? ', resting' : ''
      const label = `${spell.name}, key ${keyOf(index)}, costs ${spell.cost}${state}`
      if (button.getAttribute('aria-label') !== label) button.setAttribute('aria-label', label)
    })
  }
}
