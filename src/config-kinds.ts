/** The kinds of settings: how each is checked, and described to people. */
import { z } from 'zod'

export const commandNames = ['host', 'bots', 'simulate', 'replay', 'protocol', 'token', 'account', 'audit'] as const
export type CommandName = (typeof commandNames)[number]

/** One setting. `T` is the type of its value, `C` the commands that have it. */
export interface ConfigKey<T = unknown, C extends CommandName = CommandName> {
  readonly kind: 'integer' | 'text' | 'choice' | 'list' | 'boolean'
  readonly schema: z.ZodType<T>
  readonly default: T
  /** What the value must be, in words that follow "must be"; includes bounds and unit. */
  readonly limit: string
  /** Bounds of a number, or of a text's length or a list's count; undefined for choices and booleans. */
  readonly min?: number
  readonly max?: number
  readonly unit: string
  /** Stands for the value in the help text, as in `--port <number>`; '' for a flag without value. */
  readonly placeholder: string
  readonly commands: readonly C[]
  readonly doc: string
}

/** Longest texts, in UTF-16 units; a longer one is refused. */
export const HOST_CHARS_MAX = 255
export const PATH_CHARS_MAX = 1024
export const URL_CHARS_MAX = 2048
export const NAME_CHARS_MAX = 24
/** Most names in `moderators`; a longer list is refused. */
export const MODERATORS_MAX = 100

type Of<C> = readonly C[]
type Bounds = { readonly min: number; readonly max: number }
type TextSpec = Bounds & { default: string; what: string; placeholder: string; allows?: (value: string) => boolean }

export function integer<C extends CommandName>(commands: Of<C>, doc: string, spec: Bounds & { default: number; unit?: string }) {
  const { min, max, unit = '' } = spec
  const bounded = z.int().min(min).max(max)
  // JSON can spell -0, which nobody means and which Object.is and hashes tell from 0.
  const schema = bounded.refine((value) => !Object.is(value, -0))
  const limit = `a whole number from ${min} to ${max}${unit && ` ${unit}`}`
  const key: ConfigKey<number, C> = { kind: 'integer', schema, ...spec, limit, unit, placeholder: '<number>', commands, doc }
  return Object.freeze(key)
}

export function text<C extends CommandName>(commands: Of<C>, doc: string, spec: TextSpec) {
  const { min, max, what, allows = () => true, ...rest } = spec
  const bounded = z.string().min(min).max(max)
  // A control character in a path or an address is a slip of a script, and the file system refuses some of them by throwing.
  const schema = bounded.refine((value) => !/\p{Cc}/u.test(value) && allows(value))
  const limit = `${what} of ${min} to ${max} characters without control characters`
  const key: ConfigKey<string, C> = { kind: 'text', schema, ...rest, min, max, limit, unit: '', commands, doc }
  return Object.freeze(key)
}

/** A path relative to the working directory; it may be empty where the default is. */
export function path<C extends CommandName>(commands: Of<C>, doc: string, placeholder: string, value: string) {
  return text(commands, doc, { min: value === '' ? 0 : 1, max: PATH_CHARS_MAX, what: 'a path', default: value, placeholder })
}

export function choice<const V extends string, C extends CommandName>(
  commands: Of<C>,
  doc: string,
  spec: { of: readonly V[]; default: NoInfer<V> },
) {
  const shown = { limit: `one of ${spec.of.join(', ')}`, unit: '', placeholder: `<${spec.of.join('|')}>` }
  const key: ConfigKey<V, C> = { kind: 'choice', schema: z.enum(spec.of), default: spec.default, ...shown, commands, doc }
  return Object.freeze(key)
}

export const AUTO = { of: ['auto', 'on', 'off'], default: 'auto' } as const

export function names<C extends CommandName>(commands: Of<C>, doc: string, spec: { max: number; charsMax: number }) {
  const bounded = z.string().min(1).max(spec.charsMax)
  const schema = z.array(bounded.regex(/^[^\s,\p{Cc}]*$/u)).max(spec.max)
  const limit = `at most ${spec.max} names of 1 to ${spec.charsMax} characters without spaces, as a,b or in the file ["a", "b"]`
  const shown = { limit, unit: '', placeholder: '<names>', min: 0, max: spec.max }
  const list = { kind: 'list', schema: schema.readonly(), default: Object.freeze([]) } as const
  const key: ConfigKey<readonly string[], C> = { ...list, ...shown, commands, doc }
  return Object.freeze(key)
}

export function boolean<C extends CommandName>(commands: Of<C>, doc: string) {
  const shown = { limit: 'true or false', unit: '', placeholder: '' }
  const key: ConfigKey<boolean, C> = { kind: 'boolean', schema: z.boolean(), default: false, ...shown, commands, doc }
  return Object.freeze(key)
}
