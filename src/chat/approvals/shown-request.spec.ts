import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from '../../../test/support/temporary-folder';
import type { FileChange } from '../../app-server/agent/agent-item';
import { shownRequest } from './shown-request';

const responseTo = (): undefined => undefined;

const grants = { sandbox: 'outside', network: true, text: 'outside of the sandbox, with the network' } as const;

describe('what a person is asked', () => {
  let folder: TemporaryFolder;
  let workspace: string;

  beforeAll(() => {
    folder = new TemporaryFolder();
    workspace = join(folder.path, 'workspace');
    mkdirSync(join(workspace, 'src'), { recursive: true });
    mkdirSync(join(folder.path, 'outside'));
    writeFileSync(join(folder.path, 'outside', 'file'), '');
    symlinkSync(join(folder.path, 'outside'), join(workspace, 'out'));
    symlinkSync('../outside/missing', join(workspace, 'dangling'));
    symlinkSync('src', join(workspace, 'in'));
  });
  afterAll(() => folder.remove());

  const command = (line: string, cwd = '.') => {
    const question = { id: 1, kind: 'command', itemId: null, decisions: [], responseTo } as const;
    const request = { command: line, cwd, reason: null };
    return shownRequest({ ...question, request }, { workspace, changes: [], grants });
  };
  const files = (...changes: Partial<FileChange>[]) => {
    const question = { id: 1, kind: 'file_change', itemId: 'i', decisions: [], responseTo } as const;
    const whole = changes.map((each) => ({ path: 'a', kind: 'add', movePath: null, diff: '', ...each }) as const);
    return shownRequest(
      { ...question, request: { reason: null, grantRoot: null } },
      { workspace, changes: whole, grants },
    );
  };

  it('is the whole line of a command, its words, its shell, and where it starts', () => {
    expect(command("/bin/bash -c 'ls\u202e; rm x'")).toMatchObject({
      ...{ argv: ['/bin/bash', '-c', 'ls\u202e; rm x'], shell: '/bin/bash -c', isInside: true },
      line: { text: 'ls⟨U+202E⟩; rm x', length: 9, markCount: 1 },
    });
    expect(command('/usr/bin/ls -l', 'out')).toMatchObject({
      ...{ argv: ['/usr/bin/ls', '-l'], shell: null, isInside: false, line: { text: '/usr/bin/ls -l' } },
    });
    expect(command("ls 'open")).toMatchObject({ argv: null, shell: null, line: { text: "ls 'open" } });
  });

  it.each([
    ['src/new.txt', 'src/new.txt', true, false],
    ['in/new.txt', 'src/new.txt', true, true],
    ['out/file', 'outside/file', false, true],
    ['out/deep/new', 'outside/deep/new', false, true],
    ['dangling', 'outside/missing', false, true],
    ['/etc/none.txt', '/etc/none.txt', false, false],
    ['../outside/x', 'outside/x', false, false],
  ])('is of %s that it leads to %s', (path, target, isInside, isLink) => {
    const { place } = (files({ path }).files as { place: { target: { text: string } } }[])[0] ?? {};
    expect(place).toMatchObject({ path: { text: path }, isInside, isLink });
    const absolute = target.startsWith('/') || isInside ? target : join(folder.path, target);
    expect(place?.target.text).toBe(absolute);
  });

  it('is every file of a patch, and the text of a new one as it is', () => {
    const diff = 'first\n@@ -1 +1 @@\n-old\u200b\n';
    expect(
      files({ diff }, { kind: 'update', path: 'b', movePath: 'out/c', diff: '@@ -1 +1 @@\n-a\n+b\n' }),
    ).toMatchObject({
      fileCount: 2,
      files: [
        { kind: 'add', isContent: true, movedTo: null, diff: { text: 'first\n@@ -1 +1 @@\n-old⟨U+200B⟩\n' } },
        { kind: 'update', isContent: false, movedTo: { path: { text: 'out/c' }, isInside: false } },
      ],
    });
    expect(files(...Array.from({ length: 1_001 }, () => ({})))).toMatchObject({ fileCount: 1_001 });
  });

  it('is as codex says it for other questions', () => {
    const request = { questions: [] };
    const question = { id: 1, kind: 'user_input', itemId: null, decisions: [], responseTo, request } as const;
    expect(shownRequest(question, { workspace, changes: [], grants })).toBe(request);
  });
});
