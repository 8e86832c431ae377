import { createServer, Server } from 'node:net';

/** Answers as clamd does once the whole of an INSTREAM has come; undefined: not at all. */
export function fakeClamd(answer: (content: Buffer) => string | undefined): Server {
  return createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const content: Buffer[] = [];
      for (let at = 'zINSTREAM\0'.length; at + 4 <= received.length;) {
        const length = received.readUInt32BE(at);
        if (length === 0) {
          const reply = answer(Buffer.concat(content));
          return reply === undefined ? socket.destroy() : socket.end(`${reply}\0`);
        }
        content.push(received.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
      return undefined;
    });
  });
}
