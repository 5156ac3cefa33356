import { Death } from '../components/death.js'
import type { LootOpened } from '../protocol/loot.js'
import type { Client, EntityView } from '../src/client/index.js'
import type { OpcodePayload } from '../src/protocol/opcode.js'
import type { Marked } from './beings.js'
import type { Content } from './content.js'
import { Floaters } from './floaters.js'
import { Motions } from './motion.js'
import type { Goal } from './pointers.js'
import { type QuestMarks, questMarks } from './quest-state.js'
import { Scene } from './scene.js'
import { SpellWatch } from './spell-watch.js'
import { ink } from './theme.js'

/** Finished quests that are pointed at. */
const GOALS_MAX = 3
/** A way counts as walked this near to its end. */
const ARRIVED_M = 0.5

/** Something to do as soon as the own character is near enough. */
export interface Errand {
  readonly entity: number
  readonly reachM: number
  readonly run: () => void
}

/** What the page knows of one connection beyond what the SDK keeps. */
export class Game implements Marked {
  readonly scene: Scene
  readonly motions = new Motions()
  readonly floaters = new Floaters()
  readonly spells: SpellWatch
  /** Whom the player has chosen; 0 for nobody. */
  target = 0
  /** Who is under the pointer; 0 for nobody. */
  hover = 0
  /** Where the own character was sent, in metres. */
  path: { readonly x: number; readonly z: number } | undefined
  errand: Errand | undefined
  /** The corpse that lies open. */
  loot: OpcodePayload<typeof LootOpened> | undefined
  /** World time over real time, as the server last said. */
  timeRatio = 1
  quests: QuestMarks = { byNpc: new Map(), wanted: new Set() }
  private questsAreOld = true

  constructor(
    readonly client: Client,
    readonly content: Content,
  ) {
    this.scene = new Scene(client, content)
    this.spells = new SpellWatch(client)
    client.onOwner((component) => {
      if (component === 'QuestLog' || component === 'QuestsDone' || component === 'Progress') this.questsAreOld = true
    })
    client.onTick(() => this.tick())
  }

  get self(): EntityView | undefined {
    return this.client.self
  }
  get targetView(): EntityView | undefined {
    return this.client.entities.get(this.target)
  }
  get isGhost(): boolean {
    return this.self !== undefined && this.scene.isGhost(this.self)
  }
  get isDead(): boolean {
    return this.self !== undefined && this.scene.isDead(this.self)
  }

  /** Where the own body lies, for a ghost that is to find it. */
  get body(): { readonly x: number; readonly z: number } {
    return { x: this.client.owner.get(Death, 'corpseX'), z: this.client.owner.get(Death, 'corpseZ') }
  }

  /** What lies beyond the map's edge and is worth a way. */
  get goals(): readonly Goal[] {
    if (this.isGhost) return [{ label: 'Your body', ...this.body, fill: '#cfe0f5' }]
    const goals: Goal[] = []
    for (const [key, sign] of this.quests.byNpc) {
      const npc = sign === '?' ? this.content.npcs.key(key) : undefined
      if (npc !== undefined && goals.length < GOALS_MAX)
        goals.push({ label: `? ${npc.name}`, x: npc.x, z: npc.z, fill: ink.loot })
    }
    return goals
  }

  private tick(): void {
    const { client } = this
    this.motions.note(client.entities, performance.now())
    if (this.target !== 0 && !client.entities.has(this.target)) this.target = 0
    const { path, self } = this
    if (path !== undefined && self !== undefined && Math.hypot(path.x - self.x, path.z - self.z) < ARRIVED_M)
      this.path = undefined
    if (this.questsAreOld) {
      this.questsAreOld = false
      this.quests = questMarks(client, this.content)
    }
    this.doErrand()
  }

  private doErrand(): void {
    const { errand, client } = this
    if (errand === undefined) return
    const view = client.entities.get(errand.entity)
    if (view !== undefined && this.scene.distanceM(view) > errand.reachM) return
    this.errand = undefined
    if (view !== undefined) errand.run()
  }
}
