import { Backend, specOf } from '../catalog/backend';
import { lostField } from '../providers/completion-fields';
import { dialectOf } from '../providers/translation/dialect-table';
import { isObject, JsonObject, objectsOf, textOf } from '../wire/json';
import { isCompaction, ResponsesRequest } from '../wire/responses-request';

/** Tools that the client runs itself: every model can be offered those. */
export const CLIENT_TOOLS: readonly unknown[] = ['function', 'custom', 'namespace'];

/** What a request has that not every backend can carry. */
export interface RequestNeeds {
  readonly pictures: boolean;
  /** Files that are no pictures. */
  readonly documents: boolean;
  /** Pictures or files by their address, which the provider is to fetch. */
  readonly addresses: boolean;
  /** That no more than one tool is called at a time. */
  readonly oneCallAtATime: boolean;
  /** Tools that the provider runs, or what came of them. */
  readonly hostedTools: boolean;
  /** The earlier conversation, sealed by a provider. */
  readonly compaction: boolean;
  /** The probabilities of its words. */
  readonly logprobs: boolean;
  /** The fields of a completion; undefined for a request of the Responses API. */
  readonly fields?: JsonObject;
}

/** @param isStrict whether tools that no other provider has are meant to be used: codex offers some to every model. */
export function needsOfResponse({ body, input }: ResponsesRequest, isStrict: boolean): RequestNeeds {
  const offersHosted = objectsOf(body.tools).some(({ type }) => !CLIENT_TOOLS.includes(type));
  return {
    ...filesIn(input),
    hostedTools: isStrict && (offersHosted || input.some(isHosted)),
    compaction: input.some(isCompaction),
    oneCallAtATime: isStrict && objectsOf(body.tools).length > 0 && body.parallel_tool_calls === false,
    logprobs: isStrict && typeof body.top_logprobs === 'number' && body.top_logprobs > 0,
  };
}

/** @param fields of the completion that is asked for. */
export const needsOfCompletion = (messages: readonly JsonObject[], fields: JsonObject): RequestNeeds => ({
  ...filesIn(messages),
  ...{ hostedTools: false, compaction: false, oneCallAtATime: false, logprobs: false, fields },
});

/** Whether nothing of a request would be left out in silence. @param isNative whether it speaks the Responses API */
export function canCarry(needs: RequestNeeds, backend: Backend, isNative: boolean): boolean {
  if (needs.pictures && !specOf(backend, backend.model).inputModalities.includes('image')) return false;
  const { documents, pictures, oneCallAtATime } = dialectOf(backend.type);
  if (needs.documents && !documents) return false;
  if (needs.addresses && pictures === 'bytes') return false;
  if (needs.oneCallAtATime && !oneCallAtATime) return false;
  if (needs.fields !== undefined && lostField(backend.type, needs.fields) !== undefined) return false;
  return isNative || (!needs.hostedTools && !needs.compaction && !needs.logprobs);
}

const PICTURES: readonly unknown[] = ['input_image', 'image_url'];
const DOCUMENTS: readonly unknown[] = ['input_file', 'file'];
const FETCHED = /^https?:/i;

/** What of files stands in the messages or items of a request. */
function filesIn(items: readonly JsonObject[]): Pick<RequestNeeds, 'pictures' | 'documents' | 'addresses'> {
  const parts = items.flatMap(({ content, output }) => [...objectsOf(content), ...objectsOf(output)]);
  return {
    pictures: parts.some(({ type }) => PICTURES.includes(type)),
    documents: parts.some(({ type }) => DOCUMENTS.includes(type)),
    addresses: parts.some((part) => FETCHED.test(addressOf(part) ?? '')),
  };
}

const addressOf = ({ image_url: picture, file_url: file }: JsonObject): string | undefined =>
  textOf(isObject(picture) ? picture.url : picture) ?? textOf(file);

const CLIENT_ITEMS: readonly unknown[] = [
  ...['message', 'reasoning', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output'],
  ...['compaction', 'additional_tools', 'item_reference'],
];
const isHosted = ({ type }: JsonObject): boolean => textOf(type) !== undefined && !CLIENT_ITEMS.includes(type);
