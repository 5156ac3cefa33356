import { encode } from './codec.js'
import { authLevels, type RateClass } from './opcode.js'
import { cellSections, hexId, outerRing, table } from './reference-cells.js'
import { meaningsSection, overHttp } from './reference-data.js'
import { type Described, type OpcodeJson, type ProtocolJson, protocolJson } from './reference-json.js'
import { JSON_SUBPROTOCOL, SUBPROTOCOL } from './subprotocol.js'

export { type Described, type LayoutJson, type OpcodeJson, type ProtocolJson, protocolJson } from './reference-json.js'

/** The numbers that the framework's network side enforces. `src/net/wire-limits.ts` gathers them. */
export interface WireLimits {
  readonly frameBytesMax: number
  readonly batchMax: number
  readonly depthMax: number
  readonly itemsMax: number
  readonly bytesPerSMax: number
  readonly messagesPerSMax: number
  readonly framesPerTickMax: number
  readonly ratesPerS: Readonly<Record<RateClass, number>>
  readonly burstS: number
  readonly tooFastMax: number
  readonly tooFastWindowS: number
  readonly tooFastToldEveryS: number
  readonly resultsRememberedMax: number
  readonly helloTimeoutS: number
  readonly stalledS: number
  readonly behindS: number
  readonly behindBytesMax: number
  readonly caughtUpS: number
  readonly clockEveryS: number
  readonly nearCells: number
  /** Part of a cell's side. */
  readonly hysteresis: number
}

export interface PageOptions extends Described {
  readonly limits: WireLimits
  /** What the numbers of a sent value stand for, by `Component.field`; left out where name and type say it all. */
  readonly meanings?: Readonly<Record<string, string>>
}

const hex = (value: unknown): string => [...encode(value)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
const count = (value: number): string => value.toLocaleString('en-US')

function framing(json: ProtocolJson, limits: WireLimits): string {
  const id = (name: string): number => json.opcodes.find((opcode) => opcode.name === name)?.id ?? 0
  const hello = [id('session.hello'), 1, 'guest:ada', '', '']
  const answer = [40, [id('session.result'), 1, 0]]
  return `## Connection

A WebSocket to \`/\`, with the subprotocol \`${SUBPROTOCOL}\`. A client may offer no subprotocol; a handshake that offers only others is answered with status
400. Frames are binary; a text frame closes the socket with code 1003. There is no compression. For debugging there is also [JSON](#json-for-debugging).

Every frame is one MessagePack array, made of nil, booleans, numbers, text, bytes and arrays. Maps and extensions are never used. A whole number may be
written in any of MessagePack’s number forms. A frame to the server holds at most ${count(limits.frameBytesMax)} bytes, ${count(limits.itemsMax)} values (arrays
included) and arrays nested ${limits.depthMax} deep.

## Messages to the server

\`\`\`
[opcode, seq, field, …]                      one message
[[opcode, seq, field, …], …]                 a batch: up to ${limits.batchMax} messages, taken in order
\`\`\`

The fields stand in declared order. Trailing fields that have a default may be left out; surplus fields make the message malformed. Each message of a batch
is judged by itself.

\`seq\` is a whole number from 1 to 4,294,967,295 that rises with every message of a session, by any step. A message whose \`seq\` is not above the last one does
nothing: if it is among the last ${limits.resultsRememberedMax} that were answered, the answer is repeated, otherwise it is \`stale\` (or gets no answer while the first one is
still under way).

Example: \`${JSON.stringify(hello)}\` is \`${hex(hello)}\`.

## Messages from the server

\`\`\`
[tick, [opcode, field, …], [opcode, field, …], …]
\`\`\`

At most one such message a session and tick, and none when there is nothing to say: first the private messages in the order in which they came
about, last \`cell.frame\`. So private messages speak of a state that only the frame behind them shows: take in the whole message before you act on
a part of it. A client ignores opcodes it does not know and fields after those it knows, also within records: newer servers add them.

Example: \`${JSON.stringify(answer)}\` is \`${hex(answer)}\`.

## Results

Each request is answered by exactly one \`session.result {seq, code}\`, after any message that it caused, with these exceptions:

- Opcodes marked “no result” are answered only when they are refused before they reach the game (malformed, not allowed, too fast).
- \`tooFast\` is said at most once every ${limits.tooFastToldEveryS} s; other requests over the rate get no answer. Do not wait for an answer for ever.
- A frame that cannot be read, or a message whose \`seq\` cannot, is answered with seq 0 and \`malformed\`.
- A session that is being closed gets no more answers.
- The \`ok\` of an opcode marked “durable” is a promise: it comes when what was done is on the disk, a few ticks later, and other answers may overtake it. The own state
  shows it at once. While the store is behind, such a request is refused with \`storeBehind\`.

Answers may come in another order than their requests. A code is a number from the list at the end of this page; its list only grows.`
}

function jsonSection(json: ProtocolJson, limits: WireLimits): string {
  const id = (name: string): number => json.opcodes.find((opcode) => opcode.name === name)?.id ?? 0
  const hello = [id('session.hello'), 1, 'guest:ada', '', '']
  const answer = [40, [id('session.result'), 1, 0], [id('cell.frame'), 'JwAAAA==']]
  return `## JSON for debugging

With the subprotocol \`${JSON_SUBPROTOCOL}\` the same arrays travel as JSON in text frames, both ways. Of several subprotocols offered, the first that the server
knows counts. A binary frame closes such a socket with code 1003.

- Bytes, such as those of \`cell.frame\`, are a text of base64 with padding. What they hold is packed as ever.
- A frame to the server is an array of null, booleans, numbers, texts and arrays. One with an object in it, or that is no JSON, is answered with seq 0 and
  \`malformed\`.
- All limits of this page hold, and bytes are those of the text in UTF-8. A frame must fit ${count(limits.frameBytesMax)} bytes as MessagePack as well.

Example: a hello is \`${JSON.stringify(hello)}\`; a result and the first bytes of a cell frame look like
\`${JSON.stringify(answer)}\`.

This form takes more bytes, and more of the server’s time: it is there to be looked at. Programs that play should speak MessagePack.`
}

function session(limits: WireLimits): string {
  return `## The course of a session

\`\`\`
client                                     server
  session.hello {token, '', hash}     ──▶
                                      ◀──  session.welcome {…}, session.result {ok}
  session.listCharacters {}           ──▶
                                      ◀──  session.characters {list}, session.result {ok}
  session.createCharacter {…}         ──▶                                     when the list is empty
                                      ◀──  session.characters {list}, session.result {ok}
  session.enter {characterId}         ──▶
                                      ◀──  session.entered {entity, …}, world.clock, session.result {ok},
                                           owner.state, cell.frame            in one message
  session.ack {tick}                  ──▶                                     once a second, the last tick received
                                      ◀──  one message a tick: private messages, cell.frame
  session.logout {}                   ──▶
                                      ◀──  session.result {ok}, session.closed {logout}
\`\`\`

- \`token\` says who this is: \`guest:\` and a name where the server lets guests in, otherwise a token that its operator has signed.
- \`class\` is the \`id\` of a class in the game’s content.
- \`protocolHash\` may be empty. Otherwise it must be the server’s (at the top of this page), or the session is closed as \`wrongProtocol\`.
- A session is \`${authLevels[0]}\` until the welcome, then \`${authLevels[1]}\`, and \`${authLevels[2]}\` from \`session.entered\` on; \`${authLevels[3]}\` and
  \`${authLevels[4]}\` are characters in the world of accounts with that role. An opcode needs its level or a higher one.
- A game without characters puts a session in the world with the welcome: \`session.entered\` follows it in the same message.
- A socket without an accepted hello is closed after ${limits.helloTimeoutS} s, a session in the world when its newest
  \`session.ack\` names a tick of more than ${limits.stalledS} s ago.
- A session that owes the acknowledgement of a message sent more than ${limits.behindS} s ago, or for which over ${count(limits.behindBytesMax)} bytes wait in the server, is
  behind: it gets private messages only. When nothing waits and it is at most ${limits.caughtUpS} s behind, a cell frame with \`followsTick\` 0 shows it everything anew.
  It need not do anything for that but read and acknowledge. Cell events of the time between are lost to it.
- Entering as a character that another session plays takes it over; the other is closed as \`takenOver\`.
- A character whose socket is gone stays in the world for the server’s grace time. \`session.enter\` takes it up again.
- \`session.closed\` is the last message. Its reasons stand with its opcode.
- \`world.clock\` comes on entering and every ${limits.clockEveryS} s, and between two acknowledgements when nothing else does. Its \`ratio\` is world time over real time: below 1, the server is behind.`
}

const fieldTypes = `## Field types

${table(
  ['type', 'in a message', 'in packed bytes'],
  [
    ['u8, u16, u32', 'whole number from 0', '1, 2, 4 bytes'],
    ['i8, i16, i32', 'whole number', '1, 2, 4 bytes, two’s complement'],
    ['f32, f64', 'finite number; f32 is rounded to single precision', '4, 8 bytes, IEEE 754'],
    ['bool', 'boolean', 'u8: 0 or 1'],
    ['text(n)', 'text of at most n Unicode code points', 'u8 count of bytes, then UTF-8'],
    ['oneOf(a, b, …)', '**the index** of the word, from 0', 'u8 index'],
    ['bytes(n)', 'at most n bytes', ''],
    ['list(T, n)', 'array of at most n values of type T', ''],
    ['[a: T, b: U]', 'a record: an array of its fields in this order', ''],
    ['T = value', 'a trailing field that may be left out; then it is this value', ''],
  ],
)}

An *entity* is a u32: 20 bits of slot below 11 bits of generation. It names one living thing for as long as it lives, and 0 names nobody.

A *heading* is a whole number with 65,536 to the turn: 0 looks along +x, 16,384 along +z. x and z are metres from the corner of the zone, never
below 0; y is height in metres.`

function cells(json: ProtocolJson, limits: WireLimits): string {
  const side = 2 * limits.nearCells + 1
  return `## What a session sees

A zone (and each instance of it) is divided into square cells with a side of ${json.cellSizeM} m (\`cellSizeM\`; \`session.entered\` says it too). A point is in the
cell

\`\`\`
cx = floor(max(0, x) / cellSizeM)        cz = floor(max(0, z) / cellSizeM)
\`\`\`

A session watches the square of ${side} × ${side} cells around the one that its character is in; cells below 0 do not exist. The square follows when the
character is more than ${limits.hysteresis} of a side outside the middle cell. All that a client knows of other entities comes from these cells; the
session’s own character is among them, under the \`entity\` of \`session.entered\`.

Frames tell of each tick what changed in it, with one exception: in a crowded cell the members take turns, and the position and heading of each are
sent every second tick, in very crowded ones every fourth. So they may be up to three ticks old there.`
}

function owner(json: ProtocolJson): string {
  const rows = json.layout.owner.flatMap(({ component, name, fields }) =>
    fields.map(({ field, name: fieldName, length }) => [component, field, `${name}.${fieldName}`, length]),
  )
  return `## Owner state

What only the character’s own client may know. \`owner.state\` comes after entering and lists every value that is not 0; **what it does not list is 0**. It may
come again; then it replaces everything. \`owner.changed\` sets one value. \`component\` and \`field\` are the numbers below; \`index\` is the place within a field of
several values, and 0 for a single one.

${rows.length === 0 ? 'This protocol has no owner state.' : table(['component', 'field', 'value', 'how many'], rows)}`
}

function limitsSection(limits: WireLimits): string {
  const rates = Object.entries(limits.ratesPerS)
    .filter(([name]) => name !== 'bot')
    .map(([name, perS]) => [name, perS, perS * limits.burstS])
  return `## Rates and limits

Each message takes a token of its opcode’s class. The classes refill evenly:

${table(['class', 'a second', 'at once'], rates)}

Over it a message is refused as \`tooFast\` and does nothing. More than ${limits.tooFastMax} such messages within ${limits.tooFastWindowS} s close the session as \`flood\`.

Before a frame is even read, a socket may send ${count(limits.bytesPerSMax)} bytes and ${count(limits.messagesPerSMax)} frames a second (twice that at once), and ${limits.framesPerTickMax}
frames between two ticks. Over any of these, or with a frame over ${count(limits.frameBytesMax)} bytes, it is closed.`
}

function opcodeTable(opcodes: readonly OpcodeJson[], fromServer: boolean): string {
  const fields = (opcode: OpcodeJson): string => opcode.fields.map(({ name, type }) => `\`${name}\` ${type}`).join(', ') || 'none'
  const doc = (opcode: OpcodeJson): string => (opcode.retired ? `Retired, never used again. ${opcode.doc}` : opcode.doc)
  if (fromServer)
    return table(
      ['id', 'from the server', 'to', 'fields', 'meaning'],
      opcodes.map((o) => [hexId(o.id), o.name, o.direction === 'toCell' ? 'the cell' : 'the client', fields(o), doc(o)]),
    )
  const rate = (opcode: OpcodeJson): string =>
    `${opcode.rate}${opcode.result ? '' : ', no result'}${opcode.durable ? ', durable' : ''}`
  return table(
    ['id', 'to the server', 'fields', 'needs', 'rate', 'meaning'],
    opcodes.map((o) => [hexId(o.id), o.name, fields(o), o.auth ?? '', rate(o), doc(o)]),
  )
}

/** By section: the id's high byte without the bit that marks the server's. */
function opcodes(json: ProtocolJson): string {
  const sections = new Map<number, OpcodeJson[]>()
  for (const opcode of json.opcodes) {
    const number = (opcode.id >> 8) & 0x7f
    sections.set(number, [...(sections.get(number) ?? []), opcode])
  }
  return [...sections]
    .sort(([a], [b]) => a - b)
    .map(([number, list]) => {
      const names = [...new Set(list.map(({ name }) => name.split('.')[0]))].join(', ')
      const toServer = list.filter(({ direction }) => direction === 'toServer')
      const fromServer = list.filter(({ direction }) => direction !== 'toServer')
      const tables = [
        toServer.length > 0 ? opcodeTable(toServer, false) : '',
        fromServer.length > 0 ? opcodeTable(fromServer, true) : '',
      ]
      return [`### ${number}. ${names}`, ...tables.filter(Boolean)].join('\n\n')
    })
    .join('\n\n')
}

/** The text of `docs/reference/protocol.md`: all that the author of a client in another language needs. */
export function renderProtocolPage(options: PageOptions): string {
  const json = protocolJson(options)
  const { limits, layout, meanings } = options
  return `# The protocol

This page is generated from the declarations of the program; \`myriad protocol --json\` prints the same as data.

Protocol hash: \`${json.protocolHash}\`. Two programs with the same hash understand each other.

${[
  framing(json, limits),
  jsonSection(json, limits),
  session(limits),
  fieldTypes,
  cells(json, limits),
  outerRing,
  cellSections(json, layout),
  owner(json),
  ...(meanings === undefined ? [] : [meaningsSection(json, meanings)]),
  limitsSection(limits),
  overHttp,
].join('\n\n')}

## Opcodes

Ids of the server’s messages have the top bit set. The id’s high byte is the section. Messages to the cell come inside \`cell.frame\`.

${opcodes(json)}

## Result codes

${table(
  ['code', 'name', 'meaning'],
  json.resultCodes.map(({ code, name, doc }) => [code, name, doc]),
)}
`
}
