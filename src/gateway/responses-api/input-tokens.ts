import { Injectable } from '@nestjs/common';
import { Deployment } from '../catalog/deployment';
import { NativeProvider, OpenAiEndpoint } from '../providers/provider';
import { ProviderTable } from '../providers/provider-table';
import { upstreamFetch } from '../providers/upstream/upstream-fetch';
import { BackendRouter, callerOf } from '../routing/backend-router';
import { Deployments } from '../routing/deployments';
import { httpErrorOf, UpstreamFailures } from '../routing/upstream-failures';
import { checkInput } from '../wire/input-check';
import { estimatedTokens } from '../wire/estimated-tokens';
import { isObject, JsonObject, numberOf } from '../wire/json';
import { readResponsesRequest, ResponsesRequest } from '../wire/responses-request';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { Conversation } from './conversation';
import { AdmittedRequest } from './response-call';

/** How long a request is, https://platform.openai.com/docs/api-reference/responses/input-tokens. */
export interface InputTokenCount {
  readonly object: 'response.input_tokens';
  readonly input_tokens: number;
}

/** The fields that OpenAI's call takes; `previous_response_id` has become part of the input. */
const COUNTED = ['input', 'instructions', 'parallel_tool_calls', 'reasoning', 'text', 'tool_choice', 'tools'] as const;

/** What a server says that has the Responses API and no such call. */
const NOT_THERE: readonly unknown[] = [404, 405, 501];

/** Counts what a request would be for its model: as its provider does where that has the same call, else by an estimate. */
@Injectable()
export class InputTokens {
  constructor(
    private readonly router: BackendRouter,
    private readonly conversation: Conversation,
    private readonly providers: ProviderTable,
    private readonly deployments: Deployments,
    private readonly failures: UpstreamFailures,
  ) {}

  /** @throws OpenAiError 400 for a wrong request, 403 and 404 for its model, and the provider's refusal. */
  async count(
    body: unknown,
    { headers, gatewayCaller }: AdmittedRequest,
    closed: AbortSignal,
  ): Promise<InputTokenCount> {
    const arrived = readResponsesRequest(body);
    checkInput(arrived.input);
    const target = this.router.resolve(arrived.model, callerOf(headers, arrived.body, gatewayCaller));
    const owner = { userId: gatewayCaller?.userId ?? null };
    const { request } = await this.conversation.continue(arrived, owner);
    try {
      const deployment = this.deployments.choose(target.backend, target.model, new Set());
      const connection = this.providers.connectionOf(deployment);
      const attempt = (): Promise<number | undefined> =>
        connection.protocol === 'responses'
          ? counted(connection, deployment, request, closed)
          : Promise.resolve(undefined);
      const tokens = await this.deployments.call(deployment, attempt, () => false);
      return { object: 'response.input_tokens', input_tokens: tokens ?? estimateOf(request) };
    } catch (error) {
      const failure = upstreamErrorOf(error);
      throw httpErrorOf(failure, this.failures.backendFailed(target, failure));
    }
  }
}

/** As the provider counts; undefined where it cannot. @throws UpstreamError */
async function counted(
  provider: NativeProvider,
  deployment: Deployment,
  { body, input }: ResponsesRequest,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { url, headers } = countingEndpoint(provider.responses(deployment));
  const fields = Object.fromEntries(COUNTED.map((name) => [name, body[name]]));
  const question = JSON.stringify({ ...fields, model: deployment.model, input });
  try {
    const answer = await upstreamFetch(deployment.timeouts)(url, { method: 'POST', headers, body: question, signal });
    const count: unknown = await answer.json();
    return isObject(count) ? numberOf(count.input_tokens) : undefined;
  } catch (error) {
    if (NOT_THERE.includes(upstreamErrorOf(error).status)) return undefined;
    throw error;
  }
}

function countingEndpoint({ url, headers }: OpenAiEndpoint): OpenAiEndpoint {
  const address = new URL(url);
  address.pathname += '/input_tokens';
  return { url: address.href, headers: { ...headers, accept: 'application/json' } };
}

const estimateOf = ({ body, input }: ResponsesRequest): number => {
  const { instructions, tools, text }: JsonObject = body;
  return estimatedTokens([input, instructions, tools, text]);
};
