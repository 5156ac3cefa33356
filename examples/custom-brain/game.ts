import { defineGame, definePipeline } from 'myriad'
import { standardGame } from 'myriad/game'
import { GREETERS, greeterArrivals } from './arrivals.js'
import { GreeterMind } from './mind.js'
import { greeterMind } from './system.js'

const { components, pipeline } = standardGame
const { enter, think } = pipeline.phases

/** The standard game with greeters in it. The protocol is the standard one: minds use its opcodes, as clients do. */
export const greeterGame = defineGame({
  ...standardGame,
  name: 'greeters',
  components: [...components, GreeterMind],
  pipeline: definePipeline({ ...pipeline.phases, enter: [...enter, greeterArrivals], think: [...think, greeterMind] }),
  capacity: (settings, content) => standardGame.capacity(settings, content) + GREETERS,
})
