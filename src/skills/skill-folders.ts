import { Injectable } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { ChatEntity } from '../chat/entities/chat.entity';
import type { Surroundings } from '../chat/turns/agent-surroundings';
import { newId } from '../common/ids';
import { DataDirectories } from '../runtime/data-directories';
import { Skill, SKILL_DOCUMENT } from './skill';
import { Skills } from './skills';

const READABLE = 0o444;
const RUNNABLE = 0o555;

/**
 * The skills that a chat has chosen as a folder beside its workspace, which the sandbox shows to be read only. Its agent is told
 * their names and when they are of use, and reads the rest when it needs it.
 */
@Injectable()
export class SkillFolders {
  constructor(
    private readonly skills: Skills,
    private readonly directories: DataDirectories,
  ) {}

  /** Before each turn. @throws Error of the file system, or of the database */
  async prepare(chat: ChatEntity): Promise<Pick<Surroundings, 'instructions' | 'warnings'>> {
    const folder = this.directories.skillsOf(chat.userId, chat.id);
    const { skills, missing } = await this.skills.ofChat(chat);
    if (skills.length > 0 || existsSync(folder)) await bring(skills, folder);
    const warnings = missing.map((name) => `The skill "${name}" is not there any more: the agent works without it.`);
    return { instructions: wordsFor(folder, skills), warnings };
  }

  async told(chat: ChatEntity): Promise<string | null> {
    const { skills } = await this.skills.ofChat(chat);
    return wordsFor(this.directories.skillsOf(chat.userId, chat.id), skills);
  }
}

/** Makes the folder hold these skills and nothing else. */
async function bring(skills: readonly Skill[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = new Set(skills.map(({ name }) => name));
  for (const name of await readdir(folder)) {
    if (!names.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  for (const skill of skills) {
    const place = join(folder, skill.name);
    if (!(await isThat(place, skill))) await replace(place, skill);
  }
}

/** By its bytes: a command without a sandbox may have changed them. */
async function isThat(place: string, { files }: Skill): Promise<boolean> {
  try {
    const entries = await readdir(place, { recursive: true, withFileTypes: true });
    const found = entries.filter((entry) => !entry.isDirectory());
    if (found.length !== files.length || !found.every((entry) => entry.isFile())) return false;
    const paths = new Set(found.map(({ parentPath, name }) => relative(place, join(parentPath, name))));
    for (const { path, content } of files) {
      if (!paths.has(path) || !content.equals(await readFile(join(place, path)))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

async function replace(place: string, { files }: Skill): Promise<void> {
  const draft = join(dirname(place), `.${newId()}`);
  try {
    for (const { path, content } of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o700 });
      const mode = content.subarray(0, 2).toString('latin1') === '#!' ? RUNNABLE : READABLE;
      await writeFile(join(draft, path), content, { mode, flag: 'wx' });
    }
    await rm(place, { recursive: true, force: true });
    await rename(draft, place);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Null for none. */
function wordsFor(folder: string, skills: readonly Skill[]): string | null {
  if (skills.length === 0) return null;
  const list = skills.map(
    ({ name, description }) => `- ${name}: ${description} (${join(folder, name, SKILL_DOCUMENT)})`,
  );
  return [
    'Skills are instructions for certain tasks. This chat has these, each with the file that it begins with:',
    ...list,
    "When a task is what a skill's description says, or a message names the skill, read its file whole before you begin, and do as it says. " +
      'Read what that file refers to, by paths from its folder, when you need it. The folders of skills can be read, and not changed.',
  ].join('\n');
}
