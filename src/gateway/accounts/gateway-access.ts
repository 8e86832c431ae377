import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { IncomingHttpHeaders } from 'node:http';
import { DEFAULT_USER } from '../../auth/user';
import { ModelEndpoint } from '../../runtime/model-endpoint';
import { GatewayCaller, instanceCaller, openCaller } from '../wire/gateway-caller';
import { OpenAiError } from '../wire/openai.error';
import { OUR_KEY_PREFIXES } from './gateway-key-secret';
import { KeyAccount } from './key-account';
import { KeyAccounts } from './key-accounts';
import { OpenAccess } from './open-access';

/** Empty where there is none. */
export function bearerKeyOf({ authorization = '' }: IncomingHttpHeaders): string {
  const [, key = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
  return key;
}

interface Identified {
  readonly caller: GatewayCaller;
  /** Of a gateway key. */
  readonly account?: KeyAccount;
}

/** Decides who may call `/v1`, over HTTP and over WebSocket. */
@Injectable()
export class GatewayAccess {
  constructor(
    private readonly endpoint: ModelEndpoint,
    private readonly accounts: KeyAccounts,
    private readonly open: OpenAccess,
  ) {}

  /**
   * Says who calls; a gateway key's request counts from here.
   *
   * @param remoteAddress of the peer's socket.
   * @throws OpenAiError 401 for a missing, unknown, disabled or expired key, 429 over a limit or the budget.
   */
  async admit(headers: IncomingHttpHeaders, remoteAddress: string | undefined): Promise<GatewayCaller> {
    const { caller, account } = this.identify(headers, remoteAddress);
    await account?.admit();
    return caller;
  }

  /**
   * The same for what asks no model, which counts for no limit: the opening of a connection, whose requests are admitted one
   * by one, and reading what there is.
   *
   * @throws OpenAiError 401 as `admit`, 429 when the budget is spent.
   */
  admitUncounted(headers: IncomingHttpHeaders, remoteAddress: string | undefined): GatewayCaller {
    const { caller, account } = this.identify(headers, remoteAddress);
    account?.requireUsable();
    return caller;
  }

  private identify(headers: IncomingHttpHeaders, remoteAddress: string | undefined): Identified {
    const key = bearerKeyOf(headers);
    const instanceId = this.endpoint.instanceForKey(key);
    if (instanceId !== undefined) return { caller: instanceCaller(instanceId) };
    const account = this.accounts.find(key);
    if (account !== undefined) return { caller: account.caller, account };
    const isKeyOfOurs = OUR_KEY_PREFIXES.some((prefix) => key.startsWith(prefix));
    if (!isKeyOfOurs && this.open.allows(headers, remoteAddress)) return { caller: openCaller(DEFAULT_USER.id) };
    throw new OpenAiError(401, 'invalid_api_key', 'The bearer key is missing or not known here.');
  }
}

/** Lets in who may call `/v1`, and puts the caller into the request. */
@Injectable()
export class GatewayAccessGuard implements CanActivate {
  constructor(private readonly access: GatewayAccess) {}

  /** @throws OpenAiError 401 or 429; see GatewayAccess. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const { headers, method, socket } = request;
    try {
      // Whatever asks a model is a POST.
      request.gatewayCaller =
        method === 'POST'
          ? await this.access.admit(headers, socket.remoteAddress)
          : this.access.admitUncounted(headers, socket.remoteAddress);
      return true;
    } catch (error) {
      // OpenAI's own clients repeat every 429 unless a header forbids it.
      const isFinal = error instanceof OpenAiError && error.code === 'insufficient_quota';
      if (isFinal) http.getResponse<Response>().setHeader('x-should-retry', 'false');
      throw error;
    }
  }
}
