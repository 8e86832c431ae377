import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, ApiResponseOptions, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem.dto';

type Codes = Readonly<Record<number, readonly string[]>>;

/** Documents the problem codes that a call answers with, by HTTP status. */
export function ApiProblems(codesByStatus: Codes): MethodDecorator & ClassDecorator {
  const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } };
  return applyDecorators(ApiExtraModels(Problem), ApiErrorCodes('code', codesByStatus, content));
}

/** The same of a call that changes something, which not every page may make. */
export function ApiChangeProblems(codesByStatus: Codes): MethodDecorator {
  return ApiProblems({ ...codesByStatus, 403: ['origin_not_allowed', ...(codesByStatus[403] ?? [])] });
}

/** The same of one that takes a body. */
export function ApiBodyProblems(codesByStatus: Codes): MethodDecorator {
  return ApiChangeProblems({
    ...codesByStatus,
    400: [...new Set([...(codesByStatus[400] ?? []), 'malformed_json', 'invalid_body'])],
    413: [...(codesByStatus[413] ?? []), 'payload_too_large'],
    415: ['unsupported_media_type', 'unsupported_encoding'],
  });
}

/** Documents error codes by HTTP status. @param field of the answer that holds the code */
export function ApiErrorCodes(
  field: string,
  codesByStatus: Codes,
  content: Extract<ApiResponseOptions, { content?: unknown }>['content'],
): MethodDecorator & ClassDecorator {
  const responses = Object.entries(codesByStatus).map(([status, codes]) =>
    ApiResponse({ status: Number(status), description: `\`${field}\`: ${codes.join(', ')}`, content }),
  );
  return applyDecorators(...responses);
}
