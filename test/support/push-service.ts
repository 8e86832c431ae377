import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { type ReceivedRequest, type ReceiverAnswer, ReceivingServer } from './receiving-server';

/** Seconds after which `/busy` wants to be asked again: more than the service would wait by itself. */
export const BUSY_SECONDS = 7;

/** What a push service was given for a browser. */
export type PushedMessage = ReceivedRequest;

/** What the browser reads in it. */
export interface PushedNews {
  readonly kind: string;
  readonly chatId: string | null;
  readonly status: string | null;
  readonly title: string;
}

/** How it answers by the beginning of the path. */
const ANSWERS: Readonly<Record<string, ReceiverAnswer>> = {
  gone: (response) => response.writeHead(410).end(),
  busy: (response, calls) => {
    if (calls === 1) response.writeHead(429, { 'retry-after': String(BUSY_SECONDS) }).end();
    else response.writeHead(201).end();
  },
  never: () => undefined,
};

/** A push service of a browser, as RFC 8030 has it. */
export class PushService extends ReceivingServer<PushedMessage> {
  static start(): Promise<PushService> {
    return new PushService({ answers: ANSWERS, usual: (response) => response.writeHead(201).end() }).listen();
  }

  get messages(): readonly PushedMessage[] {
    return this.received;
  }

  protected kept(request: ReceivedRequest): PushedMessage {
    return request;
  }
}

/** A browser that has subscribed at a push service, with keys of its own. */
export class PushBrowser {
  private readonly pair = createECDH('prime256v1');
  private readonly auth = randomBytes(16);

  constructor(readonly endpoint: string) {
    this.pair.generateKeys();
  }

  /** What `PushSubscription.toJSON()` gives. */
  get subscription(): { endpoint: string; keys: { p256dh: string; auth: string } } {
    const { endpoint, pair, auth } = this;
    return { endpoint, keys: { p256dh: pair.getPublicKey('base64url'), auth: auth.toString('base64url') } };
  }

  /** Decrypts a message as RFC 8291 and RFC 8188 have it. @throws Error where it is not for this browser */
  read({ body }: PushedMessage): PushedNews {
    const salt = body.subarray(0, 16);
    const idLength = body[20] ?? 0;
    const sender = body.subarray(21, 21 + idLength);
    const sealed = body.subarray(21 + idLength);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.pair.getPublicKey(), sender]);
    const input = Buffer.from(hkdfSync('sha256', this.pair.computeSecret(sender), this.auth, info, 32));
    const derived = (what: string, length: number) =>
      Buffer.from(hkdfSync('sha256', input, salt, `Content-Encoding: ${what}\0`, length));
    const decipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    const end = padded.lastIndexOf(2);
    return JSON.parse(padded.subarray(0, end).toString('utf8')) as PushedNews;
  }
}

/** What the sender says of itself, as RFC 8292 has it. @throws Error where its signature is wrong */
export function senderOf({ headers }: PushedMessage): { key: string; aud: string; exp: number; sub: string } {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = Buffer.from(`${head}.${claims}`);
  const checked = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
  if (!verify('sha256', signed, checked, Buffer.from(signature, 'base64url'))) throw new Error('it is not signed');
  const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; exp: number; sub: string };
  return { ...read, key };
}
