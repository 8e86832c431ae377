import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface InputItem {
  type: string;
  role?: string;
  content?: { type: string; text?: string }[];
  output?: unknown;
}

export interface RecordedRequest {
  readonly authorization: string | undefined;
  readonly threadId: string;
  readonly model: string;
  readonly text: string;
  /** All that was said, by whomever. */
  readonly history: string[];
  /** What a command that the model asked for has printed. */
  readonly output: string;
  /** Names of the tools that codex offers, those in namespaces too. */
  readonly tools: string[];
}

interface Tool {
  readonly name?: string;
  readonly tools?: readonly Tool[];
}

interface ResponsesBody {
  model: string;
  prompt_cache_key: string;
  input: InputItem[];
  tools?: Tool[];
}

/**
 * A model behind the Responses API that does what the last user message says:
 * `run <command>`, `tty <command>` (on a terminal), `in <folder> <command>`, `leave <command>` (runs on), `escalate <command>`, `patch <patch>`, `view <image>`, `stream <deltas> <ms between>`, `hang`; to anything else it says hello.
 */
export class ScriptedResponses {
  readonly requests: RecordedRequest[] = [];
  private count = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedResponses> {
    const server = createServer();
    const model = new ScriptedResponses(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void model.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ResponsesBody;
    const recorded = record(request, body);
    this.requests.push(recorded);
    this.count += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await answer(new EventStream(response, this.count), recorded, body.input.at(-1)?.type !== 'message');
  }
}

class EventStream {
  constructor(
    private readonly response: ServerResponse,
    private readonly number: number,
  ) {
    this.send('response.created', { response: { id: `resp-${number}` } });
  }

  get open(): boolean {
    return !this.response.destroyed;
  }

  call(args: Record<string, unknown>, name = 'exec_command'): void {
    const item = { type: 'function_call', id: `f-${this.number}`, call_id: `c-${this.number}`, name };
    this.send('response.output_item.done', { output_index: 0, item: { ...item, arguments: JSON.stringify(args) } });
  }

  patch(input: string): void {
    const item = { type: 'custom_tool_call', id: `f-${this.number}`, call_id: `c-${this.number}`, name: 'apply_patch' };
    this.send('response.output_item.done', { output_index: 0, item: { ...item, input } });
  }

  begin(): void {
    const item = { type: 'message', id: this.messageId, role: 'assistant', content: [] };
    this.send('response.output_item.added', { output_index: 0, item });
  }

  delta(delta: string): void {
    this.send('response.output_text.delta', { item_id: this.messageId, output_index: 0, content_index: 0, delta });
  }

  finish(text: string): void {
    const content = [{ type: 'output_text', text }];
    const item = { type: 'message', id: this.messageId, role: 'assistant', content };
    this.send('response.output_item.done', { output_index: 0, item });
  }

  end(): void {
    const details = { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15, ...details };
    this.send('response.completed', { response: { id: `resp-${this.number}`, usage } });
    this.response.end();
  }

  private get messageId(): string {
    return `m-${this.number}`;
  }

  private send(type: string, fields: Record<string, unknown>): void {
    this.response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  }
}

function record(request: IncomingMessage, body: ResponsesBody): RecordedRequest {
  const said = body.input.filter(({ type, role }) => type === 'message' && role === 'user').at(-1);
  const output = body.input.at(-1)?.output;
  return {
    authorization: request.headers.authorization,
    threadId: body.prompt_cache_key,
    model: body.model,
    text: said?.content?.map(({ text }) => text ?? '').join('') ?? '',
    history: body.input.flatMap(({ content }) => content?.map((part) => part.text ?? '') ?? []),
    output: typeof output === 'string' ? output : JSON.stringify(output ?? ''),
    tools: namesOf(body.tools ?? []),
  };
}

const namesOf = (tools: readonly Tool[]): string[] =>
  tools.flatMap(({ name = '', tools: inner = [] }) => [name, ...namesOf(inner)]);

async function answer(stream: EventStream, { text }: RecordedRequest, isAfterTool: boolean): Promise<void> {
  const [verb = '', ...rest] = text.split(' ');
  const argument = rest.join(' ');
  if (verb === 'hang') return stream.begin();
  if (verb === 'run' && !isAfterTool) stream.call({ cmd: argument, yield_time_ms: 30_000 });
  if (verb === 'tty' && !isAfterTool) stream.call({ cmd: argument, yield_time_ms: 30_000, tty: true });
  else if (verb === 'in' && !isAfterTool) {
    stream.call({ workdir: rest[0], cmd: rest.slice(1).join(' '), yield_time_ms: 30_000 });
  } else if (verb === 'leave' && !isAfterTool) stream.call({ cmd: argument, yield_time_ms: 250 });
  else if (verb === 'patch' && !isAfterTool) stream.patch(argument);
  else if (verb === 'view' && !isAfterTool) stream.call({ path: argument }, 'view_image');
  else if (verb === 'escalate' && !isAfterTool) {
    stream.call({ cmd: argument, sandbox_permissions: 'require_escalated', justification: 'the test wants it' });
  } else if (verb === 'stream') await streamWords(stream, Number(rest[0]), Number(rest[1]));
  else await streamWords(stream, 2, 0);
  stream.end();
}

async function streamWords(stream: EventStream, deltas: number, delayMs: number): Promise<void> {
  const words = Array.from({ length: deltas }, (_, index) => `word${index} `);
  stream.begin();
  for (const word of words) {
    if (!stream.open) return;
    stream.delta(word);
    if (delayMs > 0) await sleep(delayMs);
  }
  stream.finish(words.join(''));
}
