import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { PeerService } from '../../service/index.ts'
import type { Access } from '../access.ts'
import type { Log } from '../error-answers.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { Exposition } from '../metrics/exposition.ts'
import type { RouteCatalogue } from '../route-catalogue.ts'

export interface ResourceOptions {
  readonly service: PeerService
  readonly version: string
  readonly exposition: Exposition
  readonly catalogue: RouteCatalogue
  readonly access: Access
  readonly hub: EventHub
  readonly log: Log
}

/** A plugin with one resource's routes, each beside its schema. */
export type Resource = FastifyPluginCallbackTypebox<ResourceOptions & Record<never, never>>
