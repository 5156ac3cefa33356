import { mixNumber } from '../ecs/hash.js'
import { defineResource } from '../ecs/resource.js'
import type { ControlName } from './inbox.js'

/** Settings that operators and the edge change while the world runs. They come in through the inbox, so a replay sees them. */
export class Controls {
  private readonly values = new Map<ControlName, number>()

  get(name: ControlName): number {
    return this.values.get(name) ?? 0
  }

  set(name: ControlName, value: number): void {
    this.values.set(name, value)
  }

  hash(): number {
    const h = (['fleetTarget', 'loadLevel', 'storeLag', 'botsToCome'] as const).reduce(
      (sum, name) => mixNumber(sum, this.get(name)),
      1,
    )
    const memoryLevel = this.get('memoryLevel')
    return memoryLevel === 0 ? h : mixNumber(h, memoryLevel)
  }
}

export const ControlsResource = defineResource('Controls', { create: () => new Controls(), hash: (controls) => controls.hash() })
