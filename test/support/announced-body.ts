import { request } from 'node:http';

export interface EarlyAnswer {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** The answer to a POST that announces a body of so many bytes and sends none of it: it is given by the headers alone. */
export function announceBody(url: string, bytes: number, headers: Record<string, string> = {}): Promise<EarlyAnswer> {
  return new Promise((resolve, reject) => {
    const announced = { 'content-type': 'application/json', 'content-length': String(bytes), ...headers };
    const sent = request(url, { method: 'POST', headers: announced }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.on('end', () => {
        resolve({ status: answer.statusCode, body: JSON.parse(text) });
        sent.destroy();
      });
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });
}
