/** What one connection has sent and received; the counts only rise. */
export class Statistics {
  /** WebSocket messages from the server; it sends at most one a tick. */
  framesReceived = 0
  bytesReceived = 0
  /** Requests, each message of a batch by itself. */
  messagesSent = 0
  bytesSent = 0
  /** Every `session.result`, by the name of its code. */
  readonly results = new Map<string, number>()
  /** Requests that got no result in time and were settled as `tooFast`. */
  unanswered = 0
  /** Cell frames, and single cells in them, that do not follow what was received before: 0, or the view of the world is wrong. */
  holes = 0
  /** Records about cells or local ids that this client was never told of: 0, or the view of the world is wrong. */
  strays = 0
  /** Messages with an unknown opcode or unreadable fields: those of a server that is newer than this protocol. */
  skipped = 0
  /** How much the messages' delays differ of late: their mean deviation, in ms. */
  jitterMs = 0
  /** How far in the past others are shown now, in ms; 0 until somebody asks for an interpolated place. */
  renderDelayMs = 0
  /** How often the server had put the own character elsewhere than was predicted, by more than a millimetre. */
  corrections = 0
  /** The largest of these differences, in metres. */
  largestCorrectionM = 0
  /** Connections that were lost and opened again. */
  reconnects = 0

  countResult(name: string): void {
    this.results.set(name, (this.results.get(name) ?? 0) + 1)
  }
}
