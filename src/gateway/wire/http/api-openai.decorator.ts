import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOkResponse } from '@nestjs/swagger';
import { ApiErrorCodes } from '../../../common/api-problems.decorator';

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'param', 'code'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: 'string', nullable: true },
        code: { type: 'string', nullable: true },
      },
    },
  },
};

/** What every call of `/v1` may be refused with. */
const ACCESS = {
  401: ['invalid_api_key', 'api_key_expired', 'api_key_disabled'],
  429: ['rate_limit_exceeded', 'insufficient_quota'],
};

/** What a call that asks a model may fail with besides; a provider's own refusals keep their status and code. */
const MODEL_ERRORS = {
  400: [
    ...['invalid_json', 'invalid_body', 'invalid_request', 'unsupported_parameter', 'previous_response_not_found'],
    ...['context_length_exceeded', 'content_filter'],
  ],
  401: [...ACCESS[401], 'upstream_unauthorized'],
  403: ['model_not_allowed'],
  404: ['model_not_found'],
  413: ['request_too_large'],
  429: [...ACCESS[429], 'too_many_streams'],
  415: ['unsupported_encoding'],
  502: ['upstream_unavailable', 'upstream_error'],
  503: ['too_many_streams'],
};

type Codes = Readonly<Record<number, readonly string[]>>;

/** Documents the error codes of a call of `/v1`, by HTTP status, in the form of OpenAI's API. */
export function ApiOpenAiErrors(codesByStatus: Codes = {}): MethodDecorator {
  return ApiErrorCodes('error.code', { ...ACCESS, ...codesByStatus }, { 'application/json': { schema: ERROR } });
}

/** Documents a call that asks a model: its body by an example, and that it answers with JSON or, if it streams, events. */
export function ApiModelCall(example: object, required: readonly string[], { streams = true } = {}): MethodDecorator {
  const schema = { type: 'object', additionalProperties: true, required: [...required], example };
  const json = { 'application/json': { schema: { type: 'object' } } };
  const events = { 'text/event-stream': { schema: { type: 'string' } } };
  return applyDecorators(
    ApiBody({ schema }),
    ApiOkResponse({
      description: `As OpenAI documents it${streams ? '; with `stream: true` as server-sent events' : ''}.`,
      content: streams ? { ...json, ...events } : json,
    }),
    ApiOpenAiErrors(MODEL_ERRORS),
  );
}
