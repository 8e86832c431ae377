import { All, Controller, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../auth/authorized.decorator';
import { OpenAiErrorFilter } from './wire/http/openai-error.filter';
import { OpenAiError } from './wire/openai.error';

/** Every path and method of `/v1` that no other controller has, in the form that OpenAI's clients read. */
@ApiExcludeController()
@Public()
@Controller('v1')
@UseFilters(OpenAiErrorFilter)
export class UnknownPathController {
  /** @throws OpenAiError 404, always; its words are OpenAI's own. */
  @All(['', '*path'])
  refuse(@Req() { method, path }: Request): never {
    throw new OpenAiError(404, 'unknown_url', `Invalid URL (${method} ${path})`);
  }
}
