import { defineSystem, GridResource, layer, NamesResource } from 'myriad'
import { ContentResource, characterComponents, flag, Kind, kindType, Motion, Place, Position, Status, Vitals } from 'myriad/game'
import { GreeterMind } from './mind.js'

export const GREETERS = 16
const HEALTH = 100

/** Brings the greeters into the world in its first tick. A bot is a character like any other; only its mind is its own. */
export const greeterArrivals = defineSystem({
  name: 'greeterArrivals',
  writes: { position: Position, place: Place, motion: Motion, kind: Kind, vitals: Vitals, status: Status, mind: GreeterMind },
  resources: { content: ContentResource, grid: GridResource, names: NamesResource },
  queries: { greeters: [GreeterMind] },
  run({ position, place, motion, kind, vitals, status, mind, content, grid, names, greeters, commands }) {
    const { zone, rates, classList } = content
    for (let number = greeters.length; number < GREETERS; number += 1) {
      const slot = commands.spawn([...characterComponents, GreeterMind])
      // Before the entity joins: those who look for characters find it in this layer.
      grid.layerOf[slot] = layer.characters
      // Where new players appear, so that there is somebody to greet.
      const home = zone.starts[number % zone.starts.length]
      position.x[slot] = home.x
      position.z[slot] = home.z
      place.zone[slot] = zone.id
      motion.speedMps[slot] = rates.walkSpeedMps
      kind.type[slot] = kindType.character
      kind.look[slot] = classList[0].id
      vitals.healthMax[slot] = HEALTH
      vitals.health[slot] = HEALTH
      status.level[slot] = 1
      status.flags[slot] = flag.bot
      mind.homeX[slot] = home.x
      mind.homeZ[slot] = home.z
      names.set(slot, `Greeter-${number + 1}`)
    }
  },
})
