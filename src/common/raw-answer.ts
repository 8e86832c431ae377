import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECURITY_HEADERS } from './security-headers';

/** Where there is a connection and no response object: ends it with an answer, which has the headers of every other. */
export function answerRaw(
  socket: Duplex,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): void {
  const all = [
    ...SECURITY_HEADERS,
    ...Object.entries({ Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)), ...headers }),
  ];
  const lines = all.map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
}
