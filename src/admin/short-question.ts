import { MeteredCall } from '../gateway/accounts/metered-call';
import { Deployment } from '../gateway/catalog/deployment';
import { languageModelStream } from '../gateway/providers/language-model-stream';
import { callNative } from '../gateway/providers/native-call';
import { Connection, NativeProvider, TranslatedProvider } from '../gateway/providers/provider';
import { translatedCall } from '../gateway/providers/translated-call';
import { ToolCatalog } from '../gateway/providers/translation/tool-catalog';
import { objectsOf, textOf } from '../gateway/wire/json';
import { isResponseObject } from '../gateway/wire/response-object';
import { readResponsesRequest } from '../gateway/wire/responses-request';
import { upstreamErrorInstead } from '../gateway/wire/upstream-failure';
import { tokensOfParts, tokensOfResponse } from '../gateway/wire/usage';

/** The fewest that OpenAI allows; a model that thinks first may need them all, which still shows that it answers. */
const MAX_OUTPUT_TOKENS = 16;
const SHOWN_CHARACTERS = 200;

const QUESTION = readResponsesRequest({
  input: 'Answer with the single word OK.',
  max_output_tokens: MAX_OUTPUT_TOKENS,
  store: false,
});

/**
 * Asks a deployment for one word; resolves with what it said, null for nothing.
 *
 * @throws UpstreamError, or what `fetch` throws; the signal's reason when it is aborted.
 */
export async function askShortly(
  connection: Connection,
  deployment: Deployment,
  metered: MeteredCall,
  signal: AbortSignal,
): Promise<string | null> {
  const ask =
    connection.protocol === 'responses'
      ? askNative(connection, deployment, metered, signal)
      : askTranslated(connection, deployment, metered, signal);
  const text = (await ask).trim().slice(0, SHOWN_CHARACTERS);
  return text === '' ? null : text;
}

async function askNative(
  provider: NativeProvider,
  deployment: Deployment,
  metered: MeteredCall,
  signal: AbortSignal,
): Promise<string> {
  const answer: unknown = await (await callNative(provider, deployment, QUESTION, signal)).json();
  if (!isResponseObject(answer)) throw upstreamErrorInstead('response', answer);
  metered.firstOutput();
  metered.usage(tokensOfResponse(answer.usage));
  return objectsOf(answer.output)
    .flatMap((item) => objectsOf(item.content))
    .map((part) => textOf(part.text) ?? '')
    .join('');
}

async function askTranslated(
  provider: TranslatedProvider,
  deployment: Deployment,
  metered: MeteredCall,
  signal: AbortSignal,
): Promise<string> {
  const { model, options } = translatedCall(provider, deployment, QUESTION, new ToolCatalog([]));
  let text = '';
  for await (const part of languageModelStream(model, options, signal)) {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') metered.firstOutput();
    if (part.type === 'text-delta' && text.length < SHOWN_CHARACTERS) text += part.delta;
    if (part.type === 'finish') metered.usage(tokensOfParts(part.usage));
  }
  return text;
}
