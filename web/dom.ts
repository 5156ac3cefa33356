/** Small helpers for the page's own elements. */

/** The element of index.html with that id. Throws when it is missing or of another kind: then page and script do not fit. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new Error(`index.html has no ${kind.name} with the id ${id}; build the page again`)
}

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  if (text !== '') element.textContent = text
  return element
}

export function makeButton(text: string, onClick: () => void, className = ''): HTMLButtonElement {
  const button = make('button', className, text)
  button.type = 'button'
  button.addEventListener('click', onClick)
  return button
}

/** Touches the element only when the text differs, so that screen readers and layout are left in peace. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** A bar of `role="meter"`: fills its first child to `value` of `max` and writes the numbers into its second. */
export function setMeter(meter: HTMLElement, value: number, max: number, text: string): void {
  const fill = meter.firstElementChild
  const label = meter.lastElementChild
  const part = max > 0 ? Math.max(0, Math.min(1, value / max)) : 0
  const width = `${(part * 100).toFixed(1)}%`
  if (fill instanceof HTMLElement && fill.style.width !== width) fill.style.width = width
  if (label instanceof HTMLElement) setText(label, text)
  if (meter.getAttribute('aria-valuetext') === text) return
  meter.setAttribute('aria-valuenow', String(Math.round(value)))
  meter.setAttribute('aria-valuemax', String(Math.round(max)))
  meter.setAttribute('aria-valuetext', text)
}

/**
 * Fills `list` with what `build` makes, but only when `signature` differs from the one it was filled for. Whoever had the focus on
 * one of its buttons has it on the one that took that place.
 */
export function fillWhenChanged(list: HTMLElement, signature: string, build: () => readonly HTMLElement[]): void {
  if (list.dataset.signature === signature) return
  list.dataset.signature = signature
  const focused = ([...list.querySelectorAll('button')] as (Element | null)[]).indexOf(document.activeElement)
  list.replaceChildren(...build())
  if (focused < 0) return
  const buttons = list.querySelectorAll('button')
  buttons[Math.min(focused, buttons.length - 1)]?.focus()
}
