/** A second, simple account of what trades must do: places as objects, no columns, no plans, nothing shared with the rules. */
export interface Stack {
  item: number
  count: number
  uid: number
}

export type Action =
  | { readonly kind: 'open'; readonly by: number; readonly to: number }
  | {
      readonly kind: 'offer'
      readonly by: number
      readonly slot: number
      readonly bagSlot: number
      readonly count: number
      readonly gold: number
    }
  | { readonly kind: 'accept'; readonly by: number; readonly isLate: boolean }
  | { readonly kind: 'cancel'; readonly by: number }
  | { readonly kind: 'destroy'; readonly by: number; readonly bagSlot: number; readonly count: number }

const SLOTS = 6
const GOLD_ONLY = 255

export class Person {
  gold = 0
  bag: (Stack | undefined)[] = []
  isFar = false
  partner: Person | undefined
  revision = 0
  accepted = false
  offeredGold = 0
  lines: ({ place: number; count: number } | undefined)[] = []

  leaveTrade(): void {
    this.partner = undefined
    this.accepted = false
    this.offeredGold = 0
    this.lines = []
  }
}

export class TradeModel {
  readonly people: Person[] = []
  done = 0
  failed: string[] = []

  constructor(
    private readonly stackMax: number,
    private readonly goldMax: number,
  ) {}

  /** What one tick does: things first, then who has gone too far, then the trades' requests in order. Each answer, and the revision before it. */
  tick(actions: readonly Action[]): { answers: string[]; seen: number[] } {
    const answers: string[] = []
    const seen: number[] = []
    actions.forEach((action, i) => {
      if (action.kind === 'destroy') answers[i] = this.destroy(this.people[action.by], action.bagSlot, action.count)
    })
    for (const person of this.people)
      if (person.partner !== undefined && (person.isFar || person.partner.isFar)) this.close(person)
    actions.forEach((action, i) => {
      seen[i] = this.people[action.by].revision
      if (action.kind !== 'destroy') answers[i] = this.judge(action)
    })
    return { answers, seen }
  }

  private judge(action: Exclude<Action, { kind: 'destroy' }>): string {
    const me = this.people[action.by]
    if (action.kind === 'open') return this.open(me, this.people[action.to])
    if (me.partner === undefined) return 'noSuchTarget'
    if (action.kind === 'offer') return this.offer(me, me.partner, action)
    if (action.kind === 'cancel') {
      this.close(me)
      return 'ok'
    }
    if (action.isLate) return 'stale'
    if (me.accepted) return 'alreadyDone'
    me.accepted = true
    return me.partner.accepted ? this.swap(me, me.partner) : 'ok'
  }

  private close(person: Person): void {
    person.partner?.leaveTrade()
    person.leaveTrade()
  }

  private open(me: Person, other: Person): string {
    if (me === other) return 'noSuchTarget'
    if (me.isFar || other.isFar) return 'outOfRange'
    if (me.partner !== undefined || other.partner !== undefined) return 'busy'
    me.partner = other
    other.partner = me
    this.revise(me, other, Math.max(me.revision, other.revision) + 1)
    return 'ok'
  }

  private revise(a: Person, b: Person, revision: number): void {
    for (const person of [a, b]) {
      person.revision = revision
      person.accepted = false
    }
  }

  private offer(me: Person, other: Person, { slot, bagSlot, count, gold }: Extract<Action, { kind: 'offer' }>): string {
    const isGoldOnly = slot === GOLD_ONLY
    if (slot >= SLOTS && !isGoldOnly) return 'noSuchTarget'
    const isEmpty = count === 0
    if (!isGoldOnly && !isEmpty) {
      const stack = me.bag[bagSlot]
      if (stack === undefined) return 'noSuchTarget'
      if (me.lines.some((line, i) => i !== slot && line?.place === bagSlot)) return 'busy'
      if (count > stack.count) return 'stale'
    }
    if (gold > me.gold) return 'cannotPay'
    const before = JSON.stringify([me.lines[slot] ?? null, me.offeredGold])
    const line = isEmpty ? undefined : { place: bagSlot, count }
    const after = JSON.stringify([isGoldOnly ? (me.lines[slot] ?? null) : (line ?? null), gold])
    if (before === after) return 'alreadyDone'
    if (!isGoldOnly) me.lines[slot] = line
    me.offeredGold = gold
    this.revise(me, other, me.revision + 1)
    return 'ok'
  }

  private swap(me: Person, other: Person): string {
    const copies = [me, other].map(({ bag, gold }) => ({ gold, bag: bag.map((stack) => stack && { ...stack }) }))
    const out = [me, other].map((person, i) => this.takeOut(person, copies[i].bag))
    const answer = [me, other].map((person) => this.canPay(person)).find((code) => code !== 'ok')
    if (answer !== undefined) return this.refuse(me, other, answer)
    for (const i of [0, 1]) {
      if (!out[1 - i].every((stack) => this.putIn(copies[i].bag, stack))) return this.refuse(me, other, 'bagFull')
      copies[i].gold += [other, me][i].offeredGold - [me, other][i].offeredGold
      if (copies[i].gold > this.goldMax) return this.refuse(me, other, 'limit')
    }
    for (const [i, person] of [me, other].entries()) {
      person.bag = copies[i].bag
      person.gold = copies[i].gold
    }
    this.close(me)
    this.done += 1
    return 'ok'
  }

  private canPay(person: Person): string {
    return person.offeredGold > person.gold ? 'cannotPay' : 'ok'
  }

  private refuse(me: Person, other: Person, code: string): string {
    this.failed.push(code)
    this.revise(me, other, me.revision + 1)
    return code
  }

  private takeOut(person: Person, bag: (Stack | undefined)[]): Stack[] {
    const taken: Stack[] = []
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const line = person.lines[slot]
      const stack = line === undefined ? undefined : bag[line.place]
      if (line === undefined || stack === undefined) continue
      taken.push({ ...stack, count: line.count })
      stack.count -= line.count
      if (stack.count === 0) bag[line.place] = undefined
    }
    return taken
  }

  private putIn(bag: (Stack | undefined)[], { item, count, uid }: Stack): boolean {
    let left = count
    if (uid === 0)
      for (const stack of bag) {
        if (stack?.item !== item) continue
        const put = Math.min(left, this.stackMax - stack.count)
        stack.count += put
        left -= put
      }
    while (left > 0) {
      const place = bag.indexOf(undefined)
      if (place < 0) return false
      const put = Math.min(left, this.stackMax)
      bag[place] = { item, count: put, uid }
      left -= put
    }
    return true
  }

  private destroy(me: Person, bagSlot: number, count: number): string {
    const stack = me.bag[bagSlot]
    if (stack === undefined) return 'noSuchTarget'
    if (me.partner !== undefined && me.lines.some((line) => line?.place === bagSlot)) return 'busy'
    if (count > stack.count) return 'stale'
    stack.count -= count
    if (stack.count === 0) me.bag[bagSlot] = undefined
    return 'ok'
  }
}
