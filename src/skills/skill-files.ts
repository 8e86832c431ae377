import { Injectable } from '@nestjs/common';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../common/domain.error';
import { Logger } from '../common/logger';
import { namesIn, ReloadedFiles, stateOf } from '../common/reloaded-files';
import { ConfigError } from '../config/config.error';
import { DataDirectories } from '../runtime/data-directories';
import { Skill, SKILL_DOCUMENT, SkillFile } from './skill';
import { MAX_DOCUMENT_CHARACTERS, parseSkill } from './skill-document';

const MAX_SKILLS = 100;
/** Of one skill. */
const MAX_FILES = 100;
const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 5;

/** Skills that are folders of the operator's, `global_config/skills/<name>`. */
@Injectable()
export class SkillFiles {
  private readonly files: ReloadedFiles<Skill>;
  private readonly folder: string;

  constructor(directories: DataDirectories, logger: Logger) {
    this.folder = join(directories.globalConfig, 'skills');
    const source = {
      state: () => this.stateOfFiles(),
      read: () => this.read(),
      words: { one: 'a skill', all: 'skills' },
    };
    this.files = new ReloadedFiles(source, logger.child({ component: 'skills' }));
  }

  /** Called once at the start. @throws ConfigError naming file, line and field of what is wrong */
  load(): void {
    this.files.load();
  }

  /** By name; a changed file is in force within seconds, a broken one changes nothing but the log. */
  get all(): ReadonlyMap<string, Skill> {
    return this.files.all;
  }

  private read(): ReadonlyMap<string, Skill> {
    return new Map(this.folders().map((name) => [name, readSkill(join(this.folder, name), name)]));
  }

  private folders(): string[] {
    const entries = entriesOf(this.folder).filter(({ isFolder }) => isFolder);
    if (entries.length > MAX_SKILLS) {
      throw new ConfigError(`${this.folder} has ${entries.length} skills; at most ${MAX_SKILLS} may be there`);
    }
    return entries.map(({ name }) => name);
  }

  private stateOfFiles(): string {
    return this.folders()
      .flatMap((name) => pathsIn(join(this.folder, name)).map((path) => stateOf(join(this.folder, name, path))))
      .join('\n');
  }
}

function readSkill(folder: string, folderName: string): Skill {
  const paths = pathsIn(folder);
  const document = join(folder, SKILL_DOCUMENT);
  if (!paths.includes(SKILL_DOCUMENT)) throw new ConfigError(`${document} is missing`);
  const files = paths.map((path): SkillFile => ({ path, content: contentOf(join(folder, path)) }));
  const bytes = files.reduce((sum, { content }) => sum + content.byteLength, 0);
  if (bytes > MAX_BYTES) throw new ConfigError(`${folder} has ${bytes} bytes; a skill may have ${MAX_BYTES}`);
  const text = files.find(({ path }) => path === SKILL_DOCUMENT)?.content.toString('utf8') ?? '';
  if (text.length > MAX_DOCUMENT_CHARACTERS) {
    throw new ConfigError(`${document} has ${text.length} characters; at most ${MAX_DOCUMENT_CHARACTERS} may be there`);
  }
  const { name, description } = parseSkill(text, document);
  if (name !== folderName) throw new ConfigError(`${document}: its name is "${name}", and not that of its folder`);
  return { name, description, scope: 'service', files };
}

/** Of all files, in order. @throws ConfigError when there are too many */
function pathsIn(folder: string, prefix = '', depth = 1): string[] {
  const paths = entriesOf(folder).flatMap(({ name, isFolder }) => {
    if (!isFolder) return [`${prefix}${name}`];
    if (depth === MAX_DEPTH) throw new ConfigError(`${folder} has folders more than ${MAX_DEPTH} deep`);
    return pathsIn(join(folder, name), `${prefix}${name}/`, depth + 1);
  });
  if (paths.length > MAX_FILES) throw new ConfigError(`${folder} has more than ${MAX_FILES} files`);
  return paths;
}

/** By name; what is hidden is none of a skill's. */
function entriesOf(folder: string): { name: string; isFolder: boolean }[] {
  return namesIn(folder).flatMap((name) => {
    if (name.startsWith('.')) return [];
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (found?.isFile() !== true && found?.isDirectory() !== true) return [];
    return [{ name, isFolder: found.isDirectory() }];
  });
}

function contentOf(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new ConfigError(`${path} has ${size} bytes; a skill may have ${MAX_BYTES}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
