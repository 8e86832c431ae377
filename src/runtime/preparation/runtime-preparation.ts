import { mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { now } from '../../common/clock';
import { messageOf } from '../../common/domain.error';
import { ComponentLogger } from '../../common/logger';
import type { PreparationConfig } from '../../config/preparation.config';
import type { CodexBinary } from '../codex-binary';
import type { DataDirectories } from '../data-directories';
import { replaceFile } from '../replace-file';
import { type Installed, PythonEnvironment, type PythonTools } from './python-environment';

/** `off`: by the setting. */
export const PREPARATION_STATES = ['off', 'preparing', 'ready', 'failed'] as const;

export interface PreparationStatus {
  readonly state: (typeof PREPARATION_STATES)[number];
  /** What is done at the moment, or could not be. */
  readonly step: 'codex' | 'environment' | 'libraries' | 'check' | null;
  /** The last thing that its program has said, or why it failed; null: nothing. */
  readonly detail: string | null;
  /** Since when it is in this state. */
  readonly since: string;
  readonly python: Installed | null;
}

/** What the processes of a step may know of the service's environment. */
export const PREPARATION_VARIABLES = [
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_NO_INDEX', 'PIP_TRUSTED_HOST', 'PIP_CERT'],
  ...['UV_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_FIND_LINKS', 'UV_NO_INDEX', 'UV_OFFLINE', 'UV_PYTHON'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'ALL_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'LANG', 'LC_ALL', 'TZ'],
];

/**
 * Prepares what commands of agents find on their PATH, in the background. Each step looks first whether there is anything to do, so
 * that one which was killed goes on at the next start.
 */
export class RuntimePreparation {
  private current: PreparationStatus = { state: 'off', step: null, detail: null, since: now(), python: null };
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private readonly python: PythonEnvironment;

  constructor(
    private readonly config: PreparationConfig,
    private readonly directories: DataDirectories,
    private readonly binary: CodexBinary,
    tools: PythonTools,
    private readonly logger: ComponentLogger,
  ) {
    this.python = new PythonEnvironment(directories.runtimeRoot, tools);
  }

  get status(): PreparationStatus {
    return this.current;
  }

  /** Makes its folder, which sandboxes show from then on. @throws Error of the file system */
  async begin(): Promise<void> {
    if (!this.config.isOn) return;
    await mkdir(this.directories.runtimeRoot, { recursive: true, mode: 0o700 });
    this.running = this.attempt();
  }

  /** Ends what runs. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort(new Error('the service is stopping'));
    await this.running;
  }

  /** Never throws. */
  private async attempt(): Promise<void> {
    const deadline = AbortSignal.timeout(this.config.minutes * 60_000);
    const signal = AbortSignal.any([this.stopping.signal, deadline]);
    try {
      await this.prepare(signal);
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const reason = deadline.aborted ? `it has taken more than ${this.config.minutes} minutes` : messageOf(error);
      this.change({ state: 'failed', detail: reason });
      this.logger.warn(
        { step: this.current.step, reason },
        'the runtime could not be prepared; commands do without it',
      );
      const again = (): void => {
        this.running = this.attempt();
      };
      this.timer = setTimeout(again, this.config.retryMinutes * 60_000).unref();
    }
  }

  private async prepare(signal: AbortSignal): Promise<void> {
    this.change({ state: 'preparing', step: 'codex', detail: null });
    await this.lockCodex();
    const { libraries } = this.config;
    const run = { signal, onLine: (detail: string) => this.change({ detail }) };
    if (!(await this.python.isMade(libraries))) {
      this.logger.info({ libraries: libraries.length }, 'the runtime is being prepared');
      await this.python.make(libraries, (step) => this.began(step), run);
    }
    this.change({ step: 'check' });
    const python = await this.python.installed(run);
    this.change({ state: 'ready', step: null, detail: null, python });
    this.logger.info({ ...python }, 'the runtime is ready');
  }

  private began(step: 'environment' | 'libraries'): void {
    this.change({ step, detail: null });
    this.logger.info({ step }, 'the runtime is being prepared');
  }

  /** Keeps the version of codex, and a link to it. */
  private async lockCodex(): Promise<void> {
    const { globalConfig, runtimeRoot } = this.directories;
    const version = await this.binary.version();
    const lock = join(globalConfig, 'codex_version.lock');
    const before = await readFile(lock, 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
    if (before !== version) {
      if (before !== undefined)
        this.logger.info({ before, version }, 'codex is another version than at the last start');
      await replaceFile(lock, `${version}\n`);
    }
    const folder = join(runtimeRoot, 'bin');
    const link = join(folder, 'codex');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readlink(link).catch(() => undefined)) === this.binary.path) return;
    await rm(link, { force: true });
    await symlink(this.binary.path, link);
  }

  private change(change: Partial<PreparationStatus>): void {
    const isNewState = change.state !== undefined && change.state !== this.current.state;
    this.current = { ...this.current, ...change, ...(isNewState && { since: now() }) };
  }
}
