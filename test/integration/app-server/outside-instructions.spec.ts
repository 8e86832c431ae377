import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PoolFixture } from './support/pool-fixture';

/** A skill whose words tell where it is. */
function makeSkill(path: string, name: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `---\nname: ${name}\ndescription: offers ${name}\n---\nsays ${name}\n`);
}

describe('what lies in the folders of codex', () => {
  let fixture: PoolFixture;
  let cwd: string;
  let places: Record<string, string>;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 1 } });
    const { root } = fixture;
    cwd = join(root, 'sessions', 'ada', 'one', 'workspace');
    places = {
      'of-home': `${root}/agent_home/.agents/skills/a/SKILL.md`,
      'of-codex-home': `${root}/codex_home/skills/b/SKILL.md`,
      'of-old-home': `${root}/agent_home/.codex/skills/c/SKILL.md`,
      'of-workspace': `${cwd}/.agents/skills/deep/down/d/SKILL.md`,
      'of-workspace-settings': `${cwd}/.codex/skills/e/SKILL.md`,
    };
  });
  afterAll(() => fixture.stop());

  /** What the model was given in the last call of a turn that names all skills. */
  const given = async (threadId: string | null): Promise<{ threadId: string; text: string }> => {
    const named = Object.entries(places).map(([name, path]) => `$${name} [$${name}](${path})`);
    const turn = await fixture.run(threadId, `use ${named.join(' ')} $of-link`, { cwd });
    const request = fixture.model.requests.filter((made) => made.threadId === turn.threadId).at(-1);
    return { threadId: turn.threadId, text: JSON.stringify(request) };
  };

  it('reaches no model by itself: neither skills, also where a message names them, nor an AGENTS.md for all', async () => {
    const first = await given(null);
    expect(first.text).not.toContain('AGENTS.md');
    for (const [name, path] of Object.entries(places)) makeSkill(path, name);
    // The folder of a skill may be a link to one.
    makeSkill(`${cwd}/elsewhere/SKILL.md`, 'of-link');
    symlinkSync(`${cwd}/elsewhere`, `${cwd}/.agents/skills/link`);
    for (const name of ['AGENTS.md', 'AGENTS.override.md']) {
      writeFileSync(join(fixture.root, 'codex_home', name), 'instructions for all');
    }
    writeFileSync(join(fixture.root, 'agent_home', 'AGENTS.md'), 'instructions of the home');
    for (const threadId of [null, first.threadId]) {
      const { text } = await given(threadId);
      expect(text).not.toMatch(/offers of-|says of-|instructions (for all|of the home)/);
    }
    expect(existsSync(join(fixture.root, 'codex_home', 'AGENTS.md.set-aside'))).toBe(true);
  });
});
