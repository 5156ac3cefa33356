import type { World } from '../../src/ecs/world.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { Glance } from './glance.js'
import { type Holding, holdingIn, pour } from './holdings.js'

/** The bots of a world, who are held to account together, as character 0. */
export class Crowd {
  private present = -1

  /** `stored`: what each bot had in the store when the world began; those who have not come in yet still have it. */
  constructor(private readonly stored: ReadonlyMap<number, Holding>) {}

  /** Whether something of a bot is not what it was at the last look, or another bot is there. */
  hasChanged(world: World, glance: Glance): boolean {
    const { bots } = world.resource(PresenceResource)
    let isSame = bots.size === this.present
    this.present = bots.size
    for (const [slot, { characterId }] of bots) if (!glance.isAsBefore(characterId, slot)) isSame = false
    return !isSame
  }

  holding(world: World): Holding {
    const { bots, slotByBot } = world.resource(PresenceResource)
    const all = [...bots.keys()].map((slot) => holdingIn(world, slot))
    return pour([...all, ...[...this.stored].filter(([id]) => !slotByBot.has(id)).map(([, holding]) => holding)])
  }
}
