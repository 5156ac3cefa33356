import { bytesOnTheWire } from '../../scripts/wire-cost/bytes.js'
import { encodeTimes } from '../../scripts/wire-cost/times.js'
import { type Row, rowsOf, type Sizes, sized } from '../row.js'

/** The part of the real sizes by which `--quick` shows that it runs. */
const QUICK_PART = 0.05

/** Bodies of cells, as `npm run wire-cost` measures them: the encoder's time, a newcomer's full body, bytes of records. */
export async function cellRows(sizes: Sizes): Promise<readonly Row[]> {
  const part = sized(sizes, 1, QUICK_PART)
  return [...rowsOf(await encodeTimes(part)), ...rowsOf(await bytesOnTheWire(part))]
}
