import { OpenAiError } from '../../gateway/wire/openai.error';
import type { TurnFailureDto } from '../../chat/dto/turn.dto';

const STATUSES: Readonly<Record<string, number>> = {
  ...{ context_length_exceeded: 400, content_filter: 400, image_not_accepted: 400, input_too_large: 400 },
  ...{ model_not_found: 404, rate_limit_exceeded: 429, usage_limit_exceeded: 429, limit_reached: 429 },
  ...{ upstream_unavailable: 502, upstream_error: 502, upstream_unauthorized: 502 },
};

/** A turn that has failed, for whoever has asked. It is final: a client must not begin another turn by itself. */
export function turnFailed(error: TurnFailureDto | null): OpenAiError {
  const { code, message } = error ?? { code: 'turn_failed', message: 'The turn has failed.' };
  return new OpenAiError(STATUSES[code] ?? 500, code, message, null, undefined, true);
}
