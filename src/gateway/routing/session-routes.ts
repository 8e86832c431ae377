import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../common/bounded-map';
import type { Sampling } from '../wire/responses-request';

/** What the gateway asks and tells about the turn that a thread runs. */
export interface TurnAccount {
  /** Counts a call that is about to be made; undefined when it may be made, else why the turn makes none any more. */
  refuseCall(): string | undefined;
  /** A call has ended that used so much, with all its attempts. @param costMicros null: of a model without a price. */
  spend(tokens: number, costMicros: number | null): void;
}

/** Where the requests of one codex thread go. */
export interface SessionRoute {
  readonly chatId: string;
  readonly userId: string;
  readonly backendId: string;
  /** Replaces the backend's own model; null: the backend's own. */
  readonly model: string | null;
  /** How its models are to answer; left out: as codex asks them. */
  readonly sampling?: Sampling;
  /** Of the turn that the thread was opened for; left out: nobody counts. */
  readonly turn?: TurnAccount;
}

/** Routes kept at most; the one bound longest ago goes first, and comes back when its thread is resumed. */
const MAX_ROUTES = 100_000;

/**
 * Codex thread id to route, in memory, for the requests of threads that are loaded in an app-server.
 *
 * No I/O here: whoever starts or resumes a thread binds it.
 */
@Injectable()
export class SessionRoutes {
  private readonly routes = new BoundedMap<string, SessionRoute>(MAX_ROUTES);

  /** Adds or replaces the route of a thread. */
  bind(threadId: string, route: SessionRoute): void {
    this.routes.set(threadId, route);
  }

  unbind(threadId: string): void {
    this.routes.delete(threadId);
  }

  find(threadId: string): SessionRoute | undefined {
    return this.routes.get(threadId);
  }
}
