import { textOf } from '../../support/relay-client';
import type { RelayClient } from '../../support/relay-client';
import {
  completionRound,
  refusedRound,
  responseRound,
  Round,
  streamedCompletionRound,
  streamedResponseRound,
} from './api-answer';
import { chatMessages, COMPLETIONS_TOOLS, entryOf, inputItems, Json, RESPONSES_TOOLS } from './api-history';
import { Answer, Entry, Step, Way } from './behaviour';

/** One user who says something again and again and remembers the answers. */
export interface Conversation {
  say(step: Step): Promise<Answer>;
}

/** Posts a body to a path below `/v1`. */
export type Post = (path: string, body: Json) => Promise<Response>;

const MAX_ROUNDS = 5;
const TOOL_OUTPUT = 'tool output';

/** A client of one of the APIs that keeps the history itself and answers every call with the same text. */
export class ApiConversation implements Conversation {
  private readonly history: Json[];
  private readonly isResponses: boolean;
  private readonly isStreamed: boolean;

  constructor(
    private readonly post: Post,
    way: Way,
    private backend: string,
    history: readonly Entry[],
  ) {
    this.isResponses = way.startsWith('responses');
    this.isStreamed = way.endsWith('streamed');
    this.history = this.render(history);
  }

  async say(step: Step): Promise<Answer> {
    this.backend = step.on ?? this.backend;
    this.history.push(...this.render([entryOf(step)]));
    const rounds: Round[] = [];
    for (;;) {
      const round = await this.ask(step);
      rounds.push(round);
      if (round.status === 'failed') break;
      this.history.push(...round.kept);
      if (round.asked.length === 0 || rounds.length === MAX_ROUNDS) break;
      this.history.push(...this.render(round.asked.map(({ id }) => ({ result: TOOL_OUTPUT, id }))));
    }
    return joinedAnswer(rounds);
  }

  private async ask(step: Step): Promise<Round> {
    const response = await this.post(this.isResponses ? '/responses' : '/chat/completions', this.bodyFor(step));
    const raw = await response.text();
    if (response.status >= 300) return refusedRound(response.status, raw);
    if (this.isStreamed) return this.isResponses ? streamedResponseRound(raw) : streamedCompletionRound(raw);
    const body = JSON.parse(raw) as Json;
    return this.isResponses ? responseRound(raw, body) : completionRound(raw, body);
  }

  private bodyFor({ effort, responses = {}, completions = {} }: Step): Json {
    const common = { model: this.backend, stream: this.isStreamed };
    if (this.isResponses) {
      const include = ['reasoning.encrypted_content'];
      const reasoning = effort === undefined ? {} : { reasoning: { effort } };
      return {
        ...common,
        input: this.history,
        tools: RESPONSES_TOOLS,
        store: false,
        include,
        ...reasoning,
        ...responses,
      };
    }
    const usage = this.isStreamed ? { stream_options: { include_usage: true } } : {};
    const reasoning = effort === undefined ? {} : { reasoning_effort: effort };
    return { ...common, messages: this.history, tools: COMPLETIONS_TOOLS, ...usage, ...reasoning, ...completions };
  }

  private render(entries: readonly Entry[]): Json[] {
    return this.isResponses ? inputItems(entries) : chatMessages(entries);
  }
}

function joinedAnswer(rounds: readonly Round[]): Answer {
  const last = rounds.at(-1);
  if (last === undefined) throw new Error('there was no round');
  return {
    ...last,
    texts: rounds.flatMap(({ texts }) => texts),
    shown: rounds.map(({ shown }) => shown).join(''),
    reasoning: rounds.map(({ reasoning }) => reasoning).join(''),
    calls: rounds.flatMap(({ calls }) => calls),
    raw: rounds.map(({ raw }) => raw).join('\n'),
  };
}

/** A chat of the service, with the real codex. */
export class ChatConversation implements Conversation {
  private chatId: string | undefined;
  private lastSeq = 0;

  constructor(
    private readonly client: RelayClient,
    private readonly backend: string,
  ) {}

  async say({ say, picture, on, effort }: Step): Promise<Answer> {
    const settings = { approvalPolicy: 'never', sandboxMode: 'danger-full-access' } as const;
    this.chatId ??= (await this.client.createChat({ backend: this.backend, ...settings })).id;
    if (on !== undefined) await this.switchTo(this.chatId, on);
    const image = picture === undefined ? [] : [{ type: 'image', url: picture }];
    const content = [{ type: 'text', text: say }, ...image];
    const { turn, message } = await this.client.ask(this.chatId, { content, ...(effort ? { effort } : {}) });
    const events = (await this.client.events(this.chatId)).filter(({ seq }) => seq > this.lastSeq);
    this.lastSeq = events.at(-1)?.seq ?? 0;
    const messages = (await this.client.messages(this.chatId)).filter(
      ({ turnId, role, status }) => turnId === turn.id && role === 'assistant' && String(status) !== 'superseded',
    );
    return {
      status: turn.status === 'completed' ? 'completed' : 'failed',
      ...{ http: 200, code: turn.error?.code ?? null, message: turn.error?.message, param: null },
      text: textOf(message),
      texts: messages.map(textOf).filter((text) => text !== ''),
      shown: events.map(({ type, data }) => (type === 'message.delta' ? data.delta : '')).join(''),
      reasoning: events.map(({ type, data }) => (type === 'reasoning.completed' ? data.text : '')).join(''),
      calls: events.flatMap(({ type, data }) => (type === 'item.completed' ? JSON.stringify(data.item) : [])),
      usage: { input: turn.usage.inputTokens, output: turn.usage.outputTokens },
      raw: JSON.stringify(events),
    };
  }

  private async switchTo(chatId: string, backend: string): Promise<void> {
    const { status, body } = await this.client.request('PUT', `/api/v1/chats/${chatId}`, { backend });
    if (status !== 200) throw new Error(`the switch to ${backend} was answered ${status}: ${JSON.stringify(body)}`);
  }
}
