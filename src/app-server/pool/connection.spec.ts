import pino from 'pino';
import { ProcessDouble } from '../../../test/support/process-double';
import type { AppServerProcess } from '../process/app-server-process';
import type { ServerRequest } from '../protocol/generated/ServerRequest';
import { POOL_LIMITS } from './pool-limits';
import { Connection } from './connection';

const question = (id: number, threadId: string): ServerRequest =>
  ({ id, method: 'item/tool/call', params: { threadId } }) as unknown as ServerRequest;

describe('Connection', () => {
  let connection: Connection;
  let process: ProcessDouble;
  let answers: string[];

  beforeEach(() => {
    answers = [];
    const launch = (listener: Connection): AppServerProcess => {
      process = new ProcessDouble(listener, true);
      Object.assign(process.client, {
        respond: (id: number) => answers.push(`${id} is answered`),
        refuse: (id: number) => answers.push(`${id} is refused`),
        refuseUnknown: ({ id }: ServerRequest) => answers.push(`${id} is unknown`),
      });
      return process as unknown as AppServerProcess;
    };
    connection = new Connection(
      'codex-1',
      (listener) => launch(listener as Connection),
      pino({ level: 'silent' }),
      POOL_LIMITS.silence,
    );
  });
  afterEach(() => process.kill());

  const first = async (threadId: string) => {
    const { value } = await connection.listen(threadId)[Symbol.asyncIterator]().next();
    return value;
  };

  it('refuses, with the end of its reader, what codex still waits for in that thread, and in no other', () => {
    connection.listen('a');
    connection.listen('b');
    connection.onRequest(question(1, 'a'));
    connection.onRequest(question(2, 'b'));
    connection.stopListening('a');
    expect(answers).toEqual(['1 is refused']);
    connection.stopListening('b');
    expect(answers).toEqual(['1 is refused', '2 is refused']);
  });

  it('refuses nothing that is answered or withdrawn', async () => {
    const reading = first('a');
    connection.onRequest(question(1, 'a'));
    connection.onRequest(question(2, 'a'));
    connection.onNotification({ method: 'serverRequest/resolved', params: { threadId: 'a', requestId: 2 } });
    const signal = await reading;
    if (signal?.kind === 'request') signal.respond({});
    connection.stopListening('a');
    expect(answers).toEqual(['1 is answered']);
  });

  it('refuses at once what nobody listens to, and what is no question of a turn', () => {
    connection.onRequest(question(1, 'a'));
    connection.onRequest({ id: 2, method: 'attestation/generate', params: {} } as unknown as ServerRequest);
    expect(answers).toEqual(['1 is refused', '2 is unknown']);
  });

  it('tells a reader of a process that has ended already', async () => {
    process.kill();
    await expect(first('a')).rejects.toMatchObject({ name: 'InstanceLostError', instanceId: 'codex-1' });
  });
});
