import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ReasoningPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import { JsonObject, objectsOf, parseJson, textOf, without } from '../../wire/json';
import { ResponsesRequest } from '../../wire/responses-request';
import { stoodInText } from './answer-parts';
import { CallHistory, contentParts, contentText, isReadableFile, isToolOutput, toolOutputOf } from './prompt-content';
import { openEnvelope } from './reasoning-envelope';
import { ToolCatalog } from './tool-catalog';

type AssistantPart = LanguageModelV4TextPart | LanguageModelV4ReasoningPart | LanguageModelV4ToolCallPart;

/** The messages of a chat model for the input of a Responses request. */
export function promptOf(request: ResponsesRequest, catalog: ToolCatalog, backendId: string): LanguageModelV4Prompt {
  const builder = new PromptBuilder(catalog, backendId, new CallHistory(request.input, backendId));
  if (request.instructions) builder.addDeveloper(request.instructions);
  for (const item of request.input) builder.add(item);
  return builder.finish();
}

/**
 * Collects messages item by item.
 *
 * Reasoning, text and calls that follow each other become one assistant message, with the outputs of its calls right
 * behind it: chat APIs refuse any other order.
 */
class PromptBuilder {
  private readonly messages: LanguageModelV4Prompt = [];
  private readonly system: string[] = [];
  private assistant: AssistantPart[] = [];

  constructor(
    private readonly catalog: ToolCatalog,
    private readonly backendId: string,
    private readonly history: CallHistory,
  ) {}

  add(item: JsonObject): void {
    if (item.type === 'reasoning') this.addReasoning(item);
    else if (item.type === 'function_call') this.addCall(item, readableArguments(textOf(item.arguments) ?? ''));
    else if (item.type === 'custom_tool_call') this.addCall(item, JSON.stringify({ input: textOf(item.input) ?? '' }));
    else if (isToolOutput(item)) this.addOutput(item);
    else if (item.type === 'message' || item.type === undefined) this.addMessage(item);
    else if (isHostedCall(item)) this.addHosted(item);
  }

  finish(): LanguageModelV4Prompt {
    this.endAssistant();
    if (this.system.length === 0) return this.messages;
    return [{ role: 'system', content: this.system.join('\n\n') }, ...this.messages];
  }

  /**
   * What stands before the conversation is one system message; later words of the developer are a user message,
   * because chat templates and providers refuse a system message there.
   */
  addDeveloper(text: string): void {
    if (text.trim() === '') return;
    this.endAssistant();
    if (this.messages.length === 0) this.system.push(text);
    else this.addUser([{ type: 'text', text }], 'developer');
  }

  private addMessage(item: JsonObject): void {
    if (item.role === 'developer' || item.role === 'system') this.addDeveloper(contentText(item.content));
    else if (item.role === 'assistant') this.addText(contentText(item.content));
    else this.addUser(contentParts(item.content));
  }

  private addUser(
    content: (LanguageModelV4TextPart | LanguageModelV4FilePart)[],
    origin?: 'developer' | 'tool-output',
  ): void {
    if (content.length === 0) return;
    this.endAssistant();
    const providerOptions = origin === undefined ? {} : { providerOptions: originOptions(origin) };
    this.messages.push({ role: 'user', content, ...providerOptions });
  }

  private addText(text: string): void {
    if (text.trim() === '') return;
    const separator = this.assistant.some((part) => part.type === 'text') ? '\n\n' : '';
    this.assistant.push({ type: 'text', text: separator + text });
  }

  /** Only the backend that reasoned gets its reasoning back: others refuse or misread it. */
  private addReasoning(item: JsonObject): void {
    const envelope = openEnvelope(item.encrypted_content);
    if (envelope?.backendId !== this.backendId) return;
    if (envelope.text !== undefined) this.signText(envelope.text);
    const text = objectsOf(item.summary)
      .map((part) => textOf(part.text) ?? '')
      .join('\n\n');
    if (stoodInText(envelope.metadata) || (text === '' && envelope.metadata === undefined)) return;
    this.assistant.push({ type: 'reasoning', text, providerOptions: envelope.metadata });
  }

  private signText(providerOptions: SharedV4ProviderOptions): void {
    const at = this.assistant.findLastIndex(({ type }) => type === 'text');
    const part = this.assistant[at];
    if (part !== undefined) this.assistant[at] = { ...part, providerOptions };
  }

  private addCall(item: JsonObject, input: string): void {
    const toolCallId = textOf(item.call_id) ?? '';
    const toolName = this.catalog.upstreamName(textOf(item.name) ?? '', textOf(item.namespace));
    const providerOptions = this.history.metadataOf(toolCallId);
    this.assistant.push({ type: 'tool-call', toolCallId, toolName, input, providerOptions });
  }

  /** The output itself went behind its call; one without a call is given as text. */
  private addOutput(item: JsonObject): void {
    this.endAssistant();
    if (this.history.isAnswered(item)) return;
    const { text, files } = toolOutputOf(item);
    this.addUser([{ type: 'text', text: `Output of an earlier tool call:\n${text}` }, ...files], 'tool-output');
  }

  /** What another provider's own tools did or found: as text, since no other has those tools. */
  private addHosted(item: JsonObject): void {
    this.addUser([{ type: 'text', text: `Earlier tool call:\n${hostedText(item)}` }], 'tool-output');
  }

  private endAssistant(): void {
    const content = this.assistant;
    if (content.length === 0) return;
    this.assistant = [];
    this.messages.push({ role: 'assistant', content });
    this.answerCalls(content.flatMap((part) => (part.type === 'tool-call' ? part : [])));
  }

  private answerCalls(calls: readonly LanguageModelV4ToolCallPart[]): void {
    if (calls.length === 0) return;
    const results: LanguageModelV4ToolResultPart[] = [];
    const images: (LanguageModelV4TextPart | LanguageModelV4FilePart)[] = [];
    for (const { toolCallId, toolName } of calls) {
      const { text, files } = this.history.takeOutput(toolCallId);
      results.push({ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: text } });
      if (files.length > 0) images.push({ type: 'text', text: `Output of ${toolName}:` }, ...files);
    }
    this.messages.push({ role: 'tool', content: results });
    this.addUser(images, 'tool-output');
  }
}

/** Arguments word for word, as the provider's cache knows them; those that are no JSON would be refused. */
const readableArguments = (text: string): string =>
  parseJson(text) === undefined ? JSON.stringify({ input: text }) : text;

/** A call that OpenAI or another provider made and answered itself, or that of a tool which only its models have. */
const isHostedCall = ({ type }: JsonObject): boolean => typeof type === 'string' && /_call(_output)?$/.test(type);

/** Longest text of such a call, in characters: a generated picture is megabytes of base64. */
const MAX_HOSTED_LENGTH = 50_000;

function hostedText(item: JsonObject): string {
  const said = without(item, 'id', 'status', 'encrypted_content');
  const readable = Object.entries(said).filter(([, value]) => !(typeof value === 'string' && isReadableFile(value)));
  return JSON.stringify(Object.fromEntries(readable)).slice(0, MAX_HOSTED_LENGTH);
}

/** Provider options of messages that the gateway made; no provider reads them. */
const KEY = 'codexRelay';

/** Why a message has the role `user` although no user wrote it. */
export type PromptOrigin = 'developer' | 'tool-output';

export const originOptions = (origin: PromptOrigin): SharedV4ProviderOptions => ({ [KEY]: { origin } });

/** Whether a message with the role `user` was made by the gateway. */
export const isGatewayMade = (message: LanguageModelV4Message): boolean => message.providerOptions?.[KEY] !== undefined;
