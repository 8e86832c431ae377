import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Server } from 'socket.io';
import { answerQuestions, Conversation } from './conversation';

export type BareQuestion = { readonly kind: 'listen' } | { readonly kind: 'send'; readonly events: readonly object[] };

export type BareServer = Conversation<BareQuestion, string>;

/** A Socket.IO server that does nothing but send what it is given to a room, as fast as it can. */
export const startBareServer = (): BareServer => new Conversation(__filename);

function serve(): void {
  const http = createServer();
  const namespace = new Server(http).of('/chat');
  namespace.on('connection', (socket) => {
    socket.on('chat:join', (_call: object, acknowledge: (answer: object) => void) => {
      void socket.join('room');
      acknowledge({ ok: true, lastSeq: 0 });
    });
  });
  answerQuestions<BareQuestion, string>(async (question) => {
    if (question.kind === 'listen') {
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    }
    for (const event of question.events) {
      namespace.to('room').emit('event', event);
      await turn();
    }
    return '';
  });
}

if (process.argv[2] === 'serve') serve();
