import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { type ReceivedRequest, type ReceiverAnswer, ReceivingServer } from './receiving-server';

/** A call of a webhook as its receiver has it. */
export interface ReceivedCall extends Omit<ReceivedRequest, 'body'> {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly type: string;
}

/** How it answers by the beginning of the path: `/failing-1` fails once. */
const ANSWERS: Readonly<Record<string, ReceiverAnswer>> = {
  failing: (response, calls) => response.writeHead(calls === 1 ? 500 : 204).end(),
  redirect: (response) => response.writeHead(302, { location: '/ok' }).end(),
  gone: (response) => response.writeHead(410).end(),
  late: (response) => void setTimeout(() => response.writeHead(410).end(), 3_000),
  never: () => undefined,
  huge: (response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  },
};

/** Somebody's server that webhooks call. */
export class WebhookReceiver extends ReceivingServer<ReceivedCall> {
  /** Answers that broke off, by path. */
  readonly brokenOff: string[] = [];

  static start(): Promise<WebhookReceiver> {
    return new WebhookReceiver({
      answers: ANSWERS,
      usual: (response) => response.writeHead(200).end('taken'),
    }).listen();
  }

  get calls(): readonly ReceivedCall[] {
    return this.received;
  }

  protected kept({ body, headers, ...request }: ReceivedRequest, response: ServerResponse): ReceivedCall {
    response.once('close', () => {
      if (!response.writableFinished) this.brokenOff.push(request.path);
    });
    const text = body.toString();
    const { type, data } = JSON.parse(text) as Pick<ReceivedCall, 'type' | 'data'>;
    return { ...request, headers: { ...headers }, body: text, type, data };
  }
}

/** What a receiver with this secret makes of a call. @throws WebhookVerificationError */
export const verified = (secret: string, { body, headers }: ReceivedCall): unknown =>
  new Webhook(secret).verify(body, headers);
