import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayFixture, GatewayOptions } from '../../integration/gateway/gateway-fixture';
import { atGroupEnd } from '../../groups/group-end';
import { Script, ScriptedModel, startScriptedModel } from '../../support/scripted-model';
import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { RelayService, writeBackends } from '../../support/service';
import { backendsYaml, CONTRACT_KEY, MoreBackend } from './backend-entries';
import { Behaviour, Reply, Seen, Way } from './behaviour';
import { ApiConversation, ChatConversation, Conversation } from './conversations';
import { refusalReply } from './provider-rule';
import { WireRequest, wireRequest } from './wire-request';

export interface WorldOptions {
  /** Backends beside the standard ones. */
  readonly backends?: readonly MoreBackend[];
  /** Whether chats are held, which needs the built service. */
  readonly chats?: boolean;
  readonly gateway?: GatewayOptions;
  /** More environment of the service; it is started then. */
  readonly service?: Readonly<Record<string, string>>;
}

/** A client on this machine needs no key of its own; the fixture's is one of an app-server. */
export const OUTSIDE = { authorization: 'Bearer any' };
/** A deployment that is left alone is tried again after 10 s. */
const SETTLE_ATTEMPTS = 24;
const SETTLE_PAUSE_MS = 500;
const SECRET = 'sk-contract-secret-123456';

const ENVIRONMENT = { [CONTRACT_KEY]: SECRET };

/** One scripted provider of all types, with the gateway and, for chats, the service before it. */
export class World {
  /** That of all suites of a group which want nothing of their own. */
  private static shared: Promise<World> | undefined;
  private started: RelayService | undefined;

  private constructor(
    readonly provider: ScriptedModel,
    readonly gateway: GatewayFixture,
    private readonly yaml: string,
  ) {}

  static async start({ backends = [], chats = false, gateway = {}, service }: WorldOptions): Promise<World> {
    const provider = await startScriptedModel();
    const yaml = backendsYaml(provider.url, backends);
    const fixture = await GatewayFixture.start({
      ...{ backends: yaml, environment: ENVIRONMENT, config: { idleTimeoutSeconds: 4 } },
      ...gateway,
    });
    const world = new World(provider, fixture, yaml);
    if (chats || service !== undefined) await world.startService(service);
    return world;
  }

  /** The same one for all suites of a group, ended with it. */
  static async ofGroup(chats: boolean): Promise<World> {
    World.shared ??= World.start({}).then((world) => {
      atGroupEnd(() => world.stop());
      return world;
    });
    const world = await World.shared;
    if (chats && world.started === undefined) await world.startService();
    return world;
  }

  /** @throws Error in a suite without chats and without settings of the service. */
  get service(): RelayService {
    if (this.started === undefined) throw new Error('the suite has no service');
    return this.started;
  }

  /** Asks the gateway as a client outside the service, below `/v1`. */
  post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.gateway.post(path, body, { ...OUTSIDE, ...headers });
  }

  /** Lives through a row on one backend, in one way. */
  async live(row: Behaviour, way: Way, backend: string): Promise<Seen> {
    this.provider.play(scriptOf(row));
    const conversation = this.conversation(way, backend, row.history ?? []);
    const answers: Seen['answers'][number][] = [];
    let requests: readonly WireRequest[];
    try {
      for (const step of row.steps ?? [{ say: 'go' }]) answers.push(await conversation.say(step));
    } finally {
      requests = this.provider.requests.map(wireRequest);
      if (answers.some(({ status }) => status !== 'completed') || answers.length === 0)
        await this.settle(way, requests);
    }
    const last = requests.at(-1);
    return {
      ...{ way, backend, answers, requests },
      get last(): WireRequest {
        if (last === undefined) throw new Error('no provider was asked');
        return last;
      },
    };
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.started?.dispose();
    await this.provider.stop();
  }

  /** A good answer of each backend that was asked: failures in a row would have the gateway leave it alone. */
  private async settle(way: Way, requests: readonly WireRequest[]): Promise<void> {
    this.provider.play(textReply('settled'));
    const root = way === 'chat' ? `${this.service.url}/v1` : this.gateway.baseUrl;
    for (const model of new Set(requests.map(({ backend }) => backend))) {
      const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] });
      const headers = { 'content-type': 'application/json', ...OUTSIDE };
      for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt++) {
        const answer = await fetch(`${root}/chat/completions`, { method: 'POST', headers, body });
        await answer.arrayBuffer();
        if (answer.ok) break;
        await sleep(SETTLE_PAUSE_MS);
      }
    }
  }

  private async startService(environment: WorldOptions['service'] = {}): Promise<void> {
    this.started = await RelayService.start({
      environment: { ...ENVIRONMENT, CODEX_POOL_SIZE: '1', GATEWAY_IDLE_TIMEOUT_SECONDS: '4', ...environment },
      prepare: (dataRoot) => writeBackends(dataRoot, this.yaml),
    });
  }

  private conversation(way: Way, backend: string, history: NonNullable<Behaviour['history']>): Conversation {
    if (way !== 'chat') {
      return new ApiConversation((path, body) => this.post(path, body), way, backend, history);
    }
    return new ChatConversation(this.service.client, backend);
  }
}

/** Answers as the first rule says that is broken, and by the replies where none is. */
function scriptOf({ rules = [], replies = textReply('Hello!') }: Pick<Behaviour, 'rules' | 'replies'>): Script {
  let taken = 0;
  return (scripted) => {
    const request = wireRequest(scripted);
    for (const rule of rules) {
      const refusal = rule(request);
      if (refusal !== undefined) return refusalReply(request, refusal);
    }
    return replyTo(replies, request, taken++);
  };
}

function replyTo(replies: Reply, request: WireRequest, index: number): ScriptedReply {
  if (typeof replies === 'function') return replies(request, index);
  const list: readonly ScriptedReply[] = 'map' in replies ? replies : [replies];
  const reply = list[Math.min(index, list.length - 1)] ?? textReply('');
  return request.backend.startsWith('mistral') ? { usageWithFinish: true, ...reply } : reply;
}
