import { z } from 'zod'

/** The value types that every content file is made of. */

export const NAME_CHARACTERS_MAX = 40
export const TEXT_CHARACTERS_MAX = 400
export const KEY_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

export const whole = (min: number, max: number) => z.int().min(min).max(max)
export const real = (min: number, max: number) => z.number().min(min).max(max)
export const fraction = real(0, 1)
export const id = whole(1, 65_535)
export const u16 = whole(0, 65_535)
export const u32 = whole(0, 4_294_967_295)
export const level = whole(1, 255)
export const timeMs = whole(0, 86_400_000)
export const distanceM = real(0, 10_000)
export const coordinateM = real(0, 100_000)
export const speedMps = real(0, 100)
export const amount = real(0, 60_000)
export const name = z.string().min(1).max(NAME_CHARACTERS_MAX)
export const key = z.string().max(NAME_CHARACTERS_MAX).regex(KEY_PATTERN)

export const point = z.strictObject({ x: coordinateM, z: coordinateM })
export const place = z.strictObject({ x: coordinateM, z: coordinateM, radiusM: real(1, 10_000) })
export const stack = z.strictObject({ item: key, count: whole(1, 65_535) })
