import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import { removeDataRoot } from '../support/data-root';
import { PIXEL } from '../support/pixel';
import { Program } from '../support/program';
import { RelayClient, textOf } from '../support/relay-client';
import type { ScriptedModel } from '../support/scripted-model';
import { newDataRoot, RelayService } from '../support/service';
import { TemporaryFolder } from '../support/temporary-folder';
import { promptTextOf, startWordedModel } from '../support/worded-model';

const ENCRYPTION_KEY = 'ab'.repeat(32);
const PROVIDER_KEY = 'sk-of-a-provider-0123456789';
const SETTINGS = { ENCRYPTION_KEY };

interface Manifest {
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

describe('a backup that is made while turns run', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let folder: TemporaryFolder;
  let backup: string;
  let ids: Record<'talk' | 'picture' | 'work' | 'running' | 'waiting' | 'keyed', string>;
  let before: Record<string, MessageDto[]>;
  const busy: string[] = [];

  const program = (name: string, args: string[], dataRoot: string, more = {}): Program =>
    new Program(`backup/${name}-main.js`, args, folder.path, { CODEX_DATA_ROOT: dataRoot, ...SETTINGS, ...more });

  beforeAll(async () => {
    folder = new TemporaryFolder();
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url, environment: SETTINGS });
    client = service.client;
    const newChat = async (input = {}): Promise<string> => (await client.createChat(input)).id;
    ids = {
      ...{ talk: await newChat(), picture: await newChat(), work: await newChat({ backend: 'demo' }) },
      ...{ running: await newChat(), waiting: await newChat(), keyed: await newChat() },
    };
    await client.request('PUT', '/api/v1/settings/providers/scripted/key', { key: PROVIDER_KEY });
    await client.ask(ids.talk, 'my name is Ada');
    await client.ask(ids.keyed, 'the password is plum');
    const image = { type: 'image', url: PIXEL };
    await client.ask(ids.picture, { content: [{ type: 'text', text: 'this is my pixel' }, image] });
    await client.ask(
      ids.work,
      "run: printf 'kept\\n' > note.txt; chmod 640 note.txt; ln -s /etc/passwd out; mkfifo pipe",
    );
    await client.ask(ids.running, 'my town is Delft');
    await client.ask(ids.waiting, 'my river is the Schie');
    const live = await client.follow(ids.running);
    await client.send(ids.running, 'say 900 words every 10 ms');
    await client.send(ids.running, 'this one waits');
    await live.until('some text', () => live.publishedText.includes('word20 '));
    await live.close();

    // Turns begin and end in these chats all the time.
    for (let index = 0; index < 3; index += 1) busy.push(await newChat());
    let isOver = false;
    const load = busy.map(async (chatId) => {
      for (let count = 0; !isOver; count += 1) await client.ask(chatId, `fact ${count} of ${chatId}`);
    });
    backup = join(folder.path, 'first');
    const made = await program('backup', [backup], service.dataRoot).ended;
    isOver = true;
    await Promise.all(load);
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('copying the database')]);
    before = {};
    for (const id of [ids.talk, ids.picture, ids.work]) before[id] = await client.messages(id);
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
    folder?.remove();
  });

  const manifestOf = (path: string): Manifest =>
    JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as Manifest;

  it('says what it has left out, and has no other name than the one it was given', () => {
    expect(manifestOf(backup).skipped).toEqual([
      { path: `root/sessions/default/${ids.work}/workspace/pipe`, why: 'it is a FIFO' },
    ]);
    expect(readdirSync(folder.path)).toEqual(['first']);
    expect(readdirSync(backup).sort()).toEqual([
      'database',
      'files.jsonl',
      'manifest.json',
      'root',
      'secrets.env',
      'storage',
    ]);
    expect(statSync(backup).mode & 0o777).toBe(0o700);
    expect(statSync(join(backup, 'secrets.env')).mode & 0o777).toBe(0o600);
  });

  describe('is restored into another folder', () => {
    let restored: RelayService;

    beforeAll(async () => {
      restored = await RelayService.start({
        environment: SETTINGS,
        prepare: async (dataRoot) => {
          const { code, stderr } = await program('restore', [backup], dataRoot).ended;
          expect([code, stderr]).toEqual([0, expect.not.stringContaining('ENCRYPTION_KEY')]);
        },
      });
      await service.stop();
    });
    afterAll(() => restored?.dispose());

    it('has what was said before it', async () => {
      for (const [id, messages] of Object.entries(before)) expect(await restored.client.messages(id)).toEqual(messages);
    });

    it.each(['talk', 'picture', 'running', 'waiting', 'keyed'] as const)(
      'goes on with the chat "%s", and the model is told what was said',
      async (name) => {
        const question = `and now in ${name}`;
        const { turn, message } = await restored.client.ask(ids[name], question);
        expect([turn.status, textOf(message)]).toEqual(['completed', `You said: ${question}`]);
        const request = model.requests.findLast(({ lastUserText }) => lastUserText === question);
        const prompt = request === undefined ? '' : promptTextOf(request);
        const said = (await restored.client.messages(ids[name])).filter(({ role }) => role === 'user');
        for (const text of said.map(textOf)) expect(prompt).toContain(text);
        if (name === 'running') expect(prompt).toContain('word20 ');
        if (name === 'picture') expect(prompt).toContain('data:image/png');
        expect(request?.headers.authorization).toBe(`Bearer ${PROVIDER_KEY}`);
      },
    );

    it('goes on with the chats whose turns began and ended during the backup, and knows each of their facts', async () => {
      for (const id of busy) {
        const question = `what do you know of ${id}`;
        const messages = await restored.client.messages(id);
        expect(messages.length).toBeGreaterThan(1);
        expect((await restored.client.ask(id, question)).turn.status).toBe('completed');
        const request = model.requests.findLast(({ lastUserText }) => lastUserText === question);
        const prompt = request === undefined ? '' : promptTextOf(request);
        for (const text of messages.map(textOf)) expect([text, prompt.includes(`${text}"`)]).toEqual([text, true]);
      }
    });

    it('ends every turn, those that ran as interrupted and those that waited as they should', async () => {
      const turns = await restored.client.turns(ids.running);
      expect(turns.map(({ status }) => status)).toEqual(['completed', 'interrupted', 'completed', 'completed']);
    });

    it('has the files of a workspace, with modes and links', async () => {
      await restored.client.ask(ids.work, 'run: cat note.txt');
      const [, action] = await restored.client.agentActions(ids.work);
      expect(action?.data.output).toContain('kept');
      const workspace = join(restored.dataRoot, 'sessions', 'default', ids.work, 'workspace');
      expect(statSync(join(workspace, 'note.txt')).mode & 0o777).toBe(0o640);
      expect(readlinkSync(join(workspace, 'out'))).toBe('/etc/passwd');
      expect(existsSync(join(restored.dataRoot, 'restore.unfinished'))).toBe(false);
      expect(restored.errorLines).toEqual([]);
    });
  });

  describe('is restored where it cannot be', () => {
    let dataRoot: string;

    beforeEach(() => {
      dataRoot = newDataRoot();
    });
    afterEach(() => removeDataRoot(dataRoot));

    const complaint = async (from: string, args: string[] = [], more = {}): Promise<string> => {
      const { code, stderr } = await program('restore', [from, ...args], dataRoot, more).ended;
      expect(code).toBe(1);
      return stderr;
    };

    it('refuses data that is there, unless it may be replaced', async () => {
      mkdirSync(join(dataRoot, 'global_config'));
      writeFileSync(join(dataRoot, 'global_config', 'llm_backends.yaml'), 'backends: []\n');
      expect(await complaint(backup)).toContain('there is data already');
      expect(readdirSync(dataRoot)).toEqual(expect.arrayContaining(['global_config']));
      expect((await program('restore', [backup, '--replace'], dataRoot).ended).code).toBe(0);
      expect(readFileSync(join(dataRoot, 'global_config', 'llm_backends.yaml'), 'utf8')).toContain('scripted');
      expect(readdirSync(dataRoot)).not.toContain('replaced');
      expect(await complaint(backup)).toContain('there is data already');
    });

    it('refuses a backup of which a byte has changed, or the end is missing, before it touches anything', async () => {
      const damaged = join(folder.path, 'damaged');
      cpSync(backup, damaged, { recursive: true, verbatimSymlinks: true });
      appendFileSync(join(damaged, 'database', 'chat.sqlite'), 'x');
      expect(await complaint(damaged)).toContain('database/chat.sqlite of the backup is not as it was written');
      expect(existsSync(join(dataRoot, 'db', 'chat.sqlite'))).toBe(false);
      execFileSync('rm', [join(damaged, 'manifest.json')]);
      expect(await complaint(damaged)).toContain('is no whole backup');
    });

    it('says which key the stored keys of providers need', async () => {
      const { code, stderr } = await program('restore', [backup], dataRoot, { ENCRYPTION_KEY: '' }).ended;
      expect([code, stderr]).toEqual([0, expect.stringContaining(join(backup, 'secrets.env'))]);
      expect(stderr).not.toContain(ENCRYPTION_KEY);
    });

    it('is begun anew after it was killed, and no service starts before that', async () => {
      writeFileSync(join(dataRoot, 'restore.unfinished'), '');
      mkdirSync(join(dataRoot, 'sessions', 'half'), { recursive: true });
      await expect(RelayService.start({ environment: { CODEX_DATA_ROOT: dataRoot } })).rejects.toThrow(
        'is not finished',
      );
      expect((await program('restore', [backup], dataRoot).ended).code).toBe(0);
      expect(existsSync(join(dataRoot, 'sessions', 'half'))).toBe(false);
      expect(existsSync(join(dataRoot, 'restore.unfinished'))).toBe(false);
    });
  });

  it('refuses to restore over a running service', async () => {
    const running = await RelayService.start();
    try {
      const { code, stderr } = await program('restore', [backup, '--replace'], running.dataRoot).ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining('another codex-relay is running')]);
    } finally {
      await running.dispose();
    }
  });

  it('leaves nothing that passes for a backup when the disk is full, and takes no name twice', async () => {
    const small = join(folder.path, 'limited');
    const limited = `ulimit -f 64; trap '' XFSZ; exec "$0" "$@"`;
    const main = join(__dirname, '..', '..', 'dist', 'src', 'backup', 'backup-main.js');
    const run = (): void =>
      void execFileSync('bash', ['-c', limited, process.execPath, main, small], {
        cwd: folder.path,
        env: { ...process.env, CODEX_DATA_ROOT: service.dataRoot, ...SETTINGS },
        stdio: 'pipe',
      });
    expect(run).toThrow(/there is no backup: .*(?:EFBIG|SQLITE)/);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('limited'))).toEqual([]);
    const again = await program('backup', [backup], service.dataRoot).ended;
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is there already')]);
    const inside = join(service.dataRoot, 'inside');
    expect((await program('backup', [inside], service.dataRoot).ended).stderr).toContain('lies in what is kept');
  });

  it('has no secrets beside the data when that is wanted', async () => {
    const without = join(folder.path, 'without');
    expect((await program('backup', [without, '--without-secrets'], service.dataRoot).ended).code).toBe(0);
    expect(readdirSync(without)).not.toContain('secrets.env');
    expect(spawnSync('grep', ['-rlF', ENCRYPTION_KEY, without]).stdout.toString()).toBe('');
  });
});
