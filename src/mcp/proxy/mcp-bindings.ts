import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { BoundedMap } from '../../common/bounded-map';
import type { McpServer } from '../catalog/mcp-server';
import { LinkFactory } from './link-factory';
import type { McpCaller } from './mcp-caller';
import type { ServerLink } from './server-link';

/** Chats with an author each whose threads may be loaded. */
const MAX_BINDINGS = 20_000;

/** What a thread of a chat may call, as one who has written in it. */
export interface McpBinding {
  readonly token: string;
  readonly caller: McpCaller;
  readonly links: Map<string, ServerLink>;
  /** The thread is to be opened anew with another one, so that it asks its servers again. */
  isStale: boolean;
}

/**
 * The servers that threads may call, by a token that codex sends with each call, and no command ever sees. Each author of a chat
 * has one of their own, so that no session of a server goes on for somebody else than it has begun for.
 */
@Injectable()
export class McpBindings {
  private readonly byKey = new BoundedMap<string, McpBinding>(MAX_BINDINGS);
  private readonly byToken = new BoundedMap<string, McpBinding>(MAX_BINDINGS);

  constructor(private readonly factory: LinkFactory) {}

  /** From now on the thread reaches these servers, by their names, and no others. A new one closes the one before. */
  bind(caller: McpCaller, servers: readonly McpServer[]): McpBinding {
    const key = `${caller.chatId} ${caller.authorId}`;
    const known = this.byKey.get(key);
    const goesOn = known !== undefined && !known.isStale && hasSame(known, caller, servers);
    if (known !== undefined && !goesOn) this.drop(known);
    const binding = goesOn ? known : this.made(caller, servers);
    // Also where it goes on: what is used stays.
    this.byKey.set(key, binding);
    this.byToken.set(binding.token, binding);
    return binding;
  }

  find(token: string): McpBinding | undefined {
    return this.byToken.get(token);
  }

  /** A server that is not to be reached any more as it was. */
  forgetServer(serverId: string): void {
    for (const { links } of this.byKey.values()) {
      for (const [name, link] of links) {
        if (link.server.id !== serverId) continue;
        links.delete(name);
        link.close();
      }
    }
  }

  /** Has the user's threads ask a server again, with their next turns. */
  askAgain(userId: string, serverId: string): void {
    for (const binding of this.byKey.values()) {
      const isIn = [...binding.links.values()].some(({ server }) => server.id === serverId);
      if (isIn && binding.caller.authorId === userId) binding.isStale = true;
    }
  }

  /** Ends what runs. */
  close(): void {
    for (const binding of this.byKey.values()) this.drop(binding);
  }

  private made(caller: McpCaller, servers: readonly McpServer[]): McpBinding {
    const links = new Map(servers.map((server) => [server.name, this.factory.link(server, caller)]));
    return { token: randomBytes(32).toString('base64url'), caller, links, isStale: false };
  }

  private drop({ token, links }: McpBinding): void {
    this.byToken.delete(token);
    for (const link of links.values()) link.close();
  }
}

function hasSame(binding: McpBinding, caller: McpCaller, servers: readonly McpServer[]): boolean {
  const bound = [...binding.links.values()].map(({ server }) => server);
  return JSON.stringify([binding.caller, bound]) === JSON.stringify([caller, servers]);
}
