import { make } from './dom.js'

/** Lines that stay; the oldest goes. */
const LINES_MAX = 60

export type Tone = 'plain' | 'harm' | 'deed' | 'gain' | 'quest' | 'chat' | 'refusal' | 'notice'

/** What has happened, line by line. A line that comes again at once is counted instead of repeated. */
export class Feed {
  private lastText = ''
  private repeats = 1

  constructor(private readonly list: HTMLElement) {}

  say(text: string, tone: Tone = 'plain'): void {
    const { list } = this
    const last = list.lastElementChild
    if (text === this.lastText && last !== null) {
      this.repeats += 1
      last.textContent = `${text} (${this.repeats} times)`
      return
    }
    this.lastText = text
    this.repeats = 1
    list.append(make('li', `tone-${tone}`, text))
    if (list.childElementCount > LINES_MAX) list.firstElementChild?.remove()
    list.scrollTop = list.scrollHeight
  }
}
