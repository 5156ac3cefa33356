import { MyriadError } from '../errors.js'
import { SessionEntered } from '../net/opcodes.js'
import type { Opcode, ToClient, ToServer } from '../protocol/opcode.js'
import type { bool, f32, i8, u16, u32 } from '../schema/fields.js'
import type { Client } from './client.js'
import type { Pose } from './interpolation.js'

/** Inputs that wait for the server's answer; at the limit no further one is sent or predicted. */
export const INPUTS_PENDING_MAX = 64
/** Inputs that one call may send when the last call was long ago; time beyond them is lost. */
export const INPUTS_A_CALL_MAX = 5
/** An input without an answer for so long was not carried out: the server drops those that come too late, and all of the dead. */
export const INPUT_LOST_MS = 2_000
/** A correction is spread over this time. */
export const CORRECTION_MS = 150
/** A larger correction is shown at once: to glide so far would look odder than a jump. */
export const CORRECTION_GLIDED_M_MAX = 5
/** Smaller differences are no corrections. */
const CORRECTION_M_MIN = 0.001
const AXIS_MAX = 127
const TURN = 65_536

export interface Ground {
  x: number
  z: number
}

/** The game's step, which the server runs as well: one input for `dt` seconds, within a zone of `sizeM`. Fills and returns `into`. */
export type MoveStep = (from: Ground, dx: number, dz: number, speedMps: number, dt: number, sizeM: number, into: Ground) => Ground

export interface PredictorOptions {
  /** `standardGame.step`, or that of another game. */
  readonly step: MoveStep
  /** The zone's side, in metres. */
  readonly sizeM: number
  /** In metres a second, until the first `move.self` says it. */
  readonly speedMps: number
}

type MoveInput = ToServer<'move.input', { dx: typeof i8; dz: typeof i8; heading: typeof u16; jump: typeof bool }>
type MoveTeleportAck = ToServer<'move.teleportAck', { counter: typeof u16 }>
type F32 = typeof f32
type Place = { x: F32; y: F32; z: F32 }
type MoveSelf = ToClient<'move.self', { seq: typeof u32; heading: typeof u16; speedMps: F32 } & Place>
type MoveTeleported = ToClient<'move.teleported', { counter: typeof u16 } & Place>

interface Input {
  readonly seq: number
  readonly dx: number
  readonly dz: number
  readonly sentMs: number
}

/** Moves the own character at once, as the server will, and sets it right when the server did otherwise. */
export class Predictor {
  private readonly inputOpcode: MoveInput
  private readonly ackOpcode: MoveTeleportAck
  private readonly offs: (() => void)[]
  /** Sent, and not known to be carried out; oldest first. */
  private pending: Input[] = []
  /** After the last input that the server is known to have carried out. */
  private readonly server: Ground = { x: 0, z: 0 }
  private appliedSeq = 0
  private y = 0
  private speedMps: number
  private heading = 0
  /** Of the last input; the server may have turned the character since, along a path. */
  private wantedHeading: number | undefined
  /** The last step leads from one to the other and began at `stepTick`. */
  private from: Ground = { x: 0, z: 0 }
  private to: Ground = { x: 0, z: 0 }
  private stepTick = 0
  /** When the next input may be sent, in ticks of the server. */
  private dueTick = 0
  /** What is shown beside the predicted place since `offMs`, fading out. */
  private readonly off: Ground = { x: 0, z: 0 }
  private offMs = 0
  private teleports: number | undefined

  constructor(
    private readonly client: Client,
    private readonly options: PredictorOptions,
  ) {
    this.speedMps = options.speedMps
    this.inputOpcode = opcodeOf<MoveInput>(client, 'move.input')
    this.ackOpcode = opcodeOf<MoveTeleportAck>(client, 'move.teleportAck')
    if (client.entered !== undefined) this.place(client.entered)
    this.heading = client.self?.heading ?? 0
    this.offs = [
      client.on(SessionEntered, (entered) => this.entered(entered)),
      client.onResumed(({ sameSession }) => this.resumed(sameSession)),
      client.on(opcodeOf<MoveTeleported>(client, 'move.teleported'), (teleported) => this.teleported(teleported)),
      client.on(opcodeOf<MoveSelf>(client, 'move.self'), (self) => this.told(self)),
    ]
  }

  /** Where the own character is predicted to be, without any smoothing. */
  get predicted(): Readonly<Ground> {
    return this.to
  }
  /** Inputs sent whose outcome is not known yet. */
  get pendingInputs(): number {
    return this.pending.length
  }

  /**
   * What the player wants now: a direction with ±127 to the axis's full speed, and a heading with 65,536 to the turn. Call it
   * in every frame; it sends an input whenever a fixed step of 1/tickHz is due, and nothing for one that stands and does not
   * turn. Returns how many it has sent. The dead are not to be moved: their inputs are never answered.
   */
  input(dx: number, dz: number, heading: number, jump: boolean, nowMs = this.client.nowMs()): number {
    const { client } = this
    if (!Number.isFinite(dx + dz + heading))
      throw new RangeError(`an input of ${dx}, ${dz} and heading ${heading} is no direction; give finite numbers`)
    if (client.me === 0 || client.lost !== undefined || client.ended !== undefined) return 0
    this.expire(nowMs)
    const tick = client.serverTick(nowMs)
    const wanted = { dx: axis(dx), dz: axis(dz), heading: ((Math.round(heading) % TURN) + TURN) % TURN, jump }
    const isTurn = this.wantedHeading !== undefined && wanted.heading !== this.wantedHeading
    this.wantedHeading ??= wanted.heading
    const isIdle = wanted.dx === 0 && wanted.dz === 0 && !isTurn && !jump
    // After a rest the next input may leave at once, but never two within one step.
    if (isIdle || tick - this.dueTick > INPUTS_A_CALL_MAX) this.dueTick = Math.max(this.dueTick, tick)
    if (this.dueTick - tick > INPUTS_A_CALL_MAX) this.dueTick = tick
    if (isIdle) return 0
    let sent = 0
    while (this.dueTick <= tick && this.pending.length < INPUTS_PENDING_MAX && this.sendOne(wanted, nowMs)) sent += 1
    return sent
  }

  /** Where to show the own character now. Fills and returns `into` where it is given. */
  at(nowMs = this.client.nowMs(), into: Pose = { x: 0, y: 0, z: 0, heading: 0 }): Pose {
    const part = Math.min(1, Math.max(0, this.client.serverTick(nowMs) - this.stepTick))
    const left = Math.max(0, 1 - (nowMs - this.offMs) / CORRECTION_MS)
    into.x = this.from.x + (this.to.x - this.from.x) * part + this.off.x * left
    into.z = this.from.z + (this.to.z - this.from.z) * part + this.off.z * left
    into.y = this.y
    into.heading = this.heading
    return into
  }

  /** Hears the server no more. */
  stop(): void {
    for (const off of this.offs) off()
  }

  private sendOne(wanted: { dx: number; dz: number; heading: number; jump: boolean }, nowMs: number): boolean {
    const seq = this.client.send(this.inputOpcode, wanted)
    if (seq === 0) return false
    const input = { seq, dx: wanted.dx, dz: wanted.dz, sentMs: nowMs }
    this.pending.push(input)
    this.heading = wanted.heading
    this.wantedHeading = wanted.heading
    this.from = this.to
    this.to = this.step(this.to, input, { x: 0, z: 0 })
    this.stepTick = this.dueTick
    this.dueTick += 1
    return true
  }

  private step(from: Ground, { dx, dz }: Input, into: Ground): Ground {
    const { step, sizeM } = this.options
    return step(from, dx, dz, this.speedMps, 1 / this.client.tickHz, sizeM, into)
  }

  private told({
    seq,
    x,
    y,
    z,
    heading,
    speedMps,
  }: { seq: number; speedMps: number; heading: number } & Ground & { y: number }): void {
    const nowMs = this.client.nowMs()
    this.server.x = x
    this.server.z = z
    this.y = y
    this.speedMps = speedMps
    const isOwnStep = seq > this.appliedSeq
    this.appliedSeq = seq
    this.pending = this.pending.filter((input) => input.seq > seq)
    if (isOwnStep || this.pending.length > 0) this.replay(nowMs)
    else this.carried(heading, nowMs)
  }

  /** The server moves the character by itself, along a path: shown from where it is to where it has come, within a tick. */
  private carried(heading: number, nowMs: number): void {
    const { x, z } = this.at(nowMs)
    this.from = { x, z }
    this.to = { ...this.server }
    this.off.x = 0
    this.off.z = 0
    this.stepTick = this.client.serverTick(nowMs)
    this.heading = heading
  }

  /** Predicts anew from the server's place. What differs from the prediction of before fades out. */
  private replay(nowMs: number): void {
    let at: Ground = { ...this.server }
    for (const input of this.pending) at = this.step(at, input, { x: 0, z: 0 })
    const dx = this.to.x - at.x
    const dz = this.to.z - at.z
    this.to = at
    if (dx === 0 && dz === 0) return
    const { statistics } = this.client
    const byM = Math.sqrt(dx * dx + dz * dz)
    if (byM > CORRECTION_M_MIN) {
      statistics.corrections += 1
      statistics.largestCorrectionM = Math.max(statistics.largestCorrectionM, byM)
    }
    const left = Math.max(0, 1 - (nowMs - this.offMs) / CORRECTION_MS)
    const isGlided = byM <= CORRECTION_GLIDED_M_MAX
    this.from = isGlided ? { x: this.from.x - dx, z: this.from.z - dz } : at
    this.off.x = isGlided ? this.off.x * left + dx : 0
    this.off.z = isGlided ? this.off.z * left + dz : 0
    this.offMs = nowMs
  }

  /** What the server should have answered long ago it has not carried out. */
  private expire(nowMs: number): void {
    const before = this.pending.length
    this.pending = this.pending.filter(({ sentMs }) => nowMs - sentMs < INPUT_LOST_MS)
    if (this.pending.length < before) this.replay(nowMs)
  }

  private teleported({ counter, ...place }: { counter: number } & Ground & { y: number }): void {
    this.place(place)
    this.teleports = counter
    this.client.send(this.ackOpcode, { counter })
  }

  /** The character stands there, and what was sent before no longer counts. */
  private place({ x, y, z }: Ground & { y: number }): void {
    this.pending = []
    this.server.x = x
    this.server.z = z
    this.y = y
    this.from = { x, z }
    this.to = { x, z }
    this.off.x = 0
    this.off.z = 0
  }

  /** In the world again: what was under way with the connection before is lost. */
  private entered({ x, y, z }: Ground & { y: number }): void {
    this.pending = []
    this.server.x = x
    this.server.z = z
    this.y = y
    this.replay(this.client.nowMs())
  }

  private resumed(sameSession: boolean): void {
    const { client } = this
    this.dueTick = 0
    if (!sameSession) this.appliedSeq = 0
    // The answer to the last teleport may have been lost with the connection; to give it twice does no harm.
    if (sameSession && this.teleports !== undefined) client.send(this.ackOpcode, { counter: this.teleports })
    else this.teleports = undefined
  }
}

const axis = (value: number): number => Math.max(-AXIS_MAX, Math.min(AXIS_MAX, Math.round(value)))

function opcodeOf<O extends Opcode>(client: Client, name: O['name']): O {
  const opcode = client.protocol.byName.get(name)?.opcode
  if (opcode !== undefined) return opcode as O
  throw new MyriadError('BAD_DECLARATION', `a predictor needs the opcode ${name}, which this protocol does not have; add it`)
}

/**
 * Prediction of the own character's movement for a client that has entered. Throws `BAD_DECLARATION` when the protocol lacks
 * `move.input`, `move.self`, `move.teleported` or `move.teleportAck`.
 */
export function createPredictor(client: Client, options: PredictorOptions): Predictor {
  return new Predictor(client, options)
}
