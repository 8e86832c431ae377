import { ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { rootCertificates } from 'node:tls';
import { CatalogModel } from '../../../src/runtime/model-catalog.types';
import { codexUnderTest } from '../../support/codex-under-test';

const CODEX = codexUnderTest();
/** Codex's own sandbox program before the machine's, whose version may be too old for it. */
const PATH = [...CODEX.toolPath, process.env.PATH].join(delimiter);

interface BundledModels {
  readonly models: readonly Record<string, unknown>[];
}

/** What the tests read of a notification. */
export interface CodexParams {
  readonly turnId?: string;
  readonly item?: CodexItem;
  readonly turn?: Pick<CodexTurn, 'status' | 'error'>;
  readonly plan?: readonly { readonly step: string; readonly status: string }[];
}

/** A line of the app-server's protocol, as loosely as the tests need it. */
export interface CodexMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: CodexParams;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface CodexItem {
  readonly type: string;
  readonly text?: string;
  readonly summary?: readonly string[];
  readonly status?: string;
  readonly command?: string;
  readonly aggregatedOutput?: string | null;
  readonly exitCode?: number | null;
}

/** What one turn of the real codex came to. */
export interface CodexTurn {
  readonly status: string;
  readonly error: { readonly message: string; readonly codexErrorInfo?: unknown } | null;
  readonly items: readonly CodexItem[];
  readonly messages: readonly CodexMessage[];
  readonly durationMs: number;
}

/** One real `codex app-server` with a home of its own, speaking to the gateway under test. */
export class CodexProcess {
  readonly workspace: string;
  private readonly home = mkdtempSync(join(tmpdir(), 'gateway-codex-'));
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting = new Map<number, (message: CodexMessage) => void>();
  private readonly listeners = new Set<(message: CodexMessage) => void>();
  private nextId = 1;

  private constructor(baseUrl: string, key: string, models: readonly CatalogModel[], settings: readonly string[]) {
    this.workspace = join(this.home, 'workspace');
    mkdirSync(this.workspace);
    mkdirSync(join(this.home, 'no-certificates'));
    writeFileSync(join(this.home, 'one.pem'), rootCertificates[0] ?? '');
    writeFileSync(join(this.home, 'catalog.json'), JSON.stringify({ models: models.map(catalogEntry) }));
    this.child = spawn(CODEX.path, [...ARGUMENTS, ...settingsFor(baseUrl, this.home, settings)], {
      cwd: this.home,
      env: {
        PATH,
        HOME: this.home,
        CODEX_HOME: this.home,
        GATEWAY_KEY: key,
        SSL_CERT_FILE: join(this.home, 'one.pem'),
        SSL_CERT_DIR: join(this.home, 'no-certificates'),
        LANG: 'C.UTF-8',
      },
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.receive(line));
    if (process.env.CODEX_STDERR) this.child.stderr.pipe(process.stderr);
  }

  static async start(
    baseUrl: string,
    key: string,
    models: readonly CatalogModel[],
    settings: readonly string[] = [],
  ): Promise<CodexProcess> {
    const codex = new CodexProcess(baseUrl, key, models, settings);
    const capabilities = { experimentalApi: true };
    await codex.request('initialize', {
      clientInfo: { name: 'gateway-test', title: null, version: '0' },
      capabilities,
    });
    codex.send({ method: 'initialized' });
    return codex;
  }

  async startThread(model: string, config: Record<string, unknown> = {}): Promise<string> {
    const { thread } = await this.request<{ thread: { id: string } }>('thread/start', {
      cwd: this.workspace,
      approvalPolicy: 'on-request',
      sandbox: 'workspace-write',
      model,
      ...config,
    });
    return thread.id;
  }

  /** Runs one turn to its end; approvals are accepted. */
  async runTurn(threadId: string, text: string, params: Record<string, unknown> = {}): Promise<CodexTurn> {
    const messages: CodexMessage[] = [];
    const items: CodexItem[] = [];
    const started = performance.now();
    const ended = new Promise<Pick<CodexTurn, 'status' | 'error'>>((resolve) => {
      const listen = (message: CodexMessage): void => {
        messages.push(message);
        const { item, turn } = message.params ?? {};
        if (message.method === 'item/completed' && item) items.push(item);
        if (message.method === 'turn/completed' && turn) {
          this.listeners.delete(listen);
          resolve(turn);
        }
      };
      this.listeners.add(listen);
    });
    await this.request('turn/start', { threadId, input: [{ type: 'text', text, text_elements: [] }], ...params });
    const { status, error } = await ended;
    return { status, error, items, messages, durationMs: performance.now() - started };
  }

  async request<T = unknown>(method: string, params: unknown): Promise<T> {
    const id = this.nextId++;
    const answer = new Promise<CodexMessage>((resolve) => this.waiting.set(id, resolve));
    this.send({ id, method, params });
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  onMessage(listen: (message: CodexMessage) => void): void {
    this.listeners.add(listen);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.stdin.end();
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(killer);
    rmSync(this.home, { recursive: true, force: true });
  }

  private send(message: unknown): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  private receive(line: string): void {
    const message = JSON.parse(line) as CodexMessage;
    if (message.id !== undefined && message.method !== undefined) {
      this.send({ id: message.id, result: { decision: 'accept' } });
    } else if (message.id !== undefined) {
      this.waiting.get(message.id)?.(message);
    }
    for (const listen of this.listeners) listen(message);
  }
}

const ARGUMENTS = ['app-server', '--disable', 'shell_snapshot', '--disable', 'skill_search'];

function settingsFor(baseUrl: string, home: string, more: readonly string[]): string[] {
  const provider = `{name="gateway",base_url="${baseUrl}",wire_api="responses",env_key="GATEWAY_KEY",request_max_retries=2,stream_max_retries=2}`;
  const settings = [
    'model_provider="gateway"',
    `model_providers.gateway=${provider}`,
    `model_catalog_json="${join(home, 'catalog.json')}"`,
    'web_search="disabled"',
    'tools.update_plan.enabled=true',
    ...more,
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

let bundled: BundledModels | undefined;

function catalogEntry({ slug, displayName, contextWindow }: CatalogModel): Record<string, unknown> {
  bundled ??= JSON.parse(
    execFileSync(CODEX.path, ['debug', 'models', '--bundled'], { maxBuffer: 1e9 }).toString(),
  ) as BundledModels;
  return {
    ...bundled.models.find((model) => model.slug === 'gpt-5.5'),
    slug,
    display_name: displayName,
    context_window: contextWindow,
    max_context_window: contextWindow,
    use_responses_lite: false,
    tool_mode: null,
    multi_agent_version: null,
    experimental_supported_tools: [],
    supports_search_tool: false,
    support_verbosity: false,
    default_verbosity: null,
    model_messages: null,
    service_tiers: [],
    additional_speed_tiers: [],
    apply_patch_tool_type: 'freeform',
  };
}
