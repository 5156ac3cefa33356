import { byId, setMeter, setText } from './dom.js'
import type { Game } from './game.js'
import type { Control } from './scene.js'

const wordsOfControl: Readonly<Record<Control, string>> = {
  stunned: 'Stunned',
  rooted: 'Rooted',
  silenced: 'Silenced',
  feared: 'Fleeing in fear',
}

/** What is being cast, by oneself and by the target, and what keeps oneself from it. A channel's bar empties, a cast's fills. */
export class CastBar {
  private readonly own = byId('cast', HTMLElement)
  private readonly targets = byId('target-cast', HTMLElement)
  private readonly held = byId('held', HTMLElement)

  update(game: Game): void {
    const { client, scene, self, target } = game
    this.show(game, this.own, client.me)
    this.show(game, this.targets, target)
    const controls = self === undefined ? [] : scene.controlsOn(self)
    this.held.hidden = controls.length === 0
    setText(this.held, controls.map((control) => wordsOfControl[control]).join(', '))
  }

  private show({ client, content, spells }: Game, meter: HTMLElement, entity: number): void {
    const cast = spells.castOf(entity)
    // A blow sets a cast back, and no message says by how much: then the full bar waits for the end.
    meter.hidden = cast === undefined
    if (cast === undefined) return
    const whole = Math.max(1, cast.untilTick - cast.fromTick)
    const past = Math.min(whole, Math.max(0, client.tick - cast.fromTick))
    meter.classList.toggle('channel', cast.isChannel)
    setMeter(meter, cast.isChannel ? whole - past : past, whole, content.spells.name(cast.spell))
  }
}
