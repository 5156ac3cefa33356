import { defineResource } from '../../src/ecs/resource.js'
import type { Content } from './types.js'

/** The frozen content tables, for every system. Their hash stands in a recording's header, so the state hash has no need of it. */
export const ContentResource = defineResource('Content', { create: ({ content }) => content as Content, hash: () => 0 })
