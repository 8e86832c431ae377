import { Injectable } from '@nestjs/common';
import { CallMeter } from '../accounts/call-meter';
import { MeteredCall } from '../accounts/metered-call';
import { specOf } from '../catalog/backend';
import { usedParameters } from '../providers/language-model-call';
import { ProviderTable } from '../providers/provider-table';
import { BackendRouter, Target } from '../routing/backend-router';
import { UpstreamFailures } from '../routing/upstream-failures';
import { instanceCaller } from '../wire/gateway-caller';
import { requireCalls } from '../wire/input-check';
import { isObject, JsonObject } from '../wire/json';
import { OpenAiError } from '../wire/openai.error';
import { ResponseFrame, responseFrame, uniqueId } from '../wire/response-object';
import { ResponsesRequest, selfContained, withSampling } from '../wire/responses-request';
import { ClientProfile } from './client-profile';
import { Conversation, ConversationOwner } from './conversation';
import { ResponseCall } from './response-call';
import { requireTranslatable } from './translatable';

/** A call that is ready to be made, with what is to be done at its end. */
export interface PreparedCall {
  /** With the conversation that it continues. */
  readonly request: ResponsesRequest;
  readonly target: Target;
  readonly profile: ClientProfile;
  /** The fields that the response repeats from the request. */
  readonly frame: ResponseFrame;
  readonly metered: MeteredCall;
  /** Books a response, and keeps it for those that continue it; `undefined` where a provider sent no end of it. */
  readonly finish: (response: JsonObject | undefined, closed: AbortSignal) => void;
  readonly failed: (code: string, closed: AbortSignal) => void;
}

/** Everything before a provider is asked: the conversation, the route, the metering. */
@Injectable()
export class CallPreparation {
  constructor(
    private readonly router: BackendRouter,
    private readonly conversation: Conversation,
    private readonly meter: CallMeter,
    private readonly failures: UpstreamFailures,
    private readonly providers: ProviderTable,
  ) {}

  /** @throws OpenAiError 400 to 404 for a request that cannot be made; 400 `turn_limit_reached`, which ends codex's turn. */
  async prepare(call: ResponseCall): Promise<PreparedCall> {
    const { caller, memory, profile } = call;
    const owner: ConversationOwner = { userId: caller.access?.userId ?? null, memory };
    const target = this.targetOf(call);
    requireInTurn(target);
    const { request: continued, arrived, earlier } = await this.conversation.continue(call.request, owner);
    const request = withSampling(continued, target.route?.sampling ?? {});
    const isNative = this.providers.isNative(target.backend);
    if (profile.checksRequests) {
      requireCalls(request.input);
      if (!isNative) requireTranslatable(request, target);
    }
    const { body, model } = call.request;
    const store = isToStore(body, owner);
    const used = isNative ? undefined : usedParameters(request, specOf(target.backend, target.model));
    const echo = { model: model ?? target.backend.id, echoesTools: profile.echoesTools, store, used };
    const frame = responseFrame(uniqueId('resp'), body, echo);
    const metered = this.begin(target, call);
    return {
      ...{ target, profile, frame, metered },
      request: profile.conforms ? selfContained(request, store) : request,
      finish: (response, closed) => {
        if (response !== undefined) this.conversation.remember(arrived, earlier, response, owner);
        endMetered(metered, response, closed);
      },
      failed: (code, closed) => metered.end(closed.aborted ? 'aborted' : 'failed', code),
    };
  }

  private targetOf({ request, caller }: ResponseCall): Target {
    const [threadId] = caller.threadIds;
    this.failures.clear(threadId);
    try {
      return this.router.resolve(request.model, caller);
    } catch (error) {
      if (error instanceof OpenAiError) this.failures.modelNotFound(threadId, error.message);
      throw error;
    }
  }

  private begin({ backend, model, route, caller }: Target, { endpoint = 'responses' }: ResponseCall): MeteredCall {
    const [threadId = null] = caller.threadIds;
    // A caller inside the service has no key.
    const access = caller.access ?? instanceCaller('internal');
    return this.meter.begin({ caller: access, threadId, route, backendId: backend.id, model, endpoint });
  }
}

/** Before anything is spent. @throws OpenAiError `turn_limit_reached` when the turn of the thread may make no more calls. */
function requireInTurn({ route }: Target): void {
  const refusal = route?.turn?.refuseCall();
  if (refusal !== undefined) throw new OpenAiError(400, 'turn_limit_reached', refusal);
}

/** As OpenAI does, a response is stored unless the client says otherwise, where there is a user to store it for. */
const isToStore = ({ store }: JsonObject, { userId }: ConversationOwner): boolean => userId !== null && store !== false;

function endMetered(metered: MeteredCall, response: JsonObject | undefined, closed: AbortSignal): void {
  if (response === undefined) return metered.end(closed.aborted ? 'aborted' : 'failed', 'upstream_error');
  const error = isObject(response.error) ? response.error.code : undefined;
  metered.end(response.status === 'failed' ? 'failed' : 'ok', typeof error === 'string' ? error : undefined);
}
