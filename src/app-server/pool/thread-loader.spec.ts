import pino from 'pino';
import { OutcomeUnknownError, RequestRefusedError } from '../rpc/rpc.errors';
import type { Connection } from './connection';
import { LoadedThreads } from './loaded-threads';
import { ThreadLoader } from './thread-loader';
import { ThreadOpener } from './thread-opener';
import type { ThreadSpec } from './thread-spec';

const SPEC: ThreadSpec = { cwd: '/', model: 'm', approvalPolicy: 'never', sandbox: 'read-only' };

/** A process that does what it is asked, or fails it with what the test says; `onRequest` is called before. */
class ConnectionDouble {
  readonly threads = new LoadedThreads();
  readonly asked: string[] = [];
  readonly listening = new Set<string>();
  readonly failures = new Map<string, Error>();
  onRequest: (method: string) => void = () => undefined;

  listen(threadId: string): object {
    this.listening.add(threadId);
    return {};
  }

  stopListening(threadId: string): void {
    this.listening.delete(threadId);
  }

  request(method: string): Promise<unknown> {
    this.asked.push(method);
    this.onRequest(method);
    const failure = this.failures.get(method);
    return failure === undefined ? Promise.resolve({ thread: { id: 'new' } }) : Promise.reject(failure);
  }

  get connection(): Connection {
    return this as unknown as Connection;
  }
}

describe('ThreadLoader', () => {
  const loader = new ThreadLoader(new ThreadOpener(1_000), 2, pino({ level: 'silent' }));
  let here: ConnectionDouble;
  let elsewhere: ConnectionDouble;

  beforeEach(() => ([here, elsewhere] = [new ConnectionDouble(), new ConnectionDouble()]));

  const load = (holder: ConnectionDouble | null, spec = SPEC) =>
    loader.load(here.connection, 'thread', spec, holder?.connection ?? null);
  const used = async (): Promise<void> => {
    await load(null);
    loader.release(here.connection, 'thread');
    here.asked.length = 0;
  };

  it('asks for nothing where the thread is loaded in the same way', async () => {
    await used();
    await load(here);
    expect(here.asked).toEqual([]);
    expect([here.threads.isLeased('thread'), here.listening.has('thread')]).toEqual([true, true]);
  });

  it('takes the thread out of the process that has it before another loads it', async () => {
    await loader.load(elsewhere.connection, 'thread', SPEC, null);
    loader.release(elsewhere.connection, 'thread');
    await load(elsewhere);
    expect(elsewhere.asked).toEqual(['thread/resume', 'thread/unsubscribe']);
    expect([elsewhere.threads.has('thread'), here.threads.isLeased('thread')]).toEqual([false, true]);
  });

  it('loads no thread that has a turn', async () => {
    await load(null);
    await expect(load(here)).rejects.toThrow('leased already');
    expect(here.threads.isLeased('thread')).toBe(true);
  });

  it('keeps a thread that is reopened where it is, though it is reported as closed in between', async () => {
    await used();
    here.onRequest = (method) => method === 'thread/resume' && here.threads.remove('thread');
    await load(here, { ...SPEC, model: 'another' });
    expect(here.asked).toEqual(['thread/unsubscribe', 'thread/resume']);
    expect(here.threads.isLeased('thread')).toBe(true);
  });

  it('does not take a thread for loaded that was refused, and hears no more of it', async () => {
    here.failures.set('thread/resume', new RequestRefusedError('thread/resume', -32600, 'broken'));
    await expect(load(null)).rejects.toThrow('broken');
    expect([here.threads.has('thread'), here.listening.has('thread')]).toEqual([false, false]);
    expect(here.asked).toEqual(['thread/resume']);
  });

  it('takes a thread out again whose loading was not answered: no other process could load it', async () => {
    here.failures.set('thread/resume', new OutcomeUnknownError('thread/resume', 'no answer'));
    await expect(load(null)).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(here.asked).toEqual(['thread/resume', 'thread/unsubscribe']);
  });

  it('keeps so many threads loaded after their turns, those that were used last', async () => {
    for (const id of ['a', 'b', 'c']) {
      await loader.load(here.connection, id, SPEC, null);
      loader.release(here.connection, id);
    }
    expect(here.threads.list().map(({ threadId }) => threadId)).toEqual(['b', 'c']);
    expect(here.listening.size).toBe(0);
  });
});
