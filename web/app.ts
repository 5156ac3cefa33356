/** The page that a Myriad server shows at `/`: a map to walk and fight on, through the browser SDK. */
import { components } from '../components/index.js'
import { protocol } from '../protocol/index.js'
import { type Client, connect, type EndReason } from '../src/client/index.js'
import { AuraStrip } from './aura-strip.js'
import { CastBar } from './cast-bar.js'
import { type Loaded, loadContent } from './content.js'
import { byId, setText } from './dom.js'
import { Feed } from './feed.js'
import type { Game } from './game.js'
import { Gate, type Hero } from './gate.js'
import { entitiesOf, type Phase, pagePointOf } from './handle.js'
import { Input } from './input.js'
import { drawLegend } from './legend.js'
import { Pack } from './pack.js'
import { Panel } from './panel.js'
import { Play } from './play.js'
import { endInWords, refusalInWords } from './reasons.js'
import { SpellBar } from './spell-bar.js'
import { View } from './view.js'

/** Text and meters are written this often; the map in every frame. */
const UPDATE_MS = 100
const PING_MS = 2_000
const NOTICE_MS = 8_000

class App {
  phase: Phase = 'loading'
  play: Play | undefined
  readonly view = new View(byId('map', HTMLCanvasElement))
  private readonly feed = new Feed(byId('feed', HTMLElement))
  private readonly panel = new Panel()
  private readonly gate = new Gate((hero) => void this.join(hero))
  private readonly input = new Input(this.view, () => this.controls)
  private readonly spells = new SpellBar(() => this.controls?.casting)
  private readonly pack = new Pack(() => this.controls?.items)
  private readonly castBar = new CastBar()
  private readonly auras = new AuraStrip(byId('auras', HTMLElement), (aura) => this.controls?.actions.putOff(aura))
  private readonly targetAuras = new AuraStrip(byId('target-auras', HTMLElement))
  private readonly notice = byId('notice', HTMLElement)
  private noticeTimer = 0
  private loaded: Loaded | undefined

  private get controls(): Play | undefined {
    return this.phase === 'inWorld' ? this.play : undefined
  }

  async start(): Promise<void> {
    this.listen()
    drawLegend(byId('legend', HTMLElement))
    requestAnimationFrame(() => this.frame())
    setInterval(() => this.update(), UPDATE_MS)
    setInterval(() => this.ping(), PING_MS)
    this.gate.showBusy('Loading…')
    this.loaded = await loadContent()
    const address = new URLSearchParams(location.search)
    const isAuto = address.has('auto')
    const name = address.get('name') ?? (isAuto ? `Guest-${1000 + Math.floor(Math.random() * 9000)}` : '')
    this.gate.fill(this.loaded.content, name, address.get('class') ?? '')
    this.phase = 'form'
    this.gate.showForm(this.loaded.problem ?? '')
    if (isAuto) this.gate.sendNow()
  }

  private listen(): void {
    byId('zoom-in', HTMLButtonElement).onclick = () => this.input.zoom(1)
    byId('zoom-out', HTMLButtonElement).onclick = () => this.input.zoom(-1)
    const chat = byId('chat-text', HTMLInputElement)
    byId('chat', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault()
      const text = chat.value.trim()
      chat.value = ''
      if (text !== '') this.controls?.actions.say(text)
      this.view.canvas.focus()
    })
    byId('target-trade', HTMLButtonElement).onclick = () => {
      const { controls } = this
      if (controls !== undefined) controls.barterWith(controls.game.target)
    }
    const more = byId('more-toggle', HTMLButtonElement)
    more.onclick = () => {
      const isOpen = byId('panel', HTMLElement).classList.toggle('open')
      more.setAttribute('aria-expanded', String(isOpen))
    }
  }

  private async join(hero: Hero): Promise<void> {
    const { loaded } = this
    if (loaded === undefined || this.phase === 'connecting') return
    this.phase = 'connecting'
    this.gate.showBusy(`Connecting as ${hero.name}…`)
    let client: Client | undefined
    try {
      const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`
      client = await connect({ url, token: `guest:${hero.name}`, protocol, components, protocolHash: loaded.protocolHash })
      const { feed } = this
      this.play?.end()
      this.play = new Play(client, loaded.content, feed, (text) => this.showNotice(text))
      await client.enterAs(hero.name, hero.classId)
      client.onClosed((reason) => this.ended(hero, reason))
    } catch (error) {
      client?.close()
      this.phase = 'refused'
      this.gate.showForm(`Could not join. ${refusalInWords(error)}`)
      return
    }
    this.entered(hero)
  }

  private entered({ name, classId }: Hero): void {
    this.phase = 'inWorld'
    this.gate.hide()
    this.showNotice('')
    history.replaceState(null, '', `?${new URLSearchParams({ name, class: String(classId) })}`)
    this.feed.say(`Welcome, ${name}. Click the ground to walk, a creature to attack it.`, 'notice')
    this.view.canvas.focus()
    this.ping()
  }

  private ended(hero: Hero, reason: EndReason): void {
    this.phase = 'ended'
    this.play?.end()
    byId('connection', HTMLElement).dataset.state = 'lost'
    setText(byId('connection', HTMLElement), 'Not connected')
    this.feed.say(endInWords(reason), 'notice')
    this.gate.showEnded(endInWords(reason), () => void this.join(hero))
  }

  private showNotice(text: string): void {
    setText(this.notice, text)
    this.notice.hidden = text === ''
    clearTimeout(this.noticeTimer)
    if (text !== '') this.noticeTimer = window.setTimeout(() => this.showNotice(''), NOTICE_MS)
  }

  private ping(): void {
    // When the connection ends, its own end is what is shown.
    this.controls?.game.client.ping().catch(() => undefined)
  }

  private update(): void {
    const { controls } = this
    if (controls === undefined) return
    controls.update()
    this.panel.update(controls.game)
    this.spells.update(controls.game)
    this.showSpellWork(controls.game)
    const low = byId('low', HTMLElement)
    const isWide = byId('chat', HTMLFormElement).offsetWidth > this.view.camera.width * 0.7
    this.view.keepClear({ topPx: 30, bottomPx: isWide ? low.offsetHeight : 0 })
  }

  private showSpellWork(game: Game): void {
    this.pack.update(game)
    this.castBar.update(game)
    this.auras.update(game, game.spells.of(game.client.me))
    this.targetAuras.update(game, game.target === 0 ? [] : game.spells.of(game.target))
  }

  private frame(): void {
    const nowMs = performance.now()
    this.input.frame(nowMs)
    if (this.play === undefined || this.play.game.client.me === 0) this.view.drawNothing()
    else this.view.draw(this.play.game, nowMs)
    requestAnimationFrame(() => this.frame())
  }
}

const app = new App()
window.myriad = {
  get phase() {
    return app.phase
  },
  get client() {
    return app.play?.game.client
  },
  get game() {
    return app.play?.game
  },
  get counts() {
    return app.play?.counts
  },
  entities: () => (app.play === undefined ? [] : entitiesOf(app.play.game)),
  pagePointOf: (x, z) => pagePointOf(app.view, x, z),
}
void app.start()
