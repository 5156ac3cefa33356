import { defineGame, definePipeline, defineProtocol } from 'myriad'
import { standardGame } from 'myriad/game'
import { Campfire } from './component.js'
import { CampBurnedOut, CampLight } from './protocol.js'
import { CAMPFIRES_MAX, campfires } from './system.js'

const { components, protocol, pipeline } = standardGame

/** The standard game and campfires. Nothing of the standard game is changed: three of its lists are longer. */
export const campfireGame = defineGame({
  ...standardGame,
  name: 'campfire',
  // The order is part of the protocol, so additions stand at the end.
  components: [...components, Campfire],
  protocol: defineProtocol({
    opcodes: [...protocol.opcodes, CampLight, CampBurnedOut],
    resultCodes: protocol.resultCodes,
  }),
  // Behind the others of its phase: after death has said who still lives.
  pipeline: definePipeline({ ...pipeline.phases, resolve: [...pipeline.phases.resolve, campfires] }),
  capacity: (settings, content) => standardGame.capacity(settings, content) + CAMPFIRES_MAX,
})
