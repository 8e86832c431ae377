import pino from 'pino';
import { ProcessDouble } from '../../../test/support/process-double';
import type { AppServerProcess } from '../process/app-server-process';
import type { ServerRequest } from '../protocol/generated/ServerRequest';
import { POOL_LIMITS } from './pool-limits';
import { AppServerSession } from './app-server-session';

const question = (id: number, threadId: string): ServerRequest =>
  ({ id, method: 'item/tool/call', params: { threadId } }) as unknown as ServerRequest;

describe('AppServerSession', () => {
  let session: AppServerSession;
  let process: ProcessDouble;
  let answers: string[];

  beforeEach(() => {
    answers = [];
    const launch = (listener: AppServerSession): AppServerProcess => {
      process = new ProcessDouble(listener, true);
      Object.assign(process.client, {
        respond: (id: number) => answers.push(`${id} is answered`),
        refuse: (id: number) => answers.push(`${id} is refused`),
        refuseUnknown: ({ id }: ServerRequest) => answers.push(`${id} is unknown`),
      });
      return process as unknown as AppServerProcess;
    };
    session = new AppServerSession(
      'codex-1',
      (listener) => launch(listener as AppServerSession),
      pino({ level: 'silent' }),
      POOL_LIMITS.silence,
    );
  });
  afterEach(() => process.kill());

  const first = async (threadId: string) => {
    const { value } = await session.listen(threadId)[Symbol.asyncIterator]().next();
    return value;
  };

  it('refuses, with the end of its reader, what codex still waits for in that thread, and in no other', () => {
    session.listen('a');
    session.listen('b');
    session.onRequest(question(1, 'a'));
    session.onRequest(question(2, 'b'));
    session.unlisten('a');
    expect(answers).toEqual(['1 is refused']);
    session.unlisten('b');
    expect(answers).toEqual(['1 is refused', '2 is refused']);
  });

  it('refuses nothing that is answered or withdrawn', async () => {
    const reading = first('a');
    session.onRequest(question(1, 'a'));
    session.onRequest(question(2, 'a'));
    session.onNotification({ method: 'serverRequest/resolved', params: { threadId: 'a', requestId: 2 } });
    const signal = await reading;
    if (signal?.kind === 'request') signal.respond({});
    session.unlisten('a');
    expect(answers).toEqual(['1 is answered']);
  });

  it('refuses at once what nobody listens to, and what is no question of a turn', () => {
    session.onRequest(question(1, 'a'));
    session.onRequest({ id: 2, method: 'attestation/generate', params: {} } as unknown as ServerRequest);
    expect(answers).toEqual(['1 is refused', '2 is unknown']);
  });

  it('tells a reader of a process that has ended already', async () => {
    process.kill();
    await expect(first('a')).rejects.toMatchObject({ name: 'InstanceLostError', instanceId: 'codex-1' });
  });
});
