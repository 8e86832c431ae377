import { Injectable } from '@nestjs/common';
import { instanceCaller } from '../wire/gateway-caller';
import { tokensOf } from './native-relay';
import { OpenAiError } from '../wire/openai.error';
import { requireCalls } from '../wire/input-check';
import { isObject, JsonObject } from '../wire/json';
import { responseFrame } from '../wire/response-object';
import { selfContained } from '../wire/responses-request';
import { uniqueId } from '../wire/unique-id';
import { ProviderTable } from '../providers/provider-table';
import { Conversation, ConversationOwner } from './conversation';
import { CallMeter } from '../accounts/call-meter';
import { MeteredCall } from '../accounts/metered-call';
import { ResponseCall } from './response-call';
import { BackendRouter, Target } from '../routing/backend-router';
import { Caller, isOutside, isStrict } from '../routing/caller';
import { requireTranslatable } from './capability-check';
import { FailureReport } from '../routing/failure-report';
import { RoutedCall } from './response-executor';

/** A call that is ready to be made, with what is to be done at its end. */
export interface PreparedCall extends Omit<RoutedCall, 'sink'> {
  /** Books a response, and keeps it for those that continue it; `undefined` where a provider sent no end of it. */
  finish(response: JsonObject | undefined, closed: AbortSignal): void;
  failed(code: string, closed: AbortSignal): void;
}

/** Everything before a provider is asked: the conversation, the route, the books. */
@Injectable()
export class CallPreparation {
  constructor(
    private readonly router: BackendRouter,
    private readonly conversation: Conversation,
    private readonly meter: CallMeter,
    private readonly reports: FailureReport,
    private readonly providers: ProviderTable,
  ) {}

  /** @throws OpenAiError 400 to 404 for a request that cannot be made. */
  async prepare(asked: ResponseCall): Promise<PreparedCall> {
    const { caller, memory } = asked;
    const owner: ConversationOwner = { userId: caller.access?.userId ?? null, memory };
    const target = this.targetOf(asked);
    const { request, earlier } = await this.conversation.continue(asked.request, owner);
    if (isStrict(caller)) {
      requireCalls(request.input);
      if (!this.isNative(target)) requireTranslatable(request, target.backend);
    }
    const { body, model } = asked.request;
    const told = { model: model ?? target.backend.id, lean: caller.isCodex, store: isToStore(body, owner) };
    const sent = isOutside(caller) || memory !== undefined ? selfContained(request, told.store) : request;
    const frame = responseFrame(uniqueId('resp'), body, told);
    const metered = this.begin(target, asked);
    return {
      ...{ target, request: sent, frame, metered },
      finish: (response, closed) => {
        if (response !== undefined) this.conversation.remember(asked.request, earlier, response, owner);
        book(metered, response, closed);
      },
      failed: (code, closed) => metered.end(closed.aborted ? 'aborted' : 'failed', code),
    };
  }

  private isNative({ backend }: Target): boolean {
    const [settings] = backend.deployments;
    return settings !== undefined && this.providers.connectionOf({ backend, settings }).protocol === 'responses';
  }

  private targetOf({ request, caller }: ResponseCall): Target {
    const [threadId] = caller.threadIds;
    this.reports.clear(threadId);
    try {
      return this.router.resolve(request.model, caller);
    } catch (error) {
      if (error instanceof OpenAiError) this.reports.modelNotFound(threadId, error.message);
      throw error;
    }
  }

  private begin({ backend, model, route, caller }: Target, { endpoint = 'responses' }: ResponseCall): MeteredCall {
    const [threadId = null] = caller.threadIds;
    return this.meter.begin({ caller: accessOf(caller), threadId, route, backendId: backend.id, model, endpoint });
  }
}

/** A caller inside the service has no key. */
const accessOf = ({ access }: Caller) => access ?? instanceCaller('internal');

/** As OpenAI does, a response is stored unless the client says otherwise, where there is a user to store it for. */
const isToStore = ({ store }: JsonObject, { userId }: ConversationOwner): boolean => userId !== null && store !== false;

function book(metered: MeteredCall, response: JsonObject | undefined, closed: AbortSignal): void {
  const tokens = tokensOf(response?.usage);
  if (tokens !== undefined) metered.usage(tokens);
  if (response === undefined) return metered.end(closed.aborted ? 'aborted' : 'failed', 'upstream_error');
  const error = isObject(response.error) ? response.error.code : undefined;
  metered.end(response.status === 'failed' ? 'failed' : 'ok', typeof error === 'string' ? error : undefined);
}
