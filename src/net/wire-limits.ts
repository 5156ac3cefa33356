import { DEPTH_MAX, ITEMS_MAX } from '../protocol/codec.js'
import type { WireLimits } from '../protocol/reference-page.js'
import { BATCH_MAX, TOO_FAST_MAX, TOO_FAST_TOLD_EVERY_MS, TOO_FAST_WINDOW_MS } from './gate.js'
import { SOCKET_BYTES_PER_S_MAX, SOCKET_MESSAGES_PER_S_MAX, SOCKET_PLACES_MAX } from './inbox.js'
import { HYSTERESIS, NEAR_CELLS } from './interest.js'
import { BEHIND_BYTES_MAX, BEHIND_S, CAUGHT_UP_S } from './lag.js'
import { FRAME_BYTES_MAX } from './opcodes.js'
import { BURST_S, RESULTS_REMEMBERED_MAX, rateLimits } from './session.js'
import { CLOCK_EVERY_S, HELLO_TIMEOUT_S, STALLED_S } from './sessions.js'

/** The numbers that a client author must know, as the code has them, for the protocol page. */
export const wireLimits: WireLimits = Object.freeze({
  frameBytesMax: FRAME_BYTES_MAX,
  batchMax: BATCH_MAX,
  depthMax: DEPTH_MAX,
  itemsMax: ITEMS_MAX,
  bytesPerSMax: SOCKET_BYTES_PER_S_MAX,
  messagesPerSMax: SOCKET_MESSAGES_PER_S_MAX,
  framesPerTickMax: SOCKET_PLACES_MAX,
  ratesPerS: rateLimits,
  burstS: BURST_S,
  tooFastMax: TOO_FAST_MAX,
  tooFastWindowS: TOO_FAST_WINDOW_MS / 1000,
  tooFastToldEveryS: TOO_FAST_TOLD_EVERY_MS / 1000,
  resultsRememberedMax: RESULTS_REMEMBERED_MAX,
  helloTimeoutS: HELLO_TIMEOUT_S,
  stalledS: STALLED_S,
  behindS: BEHIND_S,
  behindBytesMax: BEHIND_BYTES_MAX,
  caughtUpS: CAUGHT_UP_S,
  clockEveryS: CLOCK_EVERY_S,
  nearCells: NEAR_CELLS,
  hysteresis: HYSTERESIS,
})
