import { MyriadError } from '../errors.js'
import { fieldName, type PayloadShape } from '../schema/fields.js'
import { type Packed, packedForm } from '../schema/packed.js'
import { payloadReader, payloadWriter } from '../schema/payload.js'
import { FROM_SERVER_BIT, type Opcode, type ToServer } from './opcode.js'
import { coreResultCodes, coreResultNames, type ResultCodes } from './result-codes.js'

/** An opcode with what is derived from its declaration. */
export interface Compiled<O extends Opcode = Opcode> {
  readonly opcode: O
  /** For a server: missing without default and surplus are refused. */
  readonly read: (values: readonly unknown[], from: number) => Record<string, unknown> | undefined
  /** For a client: surplus fields of a newer server are skipped. */
  readonly readLenient: (values: readonly unknown[], from: number) => Record<string, unknown> | undefined
  readonly write: (payload: Readonly<Record<string, unknown>>, into: unknown[]) => unknown[]
  /** Only for `toCell`. */
  readonly packed: Packed | undefined
}

export interface Protocol {
  readonly opcodes: readonly Opcode[]
  readonly byId: ReadonlyMap<number, Compiled>
  readonly byName: ReadonlyMap<string, Compiled>
  readonly resultCodes: ResultCodes
}

function compile(opcode: Opcode): Compiled {
  return Object.freeze({
    opcode,
    read: payloadReader(opcode.payload),
    readLenient: payloadReader(opcode.payload, 'ignore'),
    write: payloadWriter(opcode.payload),
    packed: opcode.direction === 'toCell' ? packedForm(opcode.payload) : undefined,
  })
}

/** A defaulted field may stand only at the end: the wire is positional. */
function defaultsProblem(name: string, shape: PayloadShape): string | undefined {
  let seen: string | undefined
  for (const [field, type] of Object.entries(shape)) {
    if (type.kind === 'defaulted') seen = field
    else if (seen !== undefined) return `${name}: ${field} follows ${seen}, which has a default; move fields with defaults last`
  }
  return undefined
}

export function defineProtocol(options: { readonly opcodes: readonly Opcode[]; readonly resultCodes?: ResultCodes }): Protocol {
  const resultCodes = options.resultCodes ?? coreResultCodes
  const problems: string[] = []
  const byId = new Map<number, Compiled>()
  const byName = new Map<string, Compiled>()
  for (const opcode of options.opcodes) {
    const { id, name } = opcode
    const hex = `0x${id.toString(16).padStart(4, '0')}`
    if (!Number.isInteger(id) || id < 1 || id > 0xffff) problems.push(`${name}: id ${id} is outside 1..65535`)
    if (byId.has(id)) problems.push(`${name}: id ${hex} is taken by ${byId.get(id)?.opcode.name}; ids are never used twice`)
    if (byName.has(name)) problems.push(`${name} is declared twice; rename one`)
    if (((id & FROM_SERVER_BIT) !== 0) === (opcode.direction === 'toServer'))
      problems.push(`${name}: id ${hex} has its top bit ${opcode.direction === 'toServer' ? 'set; clear' : 'clear; set'} it`)
    const wrongDefault = defaultsProblem(name, opcode.payload)
    if (wrongDefault !== undefined) problems.push(wrongDefault)
    const compiled = compile(opcode)
    if (opcode.direction === 'toCell' && compiled.packed === undefined)
      problems.push(`${name}: a cell event holds numbers, oneOf and text(63) at most; move lists to a private message`)
    byId.set(id, compiled)
    byName.set(name, compiled)
  }
  for (const name of coreResultNames)
    if (!(name in resultCodes.code)) problems.push(`result code ${name} is missing; the framework answers with it`)
  if (problems.length > 0) throw new MyriadError('BAD_DECLARATION', `protocol: ${problems.join('; ')}`)
  return Object.freeze({ opcodes: Object.freeze([...options.opcodes]), byId, byName, resultCodes })
}

/** The opcodes a client may send. */
export function serverBound(protocol: Protocol): readonly ToServer[] {
  return protocol.opcodes.filter((o): o is ToServer => o.direction === 'toServer')
}

/** The protocol as text: one line an opcode and code, in order of id. Its hash tells two protocols apart. */
export function protocolText(protocol: Protocol): string {
  const fields = (shape: PayloadShape) =>
    Object.entries(shape)
      .map(([name, field]) => `${name}:${fieldName(field)}`)
      .join(',')
  const lines = [...protocol.opcodes]
    .sort((a, b) => a.id - b.id)
    .map((o) => {
      const rights = o.direction === 'toServer' ? `${o.auth} ${o.rate} ${o.result}` : ''
      return `${o.id} ${o.name} ${o.direction} ${rights} ${fields(o.payload)}`
    })
  return [...lines, ...protocol.resultCodes.list.map((c) => `${c.code} ${c.name}`)].join('\n')
}
