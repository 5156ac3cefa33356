import type { Client } from '../src/client/index.js'
import type { SeenCounts } from './events.js'
import type { Game } from './game.js'
import type { Look } from './scene.js'
import type { View } from './view.js'

/** `form` before joining, `refused` when that failed, `ended` after a connection. */
export type Phase = 'loading' | 'form' | 'connecting' | 'inWorld' | 'refused' | 'ended'

export interface SeenEntity {
  readonly entity: number
  readonly name: string
  readonly look: Look
  readonly level: number
  readonly health: number
  readonly healthMax: number
  readonly isDead: boolean
  readonly isMyLoot: boolean
  readonly x: number
  readonly z: number
  readonly distanceM: number
}

/** `window.myriad`: what the page's test, and whoever opens the browser's console, can look at. Nothing in it is sent anywhere. */
export interface MyriadHandle {
  readonly phase: Phase
  /** The connection, through the SDK; undefined before the first one. */
  readonly client: Client | undefined
  readonly game: Game | undefined
  /** What the server told of fights in view since joining. */
  readonly counts: SeenCounts | undefined
  /** Everything in view, the nearest first, as plain values. */
  entities(): readonly SeenEntity[]
  /** Where a place of the world, in metres, is on the page, in CSS pixels. */
  pagePointOf(x: number, z: number): { readonly x: number; readonly y: number }
}

declare global {
  interface Window {
    myriad: MyriadHandle
  }
}

export function entitiesOf({ client, scene }: Game): readonly SeenEntity[] {
  const seen = [...client.entities.values()].map((view) => ({
    entity: view.entity,
    name: scene.nameOf(view),
    look: scene.lookOf(view),
    level: scene.read(view, 'level'),
    health: scene.read(view, 'health'),
    healthMax: scene.read(view, 'healthMax'),
    isDead: scene.isDead(view),
    isMyLoot: scene.isMyLoot(view),
    x: view.x,
    z: view.z,
    distanceM: scene.distanceM(view),
  }))
  return seen.sort((a, b) => a.distanceM - b.distanceM)
}

export function pagePointOf({ canvas, camera }: View, x: number, z: number): { x: number; y: number } {
  const { left, top } = canvas.getBoundingClientRect()
  return { x: left + camera.screenX(x), y: top + camera.screenY(z) }
}
