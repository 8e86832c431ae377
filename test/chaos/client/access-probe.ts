import { io } from 'socket.io-client';
import type { Acknowledgement } from '../../../src/realtime/acknowledgement';
import type { ClientEntry } from '../evidence/entries';
import type { Journal } from '../evidence/journal';
import type { Random } from '../seeded-random';
import type { KnownIds, KnownKind } from '../users/known-ids';
import type { Caller } from './caller';

const DEADLINE_MS = 5_000;
const CONTENT = { content: 'let me in' };
const DECISION = { decision: 'accept' };

interface Attempt {
  readonly on: KnownKind;
  /** The id takes the place of `*`. */
  readonly path: string;
  readonly body?: object;
}

/** All that can be asked about something, as `METHOD path`. */
const REQUESTS: readonly Attempt[] = [
  { on: 'chat', path: 'GET /api/v1/chats/*' },
  { on: 'chat', path: 'PUT /api/v1/chats/*', body: { title: 'mine' } },
  { on: 'chat', path: 'DELETE /api/v1/chats/*' },
  { on: 'chat', path: 'GET /api/v1/chats/*/messages' },
  { on: 'chat', path: 'POST /api/v1/chats/*/messages', body: CONTENT },
  { on: 'chat', path: 'GET /api/v1/chats/*/turns' },
  { on: 'chat', path: 'GET /api/v1/chats/*/state' },
  { on: 'chat', path: 'GET /api/v1/chats/*/approval-rules' },
  { on: 'chat', path: 'POST /api/v1/chats/*/share', body: {} },
  { on: 'chat', path: 'GET /api/v1/chats/*/events' },
  { on: 'chat', path: 'GET /api/v1/chats/*/approvals' },
  { on: 'chat', path: 'GET /api/v1/chats/*/agent-actions' },
  { on: 'chat', path: 'GET /api/v1/chats/*/usage' },
  { on: 'chat', path: 'POST /api/v1/chats/*/interrupt' },
  { on: 'chat', path: 'POST /api/v1/chats/*/steer', body: CONTENT },
  { on: 'approval', path: 'POST /api/v1/approvals/*', body: DECISION },
  { on: 'action', path: 'GET /api/v1/agent-actions/*' },
];
const EMISSIONS: readonly Attempt[] = [
  { on: 'chat', path: 'chat:join', body: { after: 0 } },
  { on: 'chat', path: 'message:send', body: CONTENT },
  { on: 'chat', path: 'turn:interrupt' },
  { on: 'chat', path: 'turn:steer', body: CONTENT },
  { on: 'approval', path: 'approval:respond', body: DECISION },
];

/** A user who tries to reach what is another's. */
export class AccessProbe {
  constructor(
    private readonly caller: Caller,
    private readonly journal: Journal<ClientEntry>,
    private readonly known: KnownIds,
    private readonly random: Random,
  ) {}

  /** Tries one thing with one id of another user; nothing while there is none. */
  async tryOne(): Promise<void> {
    const attempt = this.random.pick([...REQUESTS, ...EMISSIONS]);
    const ids = this.known.ofOthers(this.caller.user, attempt.on);
    if (ids.length === 0) return;
    const id = this.random.pick(ids);
    const answer = await (EMISSIONS.includes(attempt) ? this.emit(attempt, id) : this.request(attempt, id));
    if (answer)
      this.journal.add({ kind: 'foreign_call', user: this.caller.user, call: `${attempt.path} ${id}`, ...answer });
  }

  private async request({ path, body }: Attempt, id: string): Promise<{ status: number; code: string } | undefined> {
    const [method = '', address = ''] = path.replace('*', id).split(' ');
    const answer = await this.caller.call(method, address, body);
    return answer instanceof Error ? undefined : { status: answer.status, code: String(answer.body.code) };
  }

  private async emit({ on, path, body }: Attempt, id: string): Promise<{ status: number; code: string } | undefined> {
    const { url, key } = this.caller.place;
    const auth = { token: key };
    const socket = io(`${url}/chat`, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
    try {
      const call = { [on === 'chat' ? 'chatId' : 'approvalId']: id, ...body };
      const answer = (await socket.timeout(DEADLINE_MS).emitWithAck(path, call)) as Acknowledgement;
      // A socket names no status.
      return answer.ok ? { status: 200, code: '' } : { status: 404, code: answer.error.code };
    } catch {
      return undefined;
    } finally {
      socket.disconnect();
    }
  }
}
