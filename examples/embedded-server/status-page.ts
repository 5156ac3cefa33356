import type { Server } from 'myriad'

/** The program's page, from what the server says of itself now. Only numbers come in, so nothing has to be escaped. */
export function statusPage(server: Server): string {
  // The rates are over the last five seconds of ticks.
  const { ticks, tickMs, ticksPerSecond, clients, entities, report } = server.statistics(5 * server.config.tickHz)
  const rows = [
    ['ticks', ticks],
    ['ticks a second', ticksPerSecond.toFixed(1)],
    ['tick p99', `${tickMs.p99.toFixed(2)} ms`],
    ['entities', entities],
    ['bots', report?.bots ?? 0],
    ['clients', clients],
  ]
  return `<!doctype html>
<title>My program</title>
<h1>My program</h1>
<p>Its game world listens on ws://127.0.0.1:${server.port}/</p>
<table>
${rows.map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`).join('\n')}
</table>
`
}
