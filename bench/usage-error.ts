/** The user asked for what there is not: told in one line, exit code 2. */
export class UsageError extends Error {}
