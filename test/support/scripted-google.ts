import { ScriptedReply } from './scripted-reply';

type Json = Readonly<Record<string, unknown>>;

/** The server-sent events of a reply of Gemini, https://ai.google.dev/api/generate-content. */
export function googleFrames(reply: ScriptedReply): string[] {
  const { input = 10, output = 5, cached = 0, reasoning = 0 } = reply.usage ?? {};
  const usageMetadata = {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    thoughtsTokenCount: reasoning,
    cachedContentTokenCount: cached,
    totalTokenCount: input + output,
  };
  const last = { content: { role: 'model', parts: [] }, finishReason: reply.finishReason ?? 'STOP', index: 0 };
  return [
    ...partsOf(reply).map((part) => frame({ candidates: [{ content: { role: 'model', parts: [part] }, index: 0 }] })),
    ...(reply.streamError === undefined ? [] : [frame({ error: reply.streamError })]),
    frame({ candidates: [last], usageMetadata, modelVersion: 'scripted' }),
  ];
}

/** The first call of an answer carries the signature, as Gemini 3 sends it; without calls the last text does. */
function partsOf({ reasoning = [], text = [], calls = [], signature }: ScriptedReply): Json[] {
  const sign = (signed: boolean): Json => (signed && signature ? { thoughtSignature: signature } : {});
  return [
    ...reasoning.map((thought) => ({ text: thought, thought: true })),
    ...text.map((piece, at) => ({ text: piece, ...sign(calls.length === 0 && at === text.length - 1) })),
    ...calls.map(({ name, arguments: args }, at) => ({ functionCall: { name, args }, ...sign(at === 0) })),
  ];
}

const frame = (chunk: Json): string => `data: ${JSON.stringify(chunk)}\r\n\r\n`;

/** An error answer in Google's form. */
export const googleError = (code: number, status: string, message: string): ScriptedReply => ({
  status: code,
  error: { error: { code, message, status } },
});
