import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { removeDataRoot } from '../support/data-root';
import { eventually } from '../support/eventually';
import { processesOf } from '../support/marked-processes';
import { newDataRoot, RelayService, writeBackends } from '../support/service';
import { ServiceProcess } from '../support/service-process';

const CORRUPT = 'this is no database, but someone may want to save it\n'.repeat(200);

describe('what the service cannot start with is told in one sentence', () => {
  let dataRoot: string;

  beforeEach(() => {
    dataRoot = newDataRoot();
  });
  afterEach(async () => {
    await eventually('no process of it is left', () => processesOf(dataRoot).length === 0);
    removeDataRoot(dataRoot);
  });

  /** What the service says when it ends before it listens. */
  async function complaint(environment: Record<string, string>): Promise<string> {
    const settings = { CODEX_DATA_ROOT: dataRoot, PORT: '0', ...environment };
    const service = new ServiceProcess(dataRoot, settings);
    const { code } = await service.exited;
    expect(code).toBe(1);
    expect(service.stdout).toBe('');
    expect(service.stderr).toMatch(/^codex-relay cannot start: [^\n]+\n$/);
    return service.stderr;
  }

  describe('a port that is taken', () => {
    let other: Server;

    beforeEach(async () => {
      other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => new Promise((resolve) => other.close(resolve)));

    it('names the port and the variable', async () => {
      const port = String((other.address() as AddressInfo).port);
      const text = await complaint({ PORT: port });
      expect(text).toContain(port);
      expect(text).toContain('PORT');
      expect(text).toContain('taken');
    });
  });

  it.each([
    ['CODEX_SELECTION_STRATEGY', 'fastest', ['round_robin', 'least_busy']],
    ['PORT', '80a', ['0', '65535']],
  ])('%s=%s: names the variable, the value and what is allowed', async (variable, value, allowed) => {
    const text = await complaint({ [variable]: value });
    expect(text).toContain(variable);
    expect(text).toContain(`"${value}"`);
    for (const word of allowed) expect(text).toContain(word);
  });

  it('an address of the network while nobody signs in: names what would be right', async () => {
    const text = await complaint({ HOST: '0.0.0.0' });
    expect(text).toContain('SECURITY_METHOD');
    expect(text).toContain('ALLOW_INSECURE');
  });

  it('an address that is not of this machine: names HOST', async () => {
    const text = await complaint({ HOST: '192.0.2.1', ALLOW_INSECURE: 'true' });
    expect(text).toContain('HOST');
    expect(text).toContain('192.0.2.1');
  });

  it('a data root that cannot be written: names the variable and the path', async () => {
    const text = await complaint({ CODEX_DATA_ROOT: '/dev/null/relay' });
    expect(text).toContain('CODEX_DATA_ROOT');
    expect(text).toContain('/dev/null/relay');
  });

  it('a database folder that cannot be written: names the path', async () => {
    expect(await complaint({ CODEX_DB_ROOT: '/dev/null/db' })).toContain('/dev/null/db');
  });

  it('a codex binary that is not there: names the variable and the path', async () => {
    const text = await complaint({ CODEX_BINARY_PATH: '/nowhere/codex' });
    expect(text).toContain('CODEX_BINARY_PATH');
    expect(text).toContain('/nowhere/codex');
  });

  it('a workaround that is required and cannot be had: names the variable and what is not protected', async () => {
    const text = await complaint({ CODEX_PRIVATE_VIEW: 'required', PATH: '/nowhere' });
    expect(text).toContain('CODEX_PRIVATE_VIEW is "required"');
    expect(text).toContain('codex can read all data of this service');
  });

  it('a corrupt database file: names the folder and is left as it was', async () => {
    mkdirSync(join(dataRoot, 'db'));
    writeFileSync(join(dataRoot, 'db', 'chat.sqlite'), CORRUPT);
    expect(await complaint({})).toContain(join(dataRoot, 'db'));
    expect(readFileSync(join(dataRoot, 'db', 'chat.sqlite'), 'utf8')).toBe(CORRUPT);
  });

  it.each([
    ['an unknown type', 'backends:\n  - { id: a, type: telepathy }\n', ['telepathy', 'openai-compatible', 'demo']],
    ['no YAML', 'backends: [\n', ['YAML']],
  ])('a file of backends with %s: names the file and the place', async (_, yaml, words) => {
    writeBackends(dataRoot, yaml);
    const text = await complaint({});
    expect(text).toContain(join(dataRoot, 'global_config', 'llm_backends.yaml'));
    expect(text).toMatch(/llm_backends\.yaml:\d+/);
    for (const word of words) expect(text).toContain(word);
  });
});

describe('a second service on the data of one that runs', () => {
  let service: RelayService;

  beforeAll(async () => {
    service = await RelayService.start();
  });
  afterAll(() => service?.dispose());

  const refused = async (environment: Record<string, string>): Promise<string> => {
    const second = new ServiceProcess(service.dataRoot, { PORT: '0', ...environment });
    expect((await second.exited).code).toBe(1);
    return second.stderr;
  };

  it('is refused in one sentence, and the first one goes on with its turn', async () => {
    const { client } = service;
    const { id } = await client.createChat();
    const record = await client.follow(id);
    const { turnId } = await client.send(id, 'run: sleep 3');
    await record.first('item.started');
    const text = await refused({ CODEX_DATA_ROOT: service.dataRoot });
    expect(text).toMatch(/^codex-relay cannot start: another codex-relay is running on [^\n]+\n$/);
    expect(text).toContain(service.dataRoot);
    expect((await record.turnEnd(turnId)).data.status).toBe('completed');
    await record.close();
  });

  it('is refused, too, when it shares the database alone', async () => {
    const other = newDataRoot();
    const text = await refused({ CODEX_DATA_ROOT: other, CODEX_DB_ROOT: join(service.dataRoot, 'db') });
    expect(text).toContain(join(service.dataRoot, 'db'));
    removeDataRoot(other);
  });

  it('starts when the first one was killed, also right after', async () => {
    await service.kill();
    await service.restart();
    expect((await service.client.ask((await service.client.createChat()).id, 'hello')).turn.status).toBe('completed');
  });
});
