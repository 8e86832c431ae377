import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { UsageLimits } from '../../access/limits/usage-limits';
import { Authenticator } from '../../auth/authenticator';
import { allows, Permission } from '../../auth/permission';
import { Principal, SERVICE_OWNER } from '../../auth/principal';
import { DomainError } from '../../common/domain.error';
import { proxyHeaderOf } from '../../common/proxy-headers';
import { ModelEndpoint } from '../../runtime/model-endpoint';
import { GatewayCaller, instanceCaller, openCaller } from '../wire/gateway-caller';
import { OpenAiError } from '../wire/openai.error';
import { OUR_KEY_PREFIXES } from './gateway-key-secret';
import { KeyAccount } from './key-account';
import { KeyAccounts } from './key-accounts';
import { KeyOwners } from './key-owners';
import { Connection, OpenAccess } from './open-access';

/** Empty where there is none. */
export function bearerKeyOf({ authorization = '' }: IncomingHttpHeaders): string {
  const [, key = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
  return key;
}

/** What is asked of a request to know who sends it. */
type CallerRequest = Connection & Pick<IncomingMessage, 'method' | 'url'>;

/** Any of these permissions lets a user in. */
type Admits = readonly Permission[];
const MODELS: Admits = ['gateway:use'];
/** Which of both is needed is known once the model is: the agent is no backend. */
const MODELS_OR_AGENT: Admits = ['gateway:use', 'chat:write'];

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
    private readonly authenticator: Authenticator,
    private readonly limits: UsageLimits,
    private readonly owners: KeyOwners,
  ) {}

  /**
   * Says who calls; a gateway key's request counts from here.
   *
   * @throws OpenAiError 401 for a missing, unknown, disabled or expired key, 429 over a limit or the budget of the key, or
   * where its user has spent all that there is (`limit_reached`; `param` is the limit's name).
   */
  async admit(request: CallerRequest, admits: Admits = MODELS): Promise<GatewayCaller> {
    const { caller, account } = await this.identify(request, admits);
    account?.requireUsable();
    // What a process of ours asks was admitted with its turn; the service's own keys have their budgets.
    if (caller.userId !== null && caller.userId !== SERVICE_OWNER)
      await this.limits.requireUnspent(caller.userId).catch(refuseSpent);
    await account?.admit();
    return caller;
  }

  /**
   * The same for what asks no model, which counts for no limit: the opening of a connection, whose requests are admitted one
   * by one, and reading what there is.
   *
   * @throws OpenAiError 401 as `admit`, 429 when the budget is spent.
   */
  async admitUncounted(request: CallerRequest, admits: Admits = MODELS): Promise<GatewayCaller> {
    const { caller, account } = await this.identify(request, admits);
    account?.requireUsable();
    return caller;
  }

  private async identify(request: CallerRequest, admits: Admits): Promise<Identified> {
    const key = bearerKeyOf(request.headers);
    const instanceId = this.endpoint.instanceForKey(key);
    if (instanceId !== undefined) return { caller: instanceCaller(instanceId) };
    const account = this.accounts.find(key);
    if (account !== undefined) {
      if (await this.owners.isDisabled(account.userId)) throw OWNER_DISABLED;
      return { caller: account.caller, account };
    }
    const isKeyOfOurs = OUR_KEY_PREFIXES.some((prefix) => key.startsWith(prefix));
    const user = isKeyOfOurs ? undefined : await this.userOf(request, admits);
    if (user !== undefined) return { caller: openCaller(user.id, user) };
    throw new OpenAiError(401, 'invalid_api_key', `The bearer key is missing or not known here.${noteFor(request)}`);
  }

  /** Who calls without a key: as whoever signs in, or because nobody has to here. */
  private async userOf(request: CallerRequest, admits: Admits): Promise<Principal | undefined> {
    const isAsked = this.authenticator.isRequired || this.open.allows(request);
    const user = isAsked ? await this.authenticator.identify(request) : undefined;
    if (user !== undefined && !admits.some((permission) => allows(user, permission))) throw NOT_PERMITTED;
    return user;
  }
}

/** Clients are told not to repeat it by themselves: that it lasts to the end of a day or a month. */
function refuseSpent(error: unknown): never {
  if (!(error instanceof DomainError) || error.limit === undefined) throw error;
  const { status, code, detail, limit, retryAfterSeconds } = error;
  throw new OpenAiError(status, code, detail, limit, retryAfterSeconds, true);
}

const OWNER_DISABLED = new OpenAiError(401, 'api_key_disabled', 'The user whose key this is has been disabled.');

const NOT_PERMITTED = new OpenAiError(
  403,
  'permission_denied',
  'This needs the permission gateway:use, which the role or the scopes of the caller do not have.',
);

function noteFor({ headers }: CallerRequest): string {
  const header = proxyHeaderOf(headers);
  return header === undefined ? '' : ` What comes through a proxy (it has the header ${header}) needs a gateway key.`;
}

/** Lets in who may call `/v1`, and puts the caller into the request. */
@Injectable()
export class GatewayAccessGuard implements CanActivate {
  protected readonly admits: Admits = MODELS;

  constructor(private readonly access: GatewayAccess) {}

  /** @throws OpenAiError 401 or 429; see GatewayAccess. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    try {
      // Whatever asks a model is a POST.
      request.gatewayCaller = await (request.method === 'POST'
        ? this.access.admit(request, this.admits)
        : this.access.admitUncounted(request, this.admits));
      return true;
    } catch (error) {
      // OpenAI's own clients repeat every 429 unless a header forbids it.
      const isFinal = error instanceof OpenAiError && error.code === 'insufficient_quota';
      if (isFinal) http.getResponse<Response>().setHeader('x-should-retry', 'false');
      throw error;
    }
  }
}

/** The same where the agent may be asked, too: for that a user needs `chat:write`, and for the models of backends `gateway:use`. */
@Injectable()
export class AgentAccessGuard extends GatewayAccessGuard {
  protected override readonly admits = MODELS_OR_AGENT;
}
