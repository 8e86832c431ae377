import { Injectable } from '@nestjs/common';
import { endOfObject } from '../wire/json-spans';
import { isObject, JsonObject, objectsOf, parseJson, textOf } from '../wire/json';
import { ResponsesRequest } from '../wire/responses-request';

/** A call of a tool in an answer that codex was sent. */
export interface ToolCall {
  /** The model's id of the call, under which its output goes back. */
  readonly id: string;
  readonly name: string;
  /** JSON, or the text that a tool of free text takes; as the model wrote it. */
  readonly arguments: string;
}

/** Who is told what the model of a thread calls. Called before codex gets the same; must not throw. */
export interface CallListener {
  called(call: ToolCall): void;
  /** An answer has come to its end. */
  answered(): void;
  /** Codex has sent the output of a call back to the model. */
  returned(callId: string, output: string): void;
}

interface Watch {
  readonly listener: CallListener;
  /** Calls whose output has not gone back, in order. */
  readonly open: Set<string>;
}

const CALLS = new Set<unknown>(['function_call', 'custom_tool_call']);
const OUTPUTS = new Set<unknown>(['function_call_output', 'custom_tool_call_output']);

/**
 * Tells the chats what the models of their threads call and what comes of it: codex reports some calls to nobody (quirk
 * `hidden-commands`), and here each of them passes through.
 */
@Injectable()
export class ThreadCalls {
  private readonly watches = new Map<string, Watch>();

  /** Tells `listener` from now on. @returns ends that. */
  watch(threadId: string, listener: CallListener): () => void {
    const watch = { listener, open: new Set<string>() };
    this.watches.set(threadId, watch);
    return () => {
      if (this.watches.get(threadId) === watch) this.watches.delete(threadId);
    };
  }

  /** What is to be called with each finished item of an answer to the thread; undefined where nobody wants to know. */
  observer(threadId: string | undefined): ((item: unknown) => void) | undefined {
    const watch = this.watchOf(threadId);
    return watch && ((item) => noteCall(watch, item));
  }

  answered(threadId: string | undefined): void {
    this.watchOf(threadId)?.listener.answered();
  }

  /** The thread asks again: with the outputs of what its model has called before. */
  asked(threadId: string | undefined, request: ResponsesRequest): void {
    const watch = this.watchOf(threadId);
    if (watch === undefined) return;
    for (const callId of watch.open) {
      const output = outputIn(request, callId);
      if (output === undefined) continue;
      watch.open.delete(callId);
      watch.listener.returned(callId, textOfOutput(output.output));
    }
  }

  private watchOf(threadId: string | undefined): Watch | undefined {
    return threadId === undefined ? undefined : this.watches.get(threadId);
  }
}

function noteCall({ listener, open }: Watch, item: unknown): void {
  if (!isObject(item) || !CALLS.has(item.type)) return;
  const [id, name] = [textOf(item.call_id), textOf(item.name)];
  if (id === undefined || name === undefined) return;
  const namespace = textOf(item.namespace);
  open.add(id);
  const call = { id, name: namespace === undefined ? name : `${namespace}.${name}` };
  listener.called({ ...call, arguments: textOf(item.arguments) ?? textOf(item.input) ?? '' });
}

/** The newest output of a call. In a long request it is found by its bytes: reading all of it costs too much. */
function outputIn(request: ResponsesRequest, callId: string): JsonObject | undefined {
  const isOutput = (item: JsonObject): boolean => OUTPUTS.has(item.type) && item.call_id === callId;
  if (request.source === undefined) return request.input.findLast(isOutput);
  const last = itemInBytes(request.source.bytes, callId);
  return last !== undefined && isOutput(last) ? last : undefined;
}

/** The last item that names the call, written as codex does: without blanks, and with nothing nested before the id. */
function itemInBytes(bytes: Buffer, callId: string): JsonObject | undefined {
  const at = bytes.lastIndexOf(`"call_id":${JSON.stringify(callId)}`);
  const start = at < 0 ? -1 : bytes.lastIndexOf('{', at);
  if (start < 0) return undefined;
  const item = parseJson(bytes.toString('utf8', start, endOfObject(bytes, start)));
  return isObject(item) && item.call_id === callId ? item : undefined;
}

function textOfOutput(output: unknown): string {
  if (typeof output === 'string') return output;
  return objectsOf(output)
    .flatMap((part) => textOf(part.text) ?? `[${textOf(part.type) ?? 'something'}]`)
    .join('\n');
}
