import type { Feed } from './feed.js'
import type { Concern } from './floaters.js'
import type { Game } from './game.js'

/** With a capital letter. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Tells what one entity did to another: as marks on the map, and in the feed when the player is one of the two. */
export class Teller {
  constructor(
    private readonly game: Game,
    readonly feed: Feed,
  ) {}

  name(entity: number): string {
    if (entity === this.game.client.me) return 'you'
    const view = this.game.client.entities.get(entity)
    return view === undefined ? 'somebody' : this.game.scene.nameOf(view)
  }

  struck(doer: number, target: number, text: string, line: string, isHealing = false): void {
    const { game, feed } = this
    const { me } = game.client
    const concern: Concern = target === me ? 'toMe' : doer === me ? 'byMe' : 'other'
    const nowMs = performance.now()
    const from = game.client.entities.get(doer)
    const to = game.client.entities.get(target)
    if (from !== undefined && to !== undefined && from !== to) game.floaters.blow(from, to, concern, nowMs)
    if (to !== undefined) game.floaters.amount(to, text, concern, nowMs, isHealing)
    if (concern === 'toMe') feed.say(line, isHealing ? 'gain' : 'harm')
    else if (concern === 'byMe') feed.say(line, 'deed')
  }

  /** What an aura did: on the map alone, or a wound would fill the feed. */
  worked(target: number, text: string, isHealing: boolean): void {
    const { client, floaters, target: aimed } = this.game
    const to = client.entities.get(target)
    const concern: Concern = target === client.me ? 'toMe' : target === aimed ? 'byMe' : 'other'
    if (to !== undefined) floaters.amount(to, text, concern, performance.now(), isHealing)
  }
}
