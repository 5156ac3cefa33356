import type { Slot } from '../ecs/entities.js'
import { finish, mix, mixText } from '../ecs/hash.js'
import { defineResource } from '../ecs/resource.js'

/** The names that travel with enter records. An entity without one is named by its kind, from content. */
export class Names {
  private readonly bySlot = new Map<Slot, string>()
  private sum = 0

  get(slot: Slot): string {
    return this.bySlot.get(slot) ?? ''
  }

  set(slot: Slot, name: string): void {
    this.delete(slot)
    this.bySlot.set(slot, name)
    this.sum = (this.sum + entryHash(slot, name)) >>> 0
  }

  delete(slot: Slot): void {
    const old = this.bySlot.get(slot)
    if (old === undefined) return
    this.bySlot.delete(slot)
    this.sum = (this.sum - entryHash(slot, old)) >>> 0
  }

  hash(): number {
    return this.sum
  }
}

const entryHash = (slot: Slot, name: string): number => finish(mixText(mix(0, slot), name))

export const NamesResource = defineResource('Names', { create: () => new Names(), hash: (names) => names.hash() })
