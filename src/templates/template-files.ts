import { Injectable } from '@nestjs/common';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import { packageRoot } from '../common/service-version';
import { ConfigError } from '../config/config.error';
import { configText } from '../gateway/catalog/checked-yaml';
import { DataDirectories } from '../runtime/data-directories';
import { FileTemplate, parseTemplate, TEMPLATE_ID } from './template-content';

/** The templates of the service itself. */
const SHIPPED = join(packageRoot, 'config', 'templates');
const ENDING = /\.ya?ml$/u;
/** How old what was read may be. */
const STALE_MS = 2_000;
const MAX_FILES = 200;

/** Templates that are files: those of the service, and over them the operator's own, by the name of the file. */
@Injectable()
export class TemplateFiles {
  private templates: ReadonlyMap<string, FileTemplate> = new Map();
  private fingerprint = '';
  private lookedAt = -Infinity;
  private readonly folders: readonly string[];
  private readonly logger: ComponentLogger;

  constructor(directories: DataDirectories, logger: Logger) {
    this.folders = [SHIPPED, join(directories.globalConfig, 'templates')];
    this.logger = logger.child({ component: 'templates' });
  }

  /** Called once at the start. @throws ConfigError naming file, line and field of what is wrong */
  load(): void {
    this.fingerprint = this.stateOfFiles();
    this.templates = this.read();
    this.lookedAt = performance.now();
  }

  /** By id; a changed file is in force within seconds, a broken one changes nothing but the log. */
  get all(): ReadonlyMap<string, FileTemplate> {
    if (performance.now() - this.lookedAt > STALE_MS) this.refresh();
    return this.templates;
  }

  private refresh(): void {
    this.lookedAt = performance.now();
    try {
      const fingerprint = this.stateOfFiles();
      if (fingerprint === this.fingerprint) return;
      this.fingerprint = fingerprint;
      this.templates = this.read();
      this.logger.info({ templates: [...this.templates.keys()] }, 'the templates have changed and are in force');
    } catch (error) {
      this.logger.error({ reason: messageOf(error) }, 'a template is broken; the old ones stay in force');
    }
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
  return names.sort().map((name) => {
    const id = name.replace(ENDING, '');
    const path = join(folder, name);
    if (TEMPLATE_ID.test(id)) return { id, path };
    throw new ConfigError(
      `${path}: the name of a template must have small letters, digits, "_" and "-" only, at most 64`,
    );
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function stateOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${path} ${ino} ${size} ${mtimeNs}`;
  } catch {
    return `${path} absent`;
  }
}
