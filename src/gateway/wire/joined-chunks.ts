import { isObject, JsonObject, objectsOf, textOf } from './json';
import { joinedText, Joining } from './delta-coalescing';

/** Where a chunk of the chat completions API has its text; the last two are names of other vendors for a model's thoughts. */
const TEXTS = ['content', 'reasoning_content', 'reasoning'];
const OF_PLAIN_CHOICE = new Set(['index', 'delta', 'finish_reason', 'logprobs']);

/** A choice that says nothing but some text. */
interface PlainChoice {
  readonly choice: JsonObject;
  readonly delta: JsonObject;
  readonly field: string;
  readonly text: string;
}

/** Of the chat completions API: chunks that say nothing but text. */
export const COMPLETION_CHUNKS: Joining = {
  mayJoin: ({ type }) => type === '',
  join(first, second) {
    const [one, other] = [plainChoice(first), plainChoice(second)];
    if (one === undefined || other === undefined) return undefined;
    if (one.choice.index !== other.choice.index || one.field !== other.field) return undefined;
    const text = joinedText(one.text, other.text);
    if (text === undefined) return undefined;
    return { ...second, choices: [{ ...one.choice, delta: { ...one.delta, [one.field]: text } }] };
  },
  frameOf: (chunk) => ({ bytes: Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`), type: '' }),
};

/** The only choice of a chunk, if that says nothing but some text. */
function plainChoice({ choices, usage }: JsonObject): PlainChoice | undefined {
  const [choice, ...more] = objectsOf(choices);
  if (choice === undefined || more.length > 0 || usage != null) return undefined;
  if (choice.finish_reason != null || choice.logprobs != null) return undefined;
  if (Object.keys(choice).some((key) => !OF_PLAIN_CHOICE.has(key))) return undefined;
  const { delta } = choice;
  if (!isObject(delta)) return undefined;
  const [field = '', ...others] = Object.keys(delta).filter((key) => key !== 'role' && delta[key] !== null);
  const text = textOf(delta[field]);
  return text === undefined || others.length > 0 || !TEXTS.includes(field) ? undefined : { choice, delta, field, text };
}
