import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { StorageConfig } from '../config/storage.config';
import { DataDirectories } from '../runtime/data-directories';
import { parseSkill } from './skill-document';
import { SkillFiles } from './skill-files';

const silent = pino({ level: 'silent' });
const document = (name: string, description = 'For a test.', body = 'Do it.'): string =>
  `---\nname: ${name}\ndescription: ${description}\n---\n\n${body}\n`;

describe('a SKILL.md', () => {
  it('says its name and description, beside what is for other programs, with any ends of lines', () => {
    const text =
      '\uFEFF---\nname: pdf-forms\ndescription: >\n  Fills\n  forms.\nlicense: MIT\nmetadata: { by: me }\n---\nDo it.';
    const skill = { name: 'pdf-forms', description: 'Fills forms.' };
    expect(parseSkill(text)).toEqual(skill);
    expect(parseSkill(text.replaceAll('\n', '\r\n'))).toEqual(skill);
  });

  it.each([
    ['# No frontmatter\n', /^SKILL\.md:1: a skill begins with a line "---"/u],
    ['---\nname: a\ndescription: b\n', /^SKILL\.md:1: the "---" after .* is missing/u],
    ['---\nname: a\n---\nDo it.', /^SKILL\.md:2: "description" is missing/u],
    ['---\ndescription: b\nname: Not A Name\n---\nDo it.', /^SKILL\.md:3: .*small letters and digits/u],
    [`---\nname: a\ndescription: ${'b'.repeat(1_025)}\n---\nDo it.`, /^SKILL\.md:3: .*at most 1024 characters/u],
    ['---\nname: a\ndescription: [b]\n---\nDo it.', /^SKILL\.md:3: .*a text of/u],
    ['---\nname: a\ndescription: "b\n---\nDo it.', /^SKILL\.md:\d: not valid YAML/u],
    ['---\n- name\n---\nDo it.', /^SKILL\.md:\d: .*a mapping/u],
    ['---\nname: a\ndescription: b\n---\n \n', /^SKILL\.md:4: the instructions .* are missing/u],
  ])('%j is refused in words, with the line', (text, words) => {
    expect(() => parseSkill(text)).toThrow(words);
  });
});

describe('skills that are folders', () => {
  let dataRoot: string;
  let folder: string;
  let files: SkillFiles;
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  let ahead = 0;
  /** As after the seconds in which what was read is believed. */
  const later = (): [string, string][] => {
    ahead += 5_000;
    const now = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + ahead);
    try {
      return [...files.all.values()].map(({ name, description }) => [name, description]);
    } finally {
      now.mockRestore();
    }
  };

  beforeEach(() => {
    dataRoot = mkdtempSync(join(tmpdir(), 'skills-'));
    folder = join(dataRoot, 'global_config', 'skills');
    const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot }));
    files = new SkillFiles(directories, silent);
  });
  afterEach(() => rmSync(dataRoot, { recursive: true, force: true }));

  it('may be none, and have files of their own; what is hidden, or no folder, is none', () => {
    files.load();
    expect(files.all.size).toBe(0);
    write('README.md', 'About these.');
    write('.git/config', '');
    write('one/SKILL.md', document('one'));
    write('one/scripts/run.sh', '#!/bin/sh\n');
    write('one/.cache', '');
    files.load();
    const [skill] = files.all.values();
    expect(skill).toMatchObject({ name: 'one', description: 'For a test.', scope: 'service' });
    expect(skill?.files.map(({ path }) => path)).toEqual(['SKILL.md', 'scripts/run.sh']);
  });

  it('are read anew when they change; a broken one leaves the old ones in force', () => {
    write('one/SKILL.md', document('one', 'First.'));
    files.load();
    write('one/SKILL.md', document('one', 'The second.'));
    write('two/SKILL.md', document('two', 'Another.'));
    expect(later()).toEqual([
      ['one', 'The second.'],
      ['two', 'Another.'],
    ]);
    write('two/SKILL.md', 'broken');
    expect(later()).toHaveLength(2);
    rmSync(join(folder, 'two'), { recursive: true });
    expect(later()).toEqual([['one', 'The second.']]);
  });

  it.each([
    ['one/SKILL.md', document('two'), /one\/SKILL\.md: its name is "two", and not that of its folder/u],
    ['one/notes.md', 'Nothing', /one\/SKILL\.md is missing/u],
    ['one/SKILL.md', 'Nothing', /one\/SKILL\.md:1: a skill begins with/u],
    ['one/SKILL.md', document('one', 'x', 'y'.repeat(70_000)), /at most 65536 may be there/u],
    ['one/a/b/c/d/e/f', 'deep', /folders more than 5 deep/u],
    ['one/SKILL.md', 'z'.repeat(1024 * 1024 + 1), /a skill may have 1048576/u],
  ])('%j that cannot be stops the start in words', (path, text, words) => {
    write(path, text);
    expect(() => files.load()).toThrow(words);
  });
});
