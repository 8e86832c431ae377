import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem';

/** Documents the problem codes that a call answers with, by HTTP status. */
export function ApiProblems(
  codesByStatus: Readonly<Record<number, readonly string[]>>,
): MethodDecorator & ClassDecorator {
  const responses = Object.entries(codesByStatus).map(([status, codes]) =>
    ApiResponse({
      status: Number(status),
      description: `\`code\`: ${codes.join(', ')}`,
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
    }),
  );
  return applyDecorators(ApiExtraModels(Problem), ...responses);
}
