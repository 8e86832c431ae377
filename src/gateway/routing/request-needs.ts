import { Backend, specOf } from '../catalog/backend';
import { JsonObject, objectsOf, textOf } from '../wire/json';
import { isCompaction, ResponsesRequest } from '../wire/responses-request';

/** Tools that the client runs itself: every model can be offered those. */
export const CLIENT_TOOLS: readonly unknown[] = ['function', 'custom', 'namespace'];

/** What a request has that not every backend can carry. */
export interface RequestNeeds {
  readonly pictures: boolean;
  /** Tools that the provider runs, or what came of them. */
  readonly hostedTools: boolean;
  /** The earlier conversation, sealed by a provider. */
  readonly compaction: boolean;
}

/** @param isStrict whether tools that no other provider has are meant to be used: codex offers some to every model. */
export function needsOfResponse({ body, input }: ResponsesRequest, isStrict: boolean): RequestNeeds {
  const offersHosted = objectsOf(body.tools).some(({ type }) => !CLIENT_TOOLS.includes(type));
  return {
    pictures: input.some(hasPicture),
    hostedTools: isStrict && (offersHosted || input.some(isHosted)),
    compaction: input.some(isCompaction),
  };
}

export const needsOfCompletion = (messages: readonly JsonObject[]): RequestNeeds => ({
  ...{ pictures: messages.some(hasPicture), hostedTools: false, compaction: false },
});

/** Whether nothing of a request would be left out in silence. @param isNative whether it speaks the Responses API */
export function canCarry(needs: RequestNeeds, backend: Backend, isNative: boolean): boolean {
  if (needs.pictures && !specOf(backend, backend.model).inputModalities.includes('image')) return false;
  return isNative || (!needs.hostedTools && !needs.compaction);
}

const PICTURES: readonly unknown[] = ['input_image', 'image_url'];
const hasPicture = ({ content, output }: JsonObject): boolean =>
  [...objectsOf(content), ...objectsOf(output)].some(({ type }) => PICTURES.includes(type));

const CLIENT_ITEMS: readonly unknown[] = [
  ...['message', 'reasoning', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output'],
  ...['compaction', 'additional_tools', 'item_reference'],
];
const isHosted = ({ type }: JsonObject): boolean => textOf(type) !== undefined && !CLIENT_ITEMS.includes(type);
