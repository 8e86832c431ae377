import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../common/domain.error';
import { ConfigError } from '../config/config.error';
import { PoolConfig } from '../config/pool.config';

const run = promisify(execFile);

/** Target triples that the npm package carries a binary for, as in its own `bin/codex.js`. */
const TARGETS: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
};

interface Location {
  readonly path: string;
  /** Folders with the programs that codex looks for on its PATH: `bwrap` for its sandbox, and `rg`. */
  readonly toolPath: readonly string[];
  /** Known without starting the binary, for that of the npm package. */
  readonly version?: string;
}

/** The codex executable: that of the npm package, or the operator's. */
export class CodexBinary {
  private readonly location: Location;
  private askedVersion?: Promise<string>;

  /** @throws ConfigError when there is none for this platform. */
  constructor(config: PoolConfig) {
    this.location = config.binaryPath === '' ? locatePackaged() : locateConfigured(config.binaryPath);
  }

  get path(): string {
    return this.location.path;
  }

  get toolPath(): readonly string[] {
    return this.location.toolPath;
  }

  /**
   * For instance `0.171.0`.
   *
   * @throws ConfigError when the file cannot be run.
   */
  version(): Promise<string> {
    if (this.location.version !== undefined) return Promise.resolve(this.location.version);
    this.askedVersion ??= this.askVersion();
    return this.askedVersion;
  }

  /**
   * What the binary prints for these arguments.
   *
   * @throws ConfigError when it cannot be run or exits with an error.
   */
  async print(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
    try {
      const { stdout } = await run(this.path, args, { env, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    } catch (error) {
      throw new ConfigError(`the codex binary ${this.path} cannot be run: ${messageOf(error)}`);
    }
  }

  private async askVersion(): Promise<string> {
    const printed = await this.print(['--version'], {});
    const version = /\d+\.\d+\.\d+\S*/.exec(printed)?.[0];
    if (version === undefined) {
      throw new ConfigError(
        `CODEX_BINARY_PATH is "${this.path}", but it must be a codex binary; it printed no version`,
      );
    }
    return version;
  }
}

function locateConfigured(binaryPath: string): Location {
  const path = resolve(binaryPath);
  if (existsSync(path)) return { path, toolPath: toolFolders(dirname(dirname(path))) };
  throw new ConfigError(`CODEX_BINARY_PATH is "${binaryPath}", but there is no such file`);
}

function locatePackaged(): Location {
  const platform = `${process.platform}-${process.arch}`;
  const triple = TARGETS[platform];
  if (triple === undefined) {
    throw new ConfigError(`there is no codex binary for ${platform}; set CODEX_BINARY_PATH to one`);
  }
  const vendor = join(vendorFolder(platform), triple);
  const path = join(vendor, 'bin', 'codex');
  if (!existsSync(path)) throw new ConfigError(`${path} is missing; run "npm ci" again, or set CODEX_BINARY_PATH`);
  return { path, toolPath: toolFolders(vendor), version: packagedVersion(vendor) };
}

function vendorFolder(platform: string): string {
  try {
    return join(dirname(createRequire(__filename).resolve(`@openai/codex-${platform}/package.json`)), 'vendor');
  } catch {
    throw new ConfigError(`the package @openai/codex-${platform} is missing; run "npm ci", or set CODEX_BINARY_PATH`);
  }
}

function toolFolders(vendor: string): string[] {
  return [join(vendor, 'codex-path'), join(vendor, 'codex-resources')].filter((folder) => existsSync(folder));
}

function packagedVersion(vendor: string): string | undefined {
  try {
    const layout = JSON.parse(readFileSync(join(vendor, 'codex-package.json'), 'utf8')) as { version?: unknown };
    return typeof layout.version === 'string' ? layout.version : undefined;
  } catch {
    return undefined;
  }
}
