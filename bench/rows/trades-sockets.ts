import type { Row, Sizes } from '../row.js'
export async function socketTradeRows(_: Sizes): Promise<readonly Row[]> {
  return []
}
