import { argumentsOf, idOf } from './scripted-chat';
import { ScriptedCall, ScriptedReply } from './scripted-reply';

type Json = Readonly<Record<string, unknown>>;

/** The server-sent events of a reply in the Responses API, as OpenAI sends them. */
export function responsesFrames(reply: ScriptedReply, index: number): string[] {
  const id = `resp_${index}`;
  let sequence = 0;
  const frame = (type: string, fields: Json): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`;
  const items = outputOf(reply, index);
  return [
    frame('response.created', { response: { id, object: 'response', status: 'in_progress', output: [] } }),
    ...items.flatMap((item, output_index) => itemFrames(item, output_index, reply, frame)),
    endFrame(reply, index, frame),
  ];
}

/** The end: whole, or cut short by a filter. */
function endFrame(reply: ScriptedReply, index: number, frame: (type: string, fields: Json) => string): string {
  const response = responseOf(reply, index);
  if (reply.finishReason !== 'content_filter') return frame('response.completed', { response });
  const incomplete_details = { reason: reply.finishReason };
  return frame('response.incomplete', { response: { ...response, status: 'incomplete', incomplete_details } });
}

/** The same reply to a request that does not stream. */
export function responseOf(reply: ScriptedReply, index: number): Json {
  const usage = usageOf(reply);
  return { id: `resp_${index}`, object: 'response', status: 'completed', output: outputOf(reply, index), usage };
}

function itemFrames(
  item: Json,
  output_index: number,
  reply: ScriptedReply,
  frame: (type: string, fields: Json) => string,
): string[] {
  const place = { item_id: item.id, output_index };
  const deltas =
    item.type === 'message'
      ? (reply.text ?? []).map((delta) => frame('response.output_text.delta', { ...place, content_index: 0, delta }))
      : [];
  const added = item.type === 'message' ? { ...item, content: [], status: 'in_progress' } : item;
  return [
    frame('response.output_item.added', { output_index, item: added }),
    ...deltas,
    frame('response.output_item.done', { output_index, item }),
  ];
}

function outputOf(reply: ScriptedReply, index: number): Json[] {
  const text = reply.text?.join('');
  const status = reply.reasoningStatus ? { status: 'completed' } : {};
  const summary = [{ type: 'summary_text', text: reply.reasoning?.join('') }];
  const content = [{ type: 'output_text', text, annotations: [] }];
  return [
    ...(reply.reasoning
      ? [{ type: 'reasoning', id: `rs_${index}`, ...status, summary, encrypted_content: `sealed-${index}` }]
      : []),
    ...(text === undefined
      ? []
      : [{ type: 'message', id: `msg_${index}`, role: 'assistant', status: 'completed', content }]),
    ...(reply.calls ?? []).map((call, position) => callItem(call, index, position)),
  ];
}

function callItem(call: ScriptedCall, index: number, position: number): Json {
  const common = {
    call_id: idOf(call, index, position),
    name: call.name,
    namespace: call.namespace,
    status: 'completed',
  };
  if (call.custom)
    return { type: 'custom_tool_call', id: `ctc_${index}_${position}`, ...common, input: argumentsOf(call) };
  return { type: 'function_call', id: `fc_${index}_${position}`, ...common, arguments: argumentsOf(call) };
}

function usageOf({ usage = { input: 10, output: 5 } }: ScriptedReply): Json | null {
  if (usage === null) return null;
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached ?? 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: usage.input + usage.output,
  };
}
