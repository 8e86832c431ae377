import { UpstreamTimeouts } from '../catalog/backend';
import { objectsOf, textOf } from '../wire/json';
import { isResponseObject } from '../wire/response-object';
import { upstreamErrorInstead } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { CallTokens, tokensOfResponse } from '../wire/usage';
import { OpenAiEndpoint } from './provider';
import { upstreamFetch } from './upstream/upstream-fetch';

export interface OpenAiQuestion {
  readonly model: string;
  readonly input: string;
  readonly max_output_tokens: number;
}

/**
 * Asks a provider's Responses API by OpenAI's official client, as a program of its user would, and once: what the client
 * would add of this process's environment stays here, and the connection is the gateway's.
 *
 * @param endpoint whose address ends in `/responses`.
 * @throws UpstreamError; the signal's reason when it is aborted.
 */
export async function askOpenAi(
  { url, headers }: OpenAiEndpoint,
  question: OpenAiQuestion,
  timeouts: UpstreamTimeouts,
  signal: AbortSignal,
): Promise<{ text: string; tokens: CallTokens | undefined }> {
  // Loaded when it is needed: it takes 31 MB and a good part of a second, and most processes are never asked for a test.
  const { APIConnectionError, OpenAI } = await import('openai');
  const { origin, pathname, searchParams } = new URL(url);
  const onlyOurs = { ...headers, 'content-type': 'application/json', accept: 'application/json' };
  const fetch = upstreamFetch(timeouts);
  const client = new OpenAI({
    baseURL: origin + pathname.replace(/\/responses$/, ''),
    defaultQuery: Object.fromEntries(searchParams),
    // The endpoint's headers authorise the call.
    ...{ apiKey: 'none', adminAPIKey: null, organization: null, project: null, webhookSecret: null },
    ...{ maxRetries: 0, logLevel: 'off', fetch: (input, init) => fetch(input, { ...init, headers: onlyOurs }) },
  });
  try {
    const response: unknown = await client.responses.create({ ...question, store: false }, { signal });
    if (!isResponseObject(response)) throw upstreamErrorInstead('response', response);
    const parts = objectsOf(response.output).flatMap((item) => objectsOf(item.content));
    return { text: parts.map((part) => textOf(part.text) ?? '').join(''), tokens: tokensOfResponse(response.usage) };
  } catch (error) {
    signal.throwIfAborted();
    const isOurs = error instanceof APIConnectionError && error.cause instanceof UpstreamError;
    throw isOurs ? error.cause : error;
  }
}
