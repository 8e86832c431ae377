import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { Logger } from '../common/logger';
import { namesIn, ReloadedFiles, stateOf } from '../common/reloaded-files';
import { packageRoot } from '../common/service-version';
import { ConfigError } from '../config/config.error';
import { configText } from '../gateway/catalog/checked-yaml';
import { DataDirectories } from '../runtime/data-directories';
import { FileTemplate, parseTemplate, TEMPLATE_ID } from './template-content';

/** The templates of the service itself. */
const SHIPPED = join(packageRoot, 'config', 'templates');
const ENDING = /\.ya?ml$/u;
const MAX_FILES = 200;

/** Templates that are files: those of the service, and over them the operator's own, by the name of the file. */
@Injectable()
export class TemplateFiles {
  private readonly files: ReloadedFiles<FileTemplate>;
  private readonly folders: readonly string[];

  constructor(directories: DataDirectories, logger: Logger) {
    this.folders = [SHIPPED, join(directories.globalConfig, 'templates')];
    const source = {
      state: () => this.stateOfFiles(),
      read: () => this.read(),
      words: { one: 'a template', all: 'templates' },
    };
    this.files = new ReloadedFiles(source, logger.child({ component: 'templates' }));
  }

  /** Called once at the start. @throws ConfigError naming file, line and field of what is wrong */
  load(): void {
    this.files.load();
  }

  /** By id; a changed file is in force within seconds, a broken one changes nothing but the log. */
  get all(): ReadonlyMap<string, FileTemplate> {
    return this.files.all;
  }

  private read(): ReadonlyMap<string, FileTemplate> {
    const files = this.folders.flatMap((folder) => filesIn(folder));
    return new Map(files.map(({ id, path }) => [id, parseTemplate(configText(path), path)]));
  }

  private stateOfFiles(): string {
    return this.folders.flatMap((folder) => filesIn(folder).map(({ path }) => stateOf(path))).join('\n');
  }
}

function filesIn(folder: string): { id: string; path: string }[] {
  const names = namesIn(folder).filter((name) => ENDING.test(name));
  if (names.length > MAX_FILES)
    throw new ConfigError(`${folder} has ${names.length} templates; at most ${MAX_FILES} may be there`);
  const ids = names.map((name) => name.replace(ENDING, ''));
  return names.map((name, index) => {
    const id = ids[index] ?? '';
    const path = join(folder, name);
    const first = ids.indexOf(id);
    if (first < index) throw new ConfigError(`${path}: ${names[first]} is the same template; keep one`);
    if (TEMPLATE_ID.test(id)) return { id, path };
    throw new ConfigError(
      `${path}: the name of a template must have small letters, digits, "_" and "-" only, at most 64`,
    );
  });
}
