import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

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
      for (const [type, payload] of eventsOf(requests.length === 1, command, text)) {
        response.write(eventMessage(type, payload));
      }
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

function eventsOf(isFirst: boolean, command: string, text: string): [string, object][] {
  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
  const start = { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'call-1', name: 'exec_command' } } };
  const input = JSON.stringify({ cmd: command });
  return [
    ['messageStart', { role: 'assistant' }],
    ...(isFirst ? ([['contentBlockStart', start]] as [string, object][]) : []),
    ['contentBlockDelta', { contentBlockIndex: 0, delta: isFirst ? { toolUse: { input } } : { text } }],
    ['contentBlockStop', { contentBlockIndex: 0 }],
    ['messageStop', { stopReason: isFirst ? 'tool_use' : 'end_turn' }],
    ['metadata', { usage, metrics: { latencyMs: 1 } }],
  ];
}
