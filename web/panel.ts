import { Purse } from '../components/bag.js'
import { Progress } from '../components/progress.js'
import type { EntityView } from '../src/client/index.js'
import { type Content, objectiveCount } from './content.js'
import { byId, fillWhenChanged, make, setMeter, setText } from './dom.js'
import type { Game } from './game.js'
import { type QuestRow, questRows } from './quest-state.js'
import { wordsOf } from './theme.js'

const HINT = window.matchMedia('(hover: none)').matches ? 'Tap a creature' : 'Click a creature, or press T'

const number = new Intl.NumberFormat('en')

/** The side panel: everything about the character and the connection that is not on the map. */
export class Panel {
  private readonly name = byId('me-name', HTMLElement)
  private readonly kind = byId('me-kind', HTMLElement)
  private readonly health = byId('me-health', HTMLElement)
  private readonly power = byId('me-power', HTMLElement)
  private readonly experience = byId('me-experience', HTMLElement)
  private readonly gold = byId('me-gold', HTMLElement)
  private readonly target = byId('target', HTMLElement)
  private readonly targetName = byId('target-name', HTMLElement)
  private readonly targetKind = byId('target-kind', HTMLElement)
  private readonly targetHealth = byId('target-health', HTMLElement)
  private readonly targetTrade = byId('target-trade', HTMLButtonElement)
  private readonly quests = byId('quests', HTMLElement)
  private readonly connection = byId('connection', HTMLElement)
  private readonly ping = byId('ping', HTMLElement)
  private readonly tick = byId('tick', HTMLElement)
  private readonly seen = byId('seen', HTMLElement)
  private readonly place = byId('place', HTMLElement)

  update(game: Game): void {
    const { client, content, self } = game
    const level = client.owner.get(Progress, 'level')
    const classEntry = content.classes.get(client.owner.get(Progress, 'class'))
    setText(this.name, self?.name ?? '')
    const states = game.isDead ? ['dead'] : game.isGhost ? ['a ghost'] : self === undefined ? [] : game.scene.controlsOn(self)
    setText(this.kind, [`Level ${level} ${classEntry?.name ?? ''}`, ...states].join(', '))
    if (self !== undefined) this.vitals(game, self, classEntry?.power ?? 'power')
    setText(this.experience, number.format(client.owner.get(Progress, 'experience')))
    setText(this.gold, number.format(client.owner.get(Purse, 'gold')))
    this.aim(game)
    this.log(game)
    this.link(game)
  }

  private vitals({ scene }: Game, self: EntityView, powerName: string): void {
    const health = scene.read(self, 'health')
    const healthMax = scene.read(self, 'healthMax')
    const power = scene.read(self, 'power')
    const powerMax = scene.read(self, 'powerMax')
    setMeter(this.health, health, healthMax, `Health ${health} / ${healthMax}`)
    const powerTitle = powerName.charAt(0).toUpperCase() + powerName.slice(1)
    setMeter(this.power, power, powerMax, `${powerTitle} ${power} / ${powerMax}`)
    this.power.dataset.power = powerName
  }

  private aim(game: Game): void {
    const { scene, targetView } = game
    this.target.classList.toggle('empty', targetView === undefined)
    this.targetTrade.hidden = targetView === undefined || !scene.isCharacter(targetView) || targetView.entity === game.client.me
    if (targetView === undefined) {
      setText(this.targetName, 'No target')
      setText(this.targetKind, HINT)
      return
    }
    setText(this.targetName, scene.nameOf(targetView))
    const look = scene.lookOf(targetView)
    const title = game.content.npcs.get(scene.read(targetView, 'look'))?.title
    const isPerson = look === 'npc'
    const what = isPerson ? (title ?? '') : look === 'object' ? 'To take' : `Level ${scene.read(targetView, 'level')}`
    const parts = [what, ...scene.controlsOn(targetView), `${Math.round(scene.distanceM(targetView))} m`]
    setText(this.targetKind, parts.join(', '))
    this.targetKind.title = wordsOf[look]
    const health = scene.read(targetView, 'health')
    const healthMax = scene.read(targetView, 'healthMax')
    this.targetHealth.hidden = isPerson || look === 'object'
    setMeter(this.targetHealth, health, healthMax, `${health} / ${healthMax}`)
  }

  private log({ client, content }: Game): void {
    const rows = questRows(client)
    fillWhenChanged(this.quests, JSON.stringify(rows), () =>
      rows.length === 0
        ? [make('li', 'none', 'None yet: look for people with a golden !')]
        : rows.map((row) => questItem(content, row)),
    )
  }

  private link({ client, content, timeRatio, self }: Game): void {
    setText(this.connection, timeRatio < 0.95 ? `Slow: ${Math.round(timeRatio * 100)} % of real time` : 'Connected')
    this.connection.dataset.state = timeRatio < 0.95 ? 'slow' : 'good'
    setText(this.ping, Number.isNaN(client.rttMs) ? '…' : `${Math.round(client.rttMs)} ms`)
    setText(this.tick, `${number.format(client.tick)} at ${client.tickHz} Hz`)
    setText(this.seen, String(client.entities.size))
    const zone = content.zone?.name ?? 'Unknown zone'
    setText(this.place, self === undefined ? zone : `${zone} · ${Math.round(self.x)}, ${Math.round(self.z)}`)
  }
}

function questItem(content: Content, { id, isComplete, isFailed, have }: QuestRow): HTMLElement {
  const quest = content.quests.get(id)
  const item = make('li', isComplete ? 'done' : '')
  item.append(make('strong', '', content.quests.name(id)))
  if (quest === undefined) return item
  item.title = quest.text
  if (isComplete) {
    item.append(make('span', 'objective', `Done: return to ${content.npcs.nameOfKey(quest.ender)}`))
    return item
  }
  if (isFailed) {
    item.append(make('span', 'objective', 'Failed: its time is over'))
    return item
  }
  quest.objectives.forEach((objective, i) => {
    const need = objectiveCount(objective)
    const line = make('span', 'objective', content.objectiveText(objective))
    line.append(make('span', 'count', ` ${Math.min(have[i], need)}/${need}`))
    item.append(line)
  })
  return item
}
