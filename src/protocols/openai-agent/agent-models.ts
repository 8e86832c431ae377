import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal';
import { ContractConfig } from '../../config/contract.config';
import { ServerConfig } from '../../config/server.config';
import { BackendRegistry } from '../../gateway/catalog/backend-registry';
import {
  type DelegatedCall,
  type DelegatedModel,
  DelegatedModels,
  ModelDelegate,
} from '../../gateway/routing/delegated-models';
import type { GatewayCaller } from '../../gateway/wire/gateway-caller';
import { isObject, type JsonObject, textOf } from '../../gateway/wire/json';
import { invalidRequest } from '../../gateway/wire/openai.error';
import { Templates } from '../../templates/templates';
import { allows } from '../../auth/permission';
import { CHAT_HEADER, chatOfHeader, itemFormOf, linkTo, userOf, waitsForWords } from './agent-call';
import { chatIdOf } from './agent-ids';
import { AGENT_MODEL, agentModelOf } from './agent-model-name';
import { type AgentRequest, completionRequestOf, responsesRequestOf } from './agent-request';
import { AgentTurns, type BegunAnswer } from './agent-turns';
import { sendCompletion } from './completion-answer';
import { KnownConversations } from './known-conversations';
import { ReadableAnswer, type ItemForm } from './readable-answer';
import { sendResponse } from './response-delivery';

/** Nobody says when the agent was made; the start of the service stands in. */
const CREATED = Math.floor(Date.now() / 1000);
const MAX_LISTED = 500;

/** The agent as a model of `/v1`. */
@Injectable()
export class AgentModels extends ModelDelegate {
  constructor(
    private readonly contracts: ContractConfig,
    private readonly server: ServerConfig,
    private readonly backends: BackendRegistry,
    private readonly templates: Templates,
    private readonly turns: AgentTurns,
    private readonly known: KnownConversations,
    delegated: DelegatedModels,
  ) {
    super();
    delegated.register(this);
  }

  has(model: string): boolean {
    return !this.contracts.disabled.includes('agent-model') && agentModelOf(model) !== undefined;
  }

  /** `agent` alone, with each template, and those with each backend. */
  async list({ user }: GatewayCaller): Promise<readonly DelegatedModel[]> {
    if (user === undefined || !allows(user, 'chat:write')) return [];
    const templates = (await this.templates.list(user, undefined)).map(({ id }) => `${AGENT_MODEL}/${id}`);
    const backends = this.backends.list().map(({ id }) => id);
    const full = templates.flatMap((name) => backends.map((backend) => `${name}/${backend}`));
    const names = [AGENT_MODEL, ...templates, ...full].slice(0, MAX_LISTED);
    return names.map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'codex-relay' }));
  }

  async complete(call: DelegatedCall): Promise<void> {
    const user = userOf(call.caller);
    const items = itemFormOf(call.request, ['text', 'none']);
    const answer = await this.begin(user, call, completionRequestOf(call.body), chatOfHeader(call.request));
    await sendCompletion(answer, this.wordsOf(answer, items, call), call);
  }

  async respond(call: DelegatedCall): Promise<void> {
    const user = userOf(call.caller);
    const items = itemFormOf(call.request, ['text', 'native', 'none']);
    const request = responsesRequestOf(call.body);
    const answer = await this.begin(user, call, request, await this.chatOf(user, call));
    await sendResponse(answer, { items, words: this.wordsOf(answer, items, call) }, call);
  }

  private async begin(
    user: Principal,
    { model, request, response }: DelegatedCall,
    asked: AgentRequest,
    chatId: string | undefined,
  ): Promise<BegunAnswer> {
    const waits = waitsForWords(request);
    const answer = await this.turns.begin(
      user,
      { model: agentModelOf(model) ?? {}, request: asked, chatId, waits },
      response,
    );
    response.setHeader(CHAT_HEADER, answer.chatId);
    return answer;
  }

  private async chatOf(user: Principal, { request, body }: DelegatedCall): Promise<string | undefined> {
    const named = chatOfHeader(request);
    const conversation = conversationIn(body);
    const previous = textOf(body.previous_response_id);
    if (conversation !== undefined && previous !== undefined) {
      throw invalidRequest('conversation', '"conversation" and "previous_response_id" cannot both be given.');
    }
    if (named !== undefined || conversation !== undefined) return named ?? conversation;
    return previous === undefined ? undefined : this.known.behindResponse(user, previous);
  }

  private wordsOf({ chatId }: BegunAnswer, items: ItemForm, { request }: DelegatedCall): ReadableAnswer {
    return new ReadableAnswer(items, linkTo(chatId, request, this.server));
  }
}

/** @throws OpenAiError 400 for what names no chat */
function conversationIn({ conversation }: JsonObject): string | undefined {
  if (conversation == null) return undefined;
  const given = textOf(isObject(conversation) ? conversation.id : conversation);
  const id = given === undefined ? undefined : chatIdOf(given);
  if (id === undefined)
    throw invalidRequest('conversation', '"conversation" must be the id of a conversation or of a chat.');
  return id;
}
