import { Injectable } from '@nestjs/common';
import { newId } from '../common/ids';
import { specOf } from './catalog/backend';
import { BackendRegistry } from './catalog/backend-registry';
import { responseCallOf } from './responses-api/response-call';
import { ResponsesService } from './responses-api/responses.service';
import { SessionRoutes } from './routing/session-routes';
import { objectsOf, textOf } from './wire/json';
import { OpenAiError } from './wire/openai.error';
import { readResponsesRequest } from './wire/responses-request';
import { UpstreamError } from './wire/upstream.error';

/** Whom a question is asked for, and of which model. */
export interface ChatQuestion {
  readonly chatId: string;
  /** To whom the call is booked, for the chat. */
  readonly userId: string;
  readonly backendId: string;
  /** Null: the backend's own. */
  readonly model: string | null;
  readonly text: string;
  readonly maxOutputTokens: number;
}

/** Asks a chat's model something about the chat, beside its turns and without the agent. */
@Injectable()
export class ChatQuestions {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly routes: SessionRoutes,
    private readonly responses: ResponsesService,
  ) {}

  /** Whether a call of the model is known to cost nothing by itself; false for one that is not known. */
  isUnpriced({ backendId, model }: Pick<ChatQuestion, 'backendId' | 'model'>): boolean {
    const backend = this.registry.find(backendId);
    return backend !== undefined && specOf(backend, model ?? backend.model).price === null;
  }

  /**
   * @param signal ends the call
   * @returns what the model answers; empty where it answers without a text
   * @throws OpenAiError with the provider's failure in words; whatever the signal brings about
   */
  async ask(question: ChatQuestion, signal: AbortSignal): Promise<string> {
    const { chatId, userId, backendId, model, text, maxOutputTokens } = question;
    // By a route of its own, the call is booked as those of the chat's turns are.
    const threadId = `question-${newId()}`;
    this.routes.bind(threadId, { chatId, userId, backendId, model });
    try {
      const body = { input: text, max_output_tokens: maxOutputTokens, prompt_cache_key: threadId, store: false };
      const call = responseCallOf(readResponsesRequest(body), { headers: {} });
      const { output } = await this.responses.complete(call, signal);
      return objectsOf(output)
        .filter(({ type }) => type === 'message')
        .flatMap(({ content }) => objectsOf(content).flatMap((part) => textOf(part.text) ?? []))
        .join('\n')
        .trim();
    } finally {
      this.routes.unbind(threadId);
    }
  }
}

/** Why a question came to no answer, in the provider's words. */
export const isModelFailure = (error: unknown): error is OpenAiError | UpstreamError =>
  error instanceof OpenAiError || error instanceof UpstreamError;
