/** Two names with the same key are the same name: `Ada`, `ADA` and full-width `Ａda` are one. Every store compares by it. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase()
