import { fillWhenChanged, make, makeButton, setText } from './dom.js'
import type { Game } from './game.js'
import type { AuraSeen } from './spell-watch.js'

/** `90 s`, `12 min`; '' for what does not end by itself. */
function timeLeft(untilTick: number, tick: number, tickHz: number): string {
  if (untilTick === Number.POSITIVE_INFINITY) return ''
  const seconds = Math.max(0, Math.ceil((untilTick - tick) / Math.max(1, tickHz)))
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

/** The auras of one entity in a row: name, stacks, time left. Helpful ones are buttons where they can be put off. */
export class AuraStrip {
  /** `putOff` is called with the aura that was clicked; without it none can be. */
  constructor(
    private readonly list: HTMLElement,
    private readonly putOff?: (aura: number) => void,
  ) {}

  update({ client, content }: Game, auras: readonly AuraSeen[]): void {
    const { list, putOff } = this
    fillWhenChanged(list, auras.map(({ aura, stacks }) => `${aura}×${stacks}`).join(), () =>
      auras.map(({ aura, stacks }) => {
        const isHarmful = content.auras.get(aura)?.harmful === true
        const name = content.auras.name(aura)
        const text = stacks > 1 ? `${name} ×${stacks}` : name
        const box = isHarmful || putOff === undefined ? make('span') : makeButton('', () => putOff(aura))
        box.className = isHarmful ? 'aura harmful' : 'aura'
        box.title = isHarmful ? `${name}: harmful` : putOff === undefined ? name : `${name}: click to put it off`
        box.append(make('span', 'unseen-label', isHarmful ? 'Harmful: ' : ''), text, make('span', 'count'))
        const item = make('li')
        item.append(box)
        return item
      }),
    )
    auras.forEach(({ untilTick }, index) => {
      const time = list.children[index]?.querySelector('.count')
      if (time instanceof HTMLElement) setText(time, timeLeft(untilTick, client.tick, client.tickHz))
    })
  }
}
