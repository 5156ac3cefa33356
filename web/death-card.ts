import { Death } from '../components/death.js'
import type { Actions } from './actions.js'
import { byId, setText } from './dom.js'
import type { Game } from './game.js'

/** What the dead can do: leave the body, walk to it, live again. */
export class DeathCard {
  private readonly box = byId('death', HTMLElement)
  private readonly text = byId('death-text', HTMLElement)
  private readonly release = byId('release', HTMLButtonElement)
  private readonly walk = byId('walk-to-body', HTMLButtonElement)
  private readonly reclaim = byId('reclaim', HTMLButtonElement)

  constructor(
    private readonly game: Game,
    actions: Actions,
  ) {
    this.release.onclick = () => actions.release()
    this.walk.onclick = () => actions.walkTo(game.body.x, game.body.z)
    this.reclaim.onclick = () => actions.reclaim()
  }

  update(): void {
    const { isDead, isGhost } = this.game
    this.box.hidden = !isDead && !isGhost
    this.release.hidden = !isDead
    this.walk.hidden = !isGhost
    this.reclaim.hidden = !isGhost
    if (isDead) setText(this.text, 'You are dead.')
    else if (isGhost) this.ghost()
  }

  /** Who else can help, as the content names them. */
  private get helper(): string {
    const healer = this.game.content.npcs.list.find(({ services }) => services.includes('spiritHealer'))
    return healer === undefined ? '' : ` A ${healer.name} at a graveyard helps as well.`
  }

  private ghost(): void {
    const { client, content, body, self } = this.game
    const awayM = self === undefined ? 0 : Math.hypot(body.x - self.x, body.z - self.z)
    const waitS = Math.ceil((client.owner.get(Death, 'reclaimTick') - client.tick) / Math.max(1, client.tickHz))
    const isNear = awayM <= content.rates.reclaimRangeM
    this.walk.hidden = isNear
    this.reclaim.disabled = !isNear || waitS > 0
    const where = isNear ? 'Your body is near.' : `Your body lies ${Math.round(awayM)} m away.`
    const when = waitS > 0 ? ` It can be taken back in ${waitS} s.` : ''
    setText(this.text, `You are a ghost. ${where}${when}${this.helper}`)
  }
}
