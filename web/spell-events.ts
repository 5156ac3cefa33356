import { result, resultCodes } from '../protocol/result-codes.js'
import {
  SpellAuraFaded,
  SpellAuraGained,
  SpellAuraWorked,
  SpellFailed,
  SpellFinished,
  SpellLanded,
  SpellStarted,
} from '../protocol/spell.js'
import type { Game } from './game.js'
import { codeInWords } from './reasons.js'
import type { Teller } from './teller.js'

/** Tells of casts and auras: on the map for everybody in view, in the feed what concerns the player. */
export class SpellEvents {
  constructor(
    private readonly game: Game,
    private readonly teller: Teller,
  ) {}

  listen(): void {
    this.listenToCasts()
    this.listenToAuras()
  }

  private listenToCasts(): void {
    const { client, content } = this.game
    const { teller } = this
    const landed = (caster: number, spell: number, target: number, amount: number, outcome: string): void => {
      const isHealing = outcome === 'heal' || outcome === 'critHeal'
      const isCrit = outcome === 'crit' || outcome === 'critHeal'
      const text = `${isHealing ? '+' : ''}${amount}${isCrit ? '!' : ''}`
      const what = `${content.spells.name(spell)}: ${teller.name(target)} ${isHealing ? 'healed by' : 'takes'} ${amount}`
      const whose = caster === client.me ? '' : ` (${teller.name(caster)})`
      teller.struck(caster, target, text, `${what}${whose}.`, isHealing)
    }
    client.on(SpellFinished, ({ caster, spell, target, amount }) => {
      const isHealing = content.spells.get(spell)?.target !== 'enemy'
      if (amount > 0) landed(caster, spell, target, amount, isHealing ? 'heal' : 'hit')
      // What it does is told by what lands, or by the aura that it leaves.
      else if (caster === client.me) this.say(`You cast ${content.spells.name(spell)}.`)
    })
    client.on(SpellLanded, ({ caster, spell, target, amount, outcome }) => landed(caster, spell, target, amount, outcome))
    client.on(SpellStarted, ({ caster, spell, channel }) => {
      if (caster === client.me) this.say(`You begin to ${channel ? 'channel' : 'cast'} ${content.spells.name(spell)}.`)
    })
    client.on(SpellFailed, ({ spell, code }) => {
      const why = codeInWords(resultCodes.list[code]?.name ?? String(code))
      // Whoever walks away from a cast knows it.
      if (code !== result.interrupted) this.teller.feed.say(`${content.spells.name(spell)}: ${why}`, 'refusal')
      else this.say(`${content.spells.name(spell)} is broken off.`)
    })
  }

  private listenToAuras(): void {
    const { client, content } = this.game
    const { teller } = this
    client.on(SpellAuraGained, ({ target, caster, aura, stacks }) => {
      const isHarmful = content.auras.get(aura)?.harmful === true
      const what = `${content.auras.name(aura)}${stacks > 1 ? ` ×${stacks}` : ''}`
      if (target === client.me) teller.feed.say(`On you: ${what}.`, isHarmful ? 'harm' : 'gain')
      else if (caster === client.me) teller.feed.say(`On ${teller.name(target)}: ${what}.`, 'deed')
    })
    client.on(SpellAuraFaded, ({ target, aura }) => {
      if (target === client.me) this.say(`${content.auras.name(aura)} fades.`)
    })
    client.on(SpellAuraWorked, ({ target, aura, amount }) => {
      const isHarmful = content.auras.get(aura)?.harmful === true
      teller.worked(target, `${isHarmful ? '' : '+'}${amount}`, !isHarmful)
    })
  }

  private say(line: string): void {
    this.teller.feed.say(line)
  }
}
