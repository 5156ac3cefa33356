import { MyriadError } from '../errors.js'
import type { Opcode } from '../protocol/opcode.js'
import type { Component } from './component.js'
import type { System } from './system.js'

export const phases = ['enter', 'think', 'dispatch', 'simulate', 'resolve', 'replicate', 'persist'] as const
export type Phase = (typeof phases)[number]

export interface Pipeline {
  readonly phases: Readonly<Record<Phase, readonly System[]>>
  /** Every system in the order in which a tick runs them. */
  readonly order: readonly System[]
  readonly phaseOf: ReadonlyMap<System, Phase>
}

/** What every context has by itself: a declaration of that name would hide it. */
const contextNames: readonly string[] = [
  'tick',
  'tickHz',
  'dt',
  'nowMs',
  'calendarMs',
  'commands',
  'entityOf',
  'slotOf',
  'has',
  'random',
  'intents',
  'answer',
  'emit',
  'tell',
  'show',
  'act',
]

/** `run` gets everything that is declared in one object, so that no two things may have one name. */
function nameProblems(system: System): string[] {
  const problems: string[] = []
  const groupOf = new Map(contextNames.map((name) => [name, 'the context']))
  for (const group of ['reads', 'writes', 'resources', 'queries', 'events'] as const) {
    for (const name of Object.keys(system[group])) {
      const other = groupOf.get(name)
      if (other !== undefined) problems.push(`${system.name} lists ${name} under ${group}, but ${other} has it too; rename one`)
      groupOf.set(name, group)
    }
  }
  const written = new Set<Component>(Object.values(system.writes))
  const both = Object.values(system.reads).filter((component) => written.has(component))
  for (const { name } of both) problems.push(`${system.name} lists ${name} under reads and writes; writes is enough`)
  return problems
}

function phaseProblems(system: System, phase: Phase): string[] {
  if (phase !== 'replicate' && phase !== 'persist') return []
  const written = Object.values(system.writes).map((component) => component.name)
  if (system.emits.length > 0) written.push('events')
  if (system.acts.length > 0) written.push('intents')
  return written.length === 0
    ? []
    : [`${system.name} in ${phase} writes ${written.join(', ')}; game state changes only before replicate`]
}

/** The total order of a tick: phases in their fixed order, and within each the order of its list. */
export function definePipeline(lists: { readonly [P in Phase]?: readonly System[] }): Pipeline {
  const problems: string[] = []
  const byPhase = {} as Record<Phase, readonly System[]>
  const phaseOf = new Map<System, Phase>()
  const names = new Set<string>()
  const consumer = new Map<string, string>()
  const order: System[] = []
  for (const phase of phases) {
    byPhase[phase] = Object.freeze([...(lists[phase] ?? [])])
    for (const system of byPhase[phase]) {
      if (names.has(system.name)) problems.push(`system ${system.name} stands twice; list each system once`)
      names.add(system.name)
      phaseOf.set(system, phase)
      order.push(system)
      for (const opcode of system.intents) {
        const other = consumer.get(opcode.name)
        if (other !== undefined) problems.push(`${opcode.name} is consumed by ${other} and by ${system.name}; leave it to one`)
        consumer.set(opcode.name, system.name)
        if (opcode.handler !== system.name)
          problems.push(`${opcode.name} names its handler ${opcode.handler}, but ${system.name} consumes it; make them agree`)
      }
      problems.push(...phaseProblems(system, phase), ...nameProblems(system))
    }
  }
  if (problems.length > 0) throw new MyriadError('BAD_DECLARATION', `pipeline: ${problems.join('; ')}`)
  return Object.freeze({ phases: Object.freeze(byPhase), order: Object.freeze(order), phaseOf })
}

/**
 * Whether pipeline and protocol fit: every request that a client may send has its consumer, and every opcode that a
 * system names is in the protocol. A client could end the world with a request that nobody takes.
 */
export function checkOpcodes(pipeline: Pipeline, opcodes: readonly Opcode[]): void {
  const problems: string[] = []
  const known = new Set<Opcode>(opcodes)
  const consumed = new Set<Opcode>(pipeline.order.flatMap((system) => system.intents))
  for (const opcode of opcodes) {
    if (opcode.direction === 'toServer' && !opcode.retired && !consumed.has(opcode))
      problems.push(`${opcode.name} is consumed by no system; list it under intents of ${opcode.handler}`)
  }
  for (const system of pipeline.order) {
    for (const opcode of new Set<Opcode>([...system.intents, ...system.acts, ...system.tells, ...system.shows])) {
      if (!known.has(opcode)) problems.push(`${system.name} uses ${opcode.name}, which is not in the protocol; add it`)
    }
  }
  if (problems.length > 0) throw new MyriadError('BAD_DECLARATION', `pipeline and protocol: ${problems.join('; ')}`)
}
