import { IncomingMessage, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { OpenAiError } from '../wire/openai.error';
import { CompletionWriter } from './completion-writer';

function writerTo(sent: string[]): CompletionWriter {
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      sent.push(chunk.toString());
      done();
    },
  });
  const response = new ServerResponse(new IncomingMessage(socket as never));
  response.assignSocket(socket as never);
  return new CompletionWriter(response, () => undefined);
}

describe('the answer to a completion', () => {
  it('can be tried again after a sign of life, and not after a chunk', () => {
    const writer = writerTo([]);
    writer.keepAlive();
    expect([writer.started, writer.outputSent]).toEqual([true, false]);
    writer.write('data: {}\n\n');
    expect(writer.outputSent).toBe(true);
  });

  it('that fails after a sign of life ends with the error as its event', () => {
    const sent: string[] = [];
    const writer = writerTo(sent);
    writer.keepAlive();
    writer.sendError(new OpenAiError(502, 'upstream_error', 'gone'));
    expect(sent.join('')).toMatch(/HTTP\/1.1 200[^]*: keep-alive[^]*data: \{"error":\{"message":"gone"/);
  });
});
