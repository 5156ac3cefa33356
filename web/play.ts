import type { Client } from '../src/client/index.js'
import { Actions } from './actions.js'
import { BarterWindow } from './barter-window.js'
import { Casting } from './casting.js'
import type { Content } from './content.js'
import { DeathCard } from './death-card.js'
import { byId } from './dom.js'
import { listenToWorld, type SeenCounts } from './events.js'
import type { Feed } from './feed.js'
import { Game } from './game.js'
import type { Controls } from './input.js'
import { ItemActions } from './item-actions.js'
import { NpcWindow } from './npc-window.js'
import { TradeWindow } from './trade-window.js'

/** Everything that lives as long as one connection. */
export class Play implements Controls {
  readonly game: Game
  readonly actions: Actions
  readonly items: ItemActions
  readonly casting: Casting
  readonly counts: SeenCounts
  private readonly npcs: NpcWindow
  private readonly barter: BarterWindow
  private readonly death: DeathCard

  constructor(client: Client, content: Content, feed: Feed, notice: (text: string) => void) {
    this.game = new Game(client, content)
    this.counts = listenToWorld(this.game, feed, notice)
    this.actions = new Actions(this.game, feed)
    this.casting = new Casting(this.game, this.actions, feed)
    this.items = new ItemActions(this.game, this.actions, feed)
    this.npcs = new NpcWindow(this.game, this.actions, new TradeWindow(this.game, this.items))
    this.barter = new BarterWindow(this.game, this.actions, feed)
    this.death = new DeathCard(this.game, this.actions)
  }

  talk(entity: number): void {
    const view = this.game.client.entities.get(entity)
    if (view !== undefined) this.actions.approach(view, () => this.npcs.open(view))
  }

  barterWith(entity: number): void {
    const view = this.game.client.entities.get(entity)
    if (view !== undefined) this.actions.approach(view, () => this.barter.ask(view))
  }

  closeTalk(): boolean {
    if (this.barter.isOpen) {
      this.barter.cancel()
      return true
    }
    const wasOpen = this.npcs.isOpen
    this.npcs.close()
    return wasOpen
  }

  focusChat(): void {
    byId('chat-text', HTMLInputElement).focus()
  }

  /** What is written anew a few times a second. */
  update(): void {
    this.npcs.update()
    this.barter.update()
    this.death.update()
  }

  end(): void {
    this.npcs.close()
    this.barter.hide()
    byId('death', HTMLElement).hidden = true
  }
}
