import { Agent, fetch, Response } from 'undici';
import type { ToolOutput } from '../../app-server/agent/agent-tool';
import { withoutSecrets } from '../secrets-file';
import { Tool, ToolApproval, ToolContext, ToolRefusal } from '../tool';
import { requirePublic } from './public-agent';
import type { HttpToolEntry } from './tools-file';

const MAX_BYTES = 2 * 1024 * 1024;
const PLACE = /\{([A-Za-z0-9_]+)\}/g;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export interface HttpToolSettings {
  readonly entry: HttpToolEntry;
  /** Its secret, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly agent: Agent;
  /** Whether its host may be one of the operator's own network. */
  readonly isPrivate: boolean;
}

/** A tool without code: a request to an address of the operator. */
export class HttpTool implements Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly approval: ToolApproval;
  readonly timeoutMs: number;

  constructor(private readonly settings: HttpToolSettings) {
    const { name, description, schema, approval } = settings.entry;
    this.name = name;
    this.description = description;
    this.inputSchema = schema;
    this.approval = approval;
    this.timeoutMs = settings.timeoutSeconds * 1000;
  }

  async call(input: Readonly<Record<string, unknown>>, { signal }: ToolContext): Promise<ToolOutput> {
    const { entry, agent, isPrivate, secrets } = this.settings;
    const { url, body } = requestOf(entry, input);
    if (!isPrivate) requirePublic(url);
    try {
      const headers = { ...entry.headers, ...this.authorization, ...(body && { 'content-type': 'application/json' }) };
      const init = { method: entry.method, headers, body, signal, dispatcher: agent, redirect: 'manual' } as const;
      return await outputOf(await fetch(url, init), secrets);
    } catch (error) {
      signal.throwIfAborted();
      throw new ToolRefusal(`${this.name} failed: ${withoutSecrets(reasonOf(error), secrets)}.`);
    }
  }

  private get authorization(): Record<string, string> {
    const { auth } = this.settings.entry;
    if (auth === undefined) return {};
    return { [auth.header]: auth.prefix + (this.settings.secrets[auth.secret] ?? '') };
  }
}

/** Fields that the address does not name go into its query, or into a body of JSON. */
export function requestOf(
  { url: pattern, method }: Pick<HttpToolEntry, 'url' | 'method'>,
  input: Readonly<Record<string, unknown>>,
): { url: URL; body?: string } {
  const named = new Set<string>();
  const address = pattern.replaceAll(PLACE, (_, field: string) => {
    named.add(field);
    const value = textOf(input[field]);
    // Dots alone would lead to another path.
    return /^\.+$/.test(value) ? value.replaceAll('.', '%2E') : encodeURIComponent(value);
  });
  const url = new URL(address);
  const rest = Object.entries(input).filter(([field, value]) => !named.has(field) && value !== undefined);
  if (method !== 'GET' && method !== 'DELETE') return { url, body: JSON.stringify(Object.fromEntries(rest)) };
  for (const [field, value] of rest) url.searchParams.set(field, textOf(value));
  return { url };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function outputOf(response: Response, secrets: Readonly<Record<string, string>>): Promise<ToolOutput> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    throw new ToolRefusal(`it was sent on to another address (${status}), which is not followed`);
  }
  const bytes = await bodyOf(response);
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const success = status < 400;
  if (success && PICTURES.includes(type)) {
    return { success, content: [{ type: 'picture', url: `data:${type};base64,${bytes.toString('base64')}` }] };
  }
  if (bytes.includes(0))
    throw new ToolRefusal(`it answered ${bytes.length} bytes of ${type || 'an unknown type'}, which is no text`);
  const text = withoutSecrets(bytes.toString('utf8'), secrets);
  return { success, content: [{ type: 'text', text: success ? text : `HTTP ${status}\n${text}` }] };
}

async function bodyOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > MAX_BYTES) throw new ToolRefusal(`its answer has more than ${MAX_BYTES / 1024} KiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** `fetch` says only that it failed, and has the reason beside that. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
