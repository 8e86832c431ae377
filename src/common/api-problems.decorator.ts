import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, ApiResponseOptions, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem';

/** Documents the problem codes that a call answers with, by HTTP status. */
export function ApiProblems(
  codesByStatus: Readonly<Record<number, readonly string[]>>,
): MethodDecorator & ClassDecorator {
  const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } };
  return applyDecorators(ApiExtraModels(Problem), ApiErrorCodes('code', codesByStatus, content));
}

/** Documents error codes by HTTP status. @param field of the answer that holds the code */
export function ApiErrorCodes(
  field: string,
  codesByStatus: Readonly<Record<number, readonly string[]>>,
  content: Extract<ApiResponseOptions, { content?: unknown }>['content'],
): MethodDecorator & ClassDecorator {
  const responses = Object.entries(codesByStatus).map(([status, codes]) =>
    ApiResponse({ status: Number(status), description: `\`${field}\`: ${codes.join(', ')}`, content }),
  );
  return applyDecorators(...responses);
}
