import { assert } from '../assert.js'
import { table } from './reference-cells.js'
import type { ProtocolJson } from './reference-json.js'

/** Flags, words and units that the types do not say. */
export function meaningsSection(json: ProtocolJson, meanings: Readonly<Record<string, string>>): string {
  const { components, owner: owned } = json.layout
  const sent = new Set([
    ...components.flatMap(({ name, fields }) => fields.map(({ field }) => `${name}.${field}`)),
    ...owned.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field.name}`)),
  ])
  for (const name of Object.keys(meanings))
    assert(sent.has(name), `the page is to explain ${name}, but nothing of that name is sent; correct or remove its meaning`)
  return `## What the values mean

An *id* is the \`id\` of an entry in the game’s content. A *tick* is one of the server’s, as at the head of its messages. What is not listed is what its
name says.

${table(['value', 'meaning'], Object.entries(meanings))}`
}

/** What a client can ask for without a WebSocket. */
export const overHttp = `## Over HTTP

On the port of the WebSocket a server answers plain GETs:

${table(
  ['path', 'answer'],
  [
    ['`/protocol.json`', 'this page as data, as `myriad protocol --json` prints it'],
    ['`/about.json`', '`server`: its version; `protocolHash`: as on this page; `contentHash`: which content it has'],
    ['`/content/<contentHash>.json`', 'the game’s content: an object with the JSON of each file under the file’s name'],
  ],
)}

A client that reads \`/protocol.json\` at the start needs no tables of its own, and goes on working when opcodes, components and fields are added:

${table(
  ['key', 'what it holds'],
  [
    ['`protocolHash`, `cellSizeM`', 'as on this page'],
    ['`opcodes`', 'the tables under Opcodes, with the types written as there; `direction` is toServer, toClient or toCell'],
    ['`resultCodes`', 'the table under Result codes'],
    ['`layout.components`', 'the table under Fields, by component bit: the fields of an enter record in their order'],
    ['`layout.updates`', 'the same fields by update bit, for groups'],
    ['`layout.events`', 'the packed events: `payload` has the parts in their order, `words` those of a oneOf'],
    ['`layout.owner`', 'the numbers of the owner state'],
    ['`layout.frame`, `layout.block`, `layout.records`', 'the structures drawn under Cell frames'],
  ],
)}`
