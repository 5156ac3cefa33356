import { QuestOffered } from '../protocol/quest.js'
import type { EntityView } from '../src/client/index.js'
import type { OpcodePayload } from '../src/protocol/opcode.js'
import type { Actions } from './actions.js'
import { objectiveCount, type QuestEntry } from './content.js'
import { byId, make, makeButton, setText } from './dom.js'
import type { Game } from './game.js'
import type { TradeWindow } from './trade-window.js'

/** Farther away the talk is over. */
const TALK_SLACK_M = 2

type Offer = OpcodePayload<typeof QuestOffered>

/** What somebody has to say: quests to take and to hand in; for ghosts, the way back to life. */
export class NpcWindow {
  private readonly box = byId('npc', HTMLElement)
  private readonly name = byId('npc-name', HTMLElement)
  private readonly title = byId('npc-title', HTMLElement)
  private readonly body = byId('npc-body', HTMLElement)
  private npc = 0

  constructor(
    private readonly game: Game,
    private readonly actions: Actions,
    private readonly trade: TradeWindow,
  ) {
    byId('npc-close', HTMLButtonElement).onclick = () => this.close()
    this.close()
    game.client.on(QuestOffered, (offer) => {
      if (offer.giver === this.npc) this.showOffer(offer)
    })
  }

  get isOpen(): boolean {
    return !this.box.hidden
  }

  close(): void {
    this.box.hidden = true
    this.npc = 0
    this.trade.close()
  }

  /** Called when the own character stands before the NPC. */
  open(view: EntityView): void {
    const { game } = this
    const entry = game.content.npcs.get(game.scene.read(view, 'look'))
    this.npc = view.entity
    setText(this.name, game.scene.nameOf(view))
    setText(this.title, entry?.title ?? '')
    this.box.hidden = false
    const services = entry?.services ?? ['quests']
    if (!game.isGhost) this.trade.open(view.entity, services)
    if (game.isGhost && services.includes('spiritHealer')) {
      const heal = (): void => {
        this.actions.askHealer(view.entity)
        this.close()
      }
      this.body.replaceChildren(
        make('p', '', 'Your light has gone out. Shall I kindle it again?'),
        makeButton('Return to life', heal),
      )
    } else if (services.includes('quests')) {
      this.body.replaceChildren(make('p', 'faint', 'One moment…'))
      void this.actions.askQuests(view.entity)
    } else if (services.includes('vendor') || services.includes('repair')) this.body.replaceChildren()
    else this.body.replaceChildren(make('p', 'faint', 'Has nothing for you to do.'))
    byId('npc-close', HTMLButtonElement).focus({ preventScroll: true })
  }

  /** Ends the talk when the character has walked away. */
  update(): void {
    const { game } = this
    if (this.npc === 0) return
    const view = game.client.entities.get(this.npc)
    if (view === undefined || game.scene.distanceM(view) > game.content.rates.interactRangeM + TALK_SLACK_M) this.close()
    else this.trade.update()
  }

  private showOffer({ giver, offered, returned }: Offer): void {
    const cards = [...returned.map((id) => this.card(giver, id, true)), ...offered.map((id) => this.card(giver, id, false))]
    this.body.replaceChildren(...(cards.length > 0 ? cards : [make('p', 'faint', 'Has nothing for you to do now.')]))
  }

  private card(giver: number, id: number, isReturned: boolean): HTMLElement {
    const { content } = this.game
    const quest = content.quests.get(id)
    const card = make('article', isReturned ? 'done' : '')
    card.append(make('h3', '', `${isReturned ? '? ' : '! '}${content.quests.name(id)}`))
    if (quest !== undefined) {
      if (!isReturned) card.append(make('p', '', quest.text), this.objectives(quest))
      card.append(make('p', 'faint', this.rewardText(quest)))
    }
    card.append(...(isReturned ? this.handInButtons(giver, id, quest) : [this.acceptButton(giver, id)]))
    return card
  }

  private objectives(quest: QuestEntry): HTMLElement {
    const list = make('ul')
    for (const objective of quest.objectives) {
      const need = objectiveCount(objective)
      list.append(make('li', '', `${this.game.content.objectiveText(objective)}${need > 1 ? `: ${need}` : ''}`))
    }
    return list
  }

  private rewardText({ reward }: QuestEntry): string {
    const { content } = this.game
    const parts = [`${reward.experience} experience`]
    if (reward.gold > 0) parts.push(`${reward.gold} gold`)
    for (const stack of reward.items ?? []) parts.push(content.stackText(stack))
    const choices = (reward.choices ?? []).map((stack) => content.stackText(stack))
    return `Reward: ${parts.join(', ')}${choices.length > 0 ? `, and one of ${choices.join(', ')}` : ''}`
  }

  /** After it has gone through, the NPC is asked again: one quest may open the next. */
  private thenAskAgain(code: Promise<string>, giver: number): void {
    void code.then((outcome) => {
      if (outcome === 'ok' && this.npc === giver) void this.actions.askQuests(giver)
    })
  }

  private acceptButton(giver: number, id: number): HTMLElement {
    return makeButton('Accept', () => this.thenAskAgain(this.actions.accept(giver, id), giver))
  }

  private handInButtons(giver: number, id: number, quest: QuestEntry | undefined): readonly HTMLElement[] {
    const choices = quest?.reward.choices ?? []
    const button = (text: string, choice: number | undefined): HTMLElement =>
      makeButton(text, () => this.thenAskAgain(this.actions.handIn(giver, id, choice), giver))
    if (choices.length === 0) return [button('Hand in', undefined)]
    return choices.map((stack, choice) => button(`Hand in for ${this.game.content.stackText(stack)}`, choice))
  }
}
