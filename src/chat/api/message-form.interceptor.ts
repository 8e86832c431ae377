import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { invalid } from '../../common/domain.error';
import { AttachmentUploads } from '../attachments/attachment-uploads';
import { ChatDirectory } from '../chat-directory';

/** Fields of a form that hold JSON. */
const JSON_FIELDS = ['outputSchema'];

/** Makes of a form with a message and its files what the same message is in JSON, with the files uploaded before. */
@Injectable()
export class MessageForm implements NestInterceptor {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly uploads: AttachmentUploads,
  ) {}

  /** @throws DomainError as `AttachmentUploads.receive`, `chat_not_found`, `read_only`, `validation_failed` */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()];
    if (request.user === undefined || request.is('multipart/form-data') === false) return next.handle();
    const chat = await this.directory.find(request.user, String(request.params.id), 'write');
    const { files, fields } = await this.uploads.receive(request.user, chat, { request, response });
    const { content, ...others } = fields;
    const parts = files.map(({ id: blobId }) => ({ type: 'file', blobId }));
    const text = typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : [];
    request.body = { ...Object.fromEntries(Object.entries(others).map(parsed)), content: [...text, ...parts] };
    return next.handle();
  }
}

function parsed([name, value]: [string, unknown]): [string, unknown] {
  if (!JSON_FIELDS.includes(name) || typeof value !== 'string') return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw invalid('validation_failed', `${name} must be JSON.`);
  }
}
