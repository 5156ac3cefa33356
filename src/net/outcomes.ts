import type { Slot } from '../ecs/entities.js'
import { finish, mix } from '../ecs/hash.js'
import { defineResource } from '../ecs/resource.js'
import type { ResultCode } from '../protocol/result-codes.js'

/**
 * The last refusal of every mind: what a client would learn from `session.result`. Written by the framework, read by
 * brains; a brain forgets it by reading on.
 */
export class Outcomes {
  /** Opcode id of the last refusal; 0 when there was none since it was taken. */
  readonly opcode: Uint16Array
  readonly code: Uint16Array
  refusals = 0

  constructor(capacity: number) {
    this.opcode = new Uint16Array(capacity + 1)
    this.code = new Uint16Array(capacity + 1)
  }

  note(slot: Slot, opcode: number, code: ResultCode): void {
    this.opcode[slot] = opcode
    this.code[slot] = code
    this.refusals += 1
  }

  /** Forgets the slot's refusal. */
  clear(slot: Slot): void {
    this.opcode[slot] = 0
    this.code[slot] = 0
  }

  hash(): number {
    let sum = 0
    for (let slot = 1; slot < this.opcode.length; slot += 1)
      if (this.opcode[slot] !== 0) sum = (sum + finish(mix(mix(slot, this.opcode[slot]), this.code[slot]))) >>> 0
    return sum
  }
}

export const OutcomesResource = defineResource('Outcomes', {
  create: ({ capacity }) => new Outcomes(capacity),
  hash: (outcomes) => outcomes.hash(),
})
