import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { argumentsOf, idOf } from './scripted-chat';
import { ScriptedReply } from './scripted-reply';

/** A message of AWS's binary event stream, https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html. */
function eventMessage(type: string, payload: object): Buffer {
  const headers = Buffer.concat(
    Object.entries({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }).map(header),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const start = Buffer.concat([prelude, checksum(prelude), headers, body]);
  return Buffer.concat([start, checksum(start)]);
}

function header([name, value]: [string, string]): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

export interface ScriptedBedrock {
  readonly url: string;
  readonly requests: { path: string; authorization: string | undefined; body: string }[];
  stop(): Promise<void>;
}

/** Bedrock's Converse API on loopback: says `text` to everything, after a call of `exec_command` in the first answer. */
export async function startScriptedBedrock(command: string, text: string): Promise<ScriptedBedrock> {
  const requests: ScriptedBedrock['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      requests.push({ path: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      const call = { name: 'exec_command', id: 'call-1', arguments: { cmd: command } };
      const reply: ScriptedReply = requests.length === 1 ? { calls: [call] } : { text: [text] };
      for (const frame of bedrockFrames(reply, requests.length)) response.write(frame);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The binary events of a reply in Bedrock's Converse API. */
export function bedrockFrames(reply: ScriptedReply, index: number): Buffer[] {
  const { input = 10, output = 5, cached = 0 } = reply.usage ?? {};
  const usage = { inputTokens: input, outputTokens: output, totalTokens: input + output, cacheReadInputTokens: cached };
  const reason = reply.finishReason ?? ((reply.calls ?? []).length > 0 ? 'tool_use' : 'end_turn');
  const events: Event[] = [
    ['messageStart', { role: 'assistant' }],
    ...blocksOf(reply, index).flatMap((block, contentBlockIndex) => blockEvents(block, contentBlockIndex)),
    ['messageStop', { stopReason: reason }],
    ['metadata', { usage, metrics: { latencyMs: 1 } }],
  ];
  return events.map(([type, payload]) => eventMessage(type, payload));
}

type Event = readonly [type: string, payload: object];

interface Block {
  readonly start?: object;
  readonly deltas: readonly object[];
}

function blocksOf({ reasoning, text, calls = [] }: ScriptedReply, index: number): Block[] {
  return [
    ...(reasoning ? [{ deltas: reasoning.map((thought) => ({ reasoningContent: { text: thought } })) }] : []),
    ...(text ? [{ deltas: text.map((piece) => ({ text: piece })) }] : []),
    ...calls.map((call, position) => ({
      start: { toolUse: { toolUseId: idOf(call, index, position), name: call.name } },
      deltas: [{ toolUse: { input: argumentsOf(call) } }],
    })),
  ];
}

const blockEvents = ({ start, deltas }: Block, contentBlockIndex: number): Event[] => [
  ...(start ? [['contentBlockStart', { contentBlockIndex, start }] as const] : []),
  ...deltas.map((delta) => ['contentBlockDelta', { contentBlockIndex, delta }] as const),
  ['contentBlockStop', { contentBlockIndex }],
];
