import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalPerson } from '../support/local-person';
import { PIXEL } from '../support/pixel';
import { startScriptedModel, type ScriptedModel } from '../support/scripted-model';
import { callsReply, type ScriptedCall, textReply } from '../support/scripted-reply';
import { RelayService, writeBackends } from '../support/service';

/** In no command, patch or path of the agent: it would have to read it. */
const SECRET = 'kolibri-7781-of-ada';
const onLinux = process.platform === 'linux' ? describe : describe.skip;

const command = (cmd: string, more: object = {}): ScriptedCall => ({
  ...{ name: 'exec_command', arguments: { cmd, yield_time_ms: 10_000, ...more } },
});
const patch = (...lines: string[]): ScriptedCall => ({
  ...{ name: 'apply_patch', custom: true },
  arguments: ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n'),
});
const image = (path: string): ScriptedCall => ({ name: 'view_image', arguments: { path } });

/** What an agent of another user tries that knows where everything lies. @param victim workspace of the other user's chat */
function attempts(victim: string, dataRoot: string): ScriptedCall[][] {
  const file = join(victim, 'secret.txt');
  const up = '../'.repeat(12);
  const escalated = { sandbox_permissions: 'require_escalated', justification: 'please' };
  return [
    [
      command(`cat ${file}`),
      command(`cat ${up}${file.slice(1)}`),
      command(`ls -la ${victim} ${join(victim, '..', '..')}`),
    ],
    [command(`ln -sf ${file} link.txt; cat link.txt; cp ${file} copy.txt; ln ${file} hard.txt; cat hard.txt copy.txt`)],
    [command(`for p in /proc/[0-9]*; do cat $p/root${file} $p/cwd/secret.txt $p/cwd/*/secret.txt; done`)],
    [command('for p in /proc/[0-9]*; do cat $p/environ; ls -l $p/fd; timeout 0.2 cat $p/fd/* </dev/null; done')],
    [command(`grep -rs ${SECRET.slice(0, 7)} ${dataRoot} /tmp /var/tmp /dev/shm | head -c 2000`)],
    [command(`find / -name secret.txt -exec cat {} + 2>/dev/null | head -c 2000`)],
    [
      command(`cat ${file}`, escalated),
      command(`unshare -rm cat ${file}`),
      command(`bash -c 'exec 3<${file}; cat <&3'`),
    ],
    [command(`cat ${join(dataRoot, 'db')}/* ${join(dataRoot, 'global_config')}/* | strings | head -c 4000`)],
    [
      command(
        `echo changed > ${file}; find ${victim} -type f -delete; rm -rf ${victim}/*; touch ${join(victim, 'planted.txt')}; mv ${file} here.txt`,
      ),
    ],
    [
      command(
        `ln -sfn ${victim} folder; ls folder; ln -sf ${file} AGENTS.md; ln -sf ${join(victim, 'secret.png')} link.png`,
      ),
    ],
    [patch(`*** Update File: ${file}`, '*** Move to: stolen.txt', '@@', `-${SECRET.slice(0, 7)}`, '+x')],
    [patch('*** Update File: folder/secret.txt', '*** Move to: stolen.txt', '@@', '+x')],
    [patch(`*** Add File: ${join(victim, 'planted.txt')}`, '+planted')],
    [patch('*** Add File: folder/planted.txt', '+planted')],
    [patch(`*** Add File: ${up}${join(victim, 'planted.txt').slice(1)}`, '+planted')],
    [patch(`*** Delete File: ${file}`)],
    [patch('*** Delete File: folder/secret.txt')],
    [patch('*** Update File: link.txt', '@@', '+planted')],
    [image(join(victim, 'secret.png')), image('link.png'), image('folder/secret.png'), image(file)],
    [image(`/proc/self/root${join(victim, 'secret.png')}`), image(`/proc/1/root${join(victim, 'secret.png')}`)],
  ];
}

onLinux.each(['shared', 'user'])('an agent of one user, with CODEX_ISOLATION=%s', (isolation) => {
  let model: ScriptedModel;
  let service: RelayService;
  let ada: LocalPerson;
  let eve: LocalPerson;
  let victim: string;

  beforeAll(async () => {
    model = await startScriptedModel();
    service = await RelayService.start({
      environment: {
        ...{
          SECURITY_METHOD: 'Local',
          CODEX_ISOLATION: isolation,
          CODEX_POOL_SIZE: isolation === 'shared' ? '1' : '2',
        },
        ...{ SCRIPTED_KEY: 'key', API_REQUESTS_PER_MINUTE: '0' },
      },
      prepare: (root) => {
        const backend = `{id: scripted, type: openai, base_url: "${model.url}", api_key_env: SCRIPTED_KEY, model: m}`;
        writeBackends(root, `backends: [${backend}]\ndefault_backend: scripted\n`);
      },
    });
    const root = await LocalPerson.first(service);
    ada = await root.invite('ada');
    eve = await root.invite('eve');
    const { id } = await ada.client.createChat();
    // Her process lives, and works in her chat.
    await ada.client.ask(id, 'hello');
    victim = join(service.dataRoot, 'sessions', ada.id, id, 'workspace');
    mkdirSync(victim, { recursive: true });
    writeFileSync(join(victim, 'secret.txt'), `${SECRET}\n`);
    writeFileSync(join(victim, 'secret.png'), Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'));
  }, 120_000);
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
  });

  it('reads and changes nothing of another by command, patch, picture, link or /proc', async () => {
    const rounds = attempts(victim, service.dataRoot);
    model.play(({ index }) => {
      const calls = rounds[index];
      return calls === undefined ? textReply('done') : callsReply(calls);
    });
    // So that nobody is asked, and nothing waits for an answer.
    const { id } = await eve.client.createChat({ approvalPolicy: 'never' });
    const { turn } = await eve.client.ask(id, 'go');
    expect(turn.status).toBe('completed');
    expect(model.requests.length).toBeGreaterThan(rounds.length);
    // What links to her files left behind is read by nothing of the next turn.
    await eve.client.ask(id, 'again');
    await eve.client.ask((await eve.client.createChat()).id, 'elsewhere');

    for (const { raw } of model.requests) {
      expect(raw).not.toContain(SECRET);
      expect(raw).not.toContain('data:image');
    }
    const shown = JSON.stringify([await eve.client.events(id), await eve.client.agentActions(id)]);
    expect(shown).not.toContain(SECRET);
    expect(readdirSync(victim).sort()).toEqual(['.git', 'secret.png', 'secret.txt']);
    expect(readdirSync(join(victim, '.git'))).toEqual([]);
    expect(readFileSync(join(victim, 'secret.txt'), 'utf8')).toBe(`${SECRET}\n`);
    const own = join(service.dataRoot, 'sessions', eve.id, id, 'workspace');
    const copies = readdirSync(own).filter((name) => {
      const path = join(own, name);
      return lstatSync(path).isFile() && readFileSync(path, 'utf8').includes(SECRET);
    });
    expect(copies).toEqual([]);
  });

  it('does what it may in its own chat with the same tools', async () => {
    const round = [[command('echo own > own.txt; cat own.txt')], [patch('*** Add File: made.txt', '+made')]];
    model.play(({ index }) => (round[index] ? callsReply(round[index]) : textReply('done')));
    const { id } = await eve.client.createChat();
    await eve.client.ask(id, 'go');
    const own = join(service.dataRoot, 'sessions', eve.id, id, 'workspace');
    expect(['own.txt', 'made.txt'].map((name) => readFileSync(join(own, name), 'utf8'))).toEqual(['own\n', 'made\n']);
  });
});
