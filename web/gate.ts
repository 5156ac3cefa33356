import type { Content } from './content.js'
import { byId, make, setText } from './dom.js'
import { codeInWords } from './reasons.js'

/** What the server takes as a name. */
const NAME_FORM = /^[A-Za-z][A-Za-z0-9_-]{2,23}$/

/** Who the player wants to be. */
export interface Hero {
  readonly name: string
  readonly classId: number
}

const powerWords = { rage: 'Strikes with rage', energy: 'Strikes with energy', mana: 'Casts with mana' } as const

/** The card before the map: the form, the waiting, the refusal, the lost connection. */
export class Gate {
  private readonly box = byId('gate', HTMLElement)
  private readonly behind = [byId('stage', HTMLElement), byId('panel', HTMLElement)]
  private readonly form = byId('join', HTMLFormElement)
  private readonly name = byId('name', HTMLInputElement)
  private readonly classes = byId('classes', HTMLElement)
  private readonly submit = byId('join-button', HTMLButtonElement)
  private readonly message = byId('gate-message', HTMLElement)
  private readonly lost = byId('lost', HTMLElement)
  private readonly reconnect = byId('reconnect', HTMLButtonElement)

  constructor(private readonly join: (hero: Hero) => void) {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.send()
    })
    byId('another', HTMLButtonElement).onclick = () => this.showForm('')
  }

  /** Offers the classes of the content and chooses what the page's address asks for. */
  fill(content: Content, name: string, wantedClass: string): void {
    const wanted = content.classFrom(wantedClass) ?? content.classes.list[0]
    this.name.value = name
    this.classes.replaceChildren(
      ...content.classes.list.map(({ id, name, power }) => {
        const label = make('label', 'class')
        const radio = make('input')
        radio.type = 'radio'
        radio.name = 'class'
        radio.value = String(id)
        radio.checked = id === wanted?.id
        label.append(radio, make('strong', '', name), make('span', 'faint', powerWords[power]))
        return label
      }),
    )
  }

  private send(): void {
    const name = this.name.value.trim()
    if (!NAME_FORM.test(name)) {
      this.showForm(codeInWords('badName'))
      this.name.setAttribute('aria-invalid', 'true')
      this.name.focus()
      return
    }
    this.name.removeAttribute('aria-invalid')
    this.join({ name, classId: Number(new FormData(this.form).get('class') ?? 1) })
  }

  /** Sends the form as it is filled in. */
  sendNow(): void {
    this.send()
  }

  private show(message: string, isBusy: boolean): void {
    this.cover(true)
    setText(this.message, message)
    this.message.classList.toggle('busy', isBusy)
    this.form.toggleAttribute('inert', isBusy)
    this.submit.disabled = isBusy
  }

  showForm(message: string): void {
    this.show(message, false)
    this.form.hidden = false
    this.lost.hidden = true
    this.name.focus()
  }

  showBusy(message: string): void {
    this.show(message, true)
    this.lost.hidden = true
  }

  /** After a connection has ended: why, and a way back. */
  showEnded(message: string, again: () => void): void {
    this.show(message, false)
    this.form.hidden = true
    this.lost.hidden = false
    this.reconnect.onclick = again
    this.reconnect.focus()
  }

  hide(): void {
    this.cover(false)
  }

  /** While the card is open, nothing behind it can be reached by keys either. */
  private cover(isOpen: boolean): void {
    this.box.hidden = !isOpen
    for (const element of this.behind) element.inert = isOpen
  }
}
