import { defineConfig } from 'vitest/config'

/** What `npm run mutate` runs against each mutant: quick tests of the mutated files by themselves, no sockets, no worlds. */
export default defineConfig({
  test: {
    include: [
      'test/rules/*.test.ts',
      'test/systems/*-rules.test.ts',
      'test/protocol/codec.test.ts',
      'test/net/crossings.test.ts',
      'test/net/interest.test.ts',
    ],
    testTimeout: 20_000,
  },
})
