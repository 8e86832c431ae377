import { PIXEL } from '../../support/pixel';
import { textOf } from '../../support/relay-client';
import { ScriptedReply, textReply } from '../../support/scripted-reply';
import { Answer } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { filters, holds, noPictures, refusalReply, Rule, spokenCharacters } from '../support/provider-rule';
import { WireRequest, wireRequest } from '../support/wire-request';
import type { World } from '../support/world';

const WORD = 'zorbulent';
const LONG = 'lorem ipsum '.repeat(3_750);
const WINDOW_WORDS = "This model's maximum context length is 50000 tokens. However, you requested 70000 tokens.";
const ALL = ['openai', 'azure', 'openai-compatible', 'mistral', 'xai', 'anthropic', 'google', 'bedrock', 'openrouter'];
const SOME = ['openai', 'openai-compatible', 'anthropic'];

interface Told {
  readonly type: string;
  readonly turnId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}
const told = (answer: Answer | undefined, type: string): Told[] =>
  (JSON.parse(answer?.raw ?? '[]') as Told[]).filter((event) => event.type === type);
const dataOf = (answer: Answer | undefined, type: string) => told(answer, type).map(({ data }) => data);

/** The reason by which a provider says that it stops an answer in its middle. */
const REASONS: Readonly<Record<string, string>> = {
  anthropic: 'refusal',
  google: 'SAFETY',
  bedrock: 'content_filtered',
};
const stoppedInTheMiddle = ({ backend }: WireRequest): ScriptedReply =>
  textReply('I would ', { finishReason: REASONS[backend] ?? 'content_filter' });

const play = (world: World, rule: Rule, reply = textReply('fine')): void =>
  world.provider.play((scripted) => {
    const request = wireRequest(scripted);
    const refusal = rule(request);
    return refusal === undefined ? reply : refusalReply(request, refusal);
  });

contractSuite(__filename, 'a chat of which a provider has refused something', {
  rows: [
    {
      name: 'is told who refused a picture, that it is left out, and what to do, in the turn and in the log',
      ...{ on: ALL, ways: ['chat'], rules: [noPictures()] },
      steps: [{ say: 'look at this', picture: PIXEL }, { say: 'hello' }],
      answers: [{ status: 'failed', code: 'image_not_accepted', message: /left out .*without the picture/ }, 'Hello!'],
      check: ({ answers: [refused, next], backend }) => {
        expect(refused?.message).toContain(`Backend "${backend}"`);
        expect(dataOf(refused, 'context.omitted')).toEqual([
          {
            ...{ code: 'image_not_accepted', backend, pictures: 1, messages: 0, earlier: 0 },
            message: expect.stringContaining('a picture') as unknown,
          },
        ]);
        expect(dataOf(next, 'context.omitted')).toEqual([]);
      },
    },
    {
      name: 'is told who refused a text, that it is left out, and what to do, in the turn and in the log',
      ...{ on: SOME, ways: ['chat'], rules: [filters(WORD, { code: 'content_filter', message: 'content violation' })] },
      steps: [{ say: `say ${WORD}` }, { say: 'hello' }],
      answers: [{ status: 'failed', message: /left out/ }, 'Hello!'],
      check: ({ answers: [refused], backend }) => {
        expect(refused?.message).toContain(`Backend "${backend}"`);
        expect(dataOf(refused, 'context.omitted')).toMatchObject([{ backend, pictures: 0, messages: 1, earlier: 0 }]);
      },
    },
    {
      name: 'is told what to do when an answer is stopped by a filter in its middle, and answers the next message',
      ...{ on: ALL, ways: ['chat'] },
      replies: (request) =>
        request.scripted.lastUserText === 'go on' ? stoppedInTheMiddle(request) : textReply('Hello!'),
      steps: [{ say: 'go on' }, { say: 'hello' }],
      answers: [{ status: 'failed', code: 'content_filter', message: /other words/ }, 'Hello!'],
    },
    {
      name: 'is told that a full context is summed up before the next message, and of the summary',
      ...{ on: SOME, ways: ['chat'], rules: [holds(150_000, WINDOW_WORDS)] },
      replies: textReply('fine'),
      steps: [...Array.from({ length: 4 }, () => ({ say: LONG })), { say: 'hello' }],
      check: ({ answers }) => {
        const refused = answers.findIndex(({ status }) => status === 'failed');
        expect(answers[refused]).toMatchObject({
          ...{
            code: 'context_length_exceeded',
            message: expect.stringMatching(/summed up before the next message/) as unknown,
          },
        });
        expect(answers[refused + 1]).toMatchObject({ status: 'completed', text: 'fine' });
        expect(dataOf(answers[refused + 1], 'context.compacted')).toMatchObject([
          { reason: 'refused', succeeded: true },
        ]);
      },
    },
  ],
  probes: [
    {
      name: 'leaves it out after a restart too, without being refused again, and no other chat does',
      run: async (world) => {
        play(world, noPictures());
        const { service } = world;
        const [chat, other] = await Promise.all(
          [1, 2].map(() => service.client.createChat({ backend: 'openai-compatible' })),
        );
        const picture = {
          content: [
            { type: 'text', text: 'look' },
            { type: 'image', url: PIXEL },
          ],
        };
        const refused = await service.client.ask(chat?.id ?? '', picture);
        expect(refused.turn.error?.code).toBe('image_not_accepted');
        await service.stop();
        await service.restart();
        play(world, noPictures());
        expect((await service.client.ask(chat?.id ?? '', 'hello')).turn.status).toBe('completed');
        expect(world.provider.requests).toHaveLength(1);
        expect(world.provider.requests[0]?.raw).toContain('A picture stood here');
        await service.client.ask(other?.id ?? '', 'hello');
        expect(world.provider.requests.at(-1)?.raw).not.toContain('A picture stood here');
        const types = (await service.client.events(other?.id ?? '')).map(({ type }) => type);
        expect(types).not.toContain('context.omitted');
      },
    },
    {
      name: 'learns the context window from the refusal, names it in /v1/models, and lets the agent sum up in time',
      run: async (world) => {
        const { service } = world;
        const { id } = await service.client.createChat({ backend: 'openai-compatible' });
        const windowOf = async (model: string): Promise<unknown> =>
          (await service.client.request<{ context_window: unknown }>('GET', `/v1/models/${model}`)).body.context_window;
        expect(await windowOf('mistral')).toBe(128_000);
        play(world, ({ messages, backend }) =>
          backend === 'mistral' && spokenCharacters(messages) > 90_000
            ? {
                status: 400,
                message: 'Prompt contains 41000 tokens, too large for model with 40000 maximum context length',
              }
            : undefined,
        );
        const small = await service.client.createChat({ backend: 'mistral' });
        for (const text of [LONG, LONG, LONG]) await service.client.ask(small.id, text);
        expect(await windowOf('mistral')).toBe(40_000);
        expect(await windowOf('openai-compatible')).toBe(128_000);
        // A chat that comes from elsewhere, longer than the window that was learned.
        play(world, () => undefined, textReply('fine', { usage: { input: 39_000, output: 10 } }));
        await service.client.ask(id, 'remember the word pelican');
        await service.client.request('PUT', `/api/v1/chats/${id}`, { backend: 'mistral' });
        const { turn, message } = await service.client.ask(id, 'hello');
        expect([turn.status, textOf(message)]).toEqual(['completed', 'fine']);
        const compacted = (await service.client.events(id)).filter(({ type }) => type === 'context.compacted');
        expect(compacted.map(({ data }) => data)).toMatchObject([{ reason: 'agent', succeeded: true }]);
      },
    },
    {
      name: 'goes on after a summary that the provider refuses, too',
      run: async (world) => {
        const { service } = world;
        const { id } = await service.client.createChat({ backend: 'openai-compatible' });
        play(world, () => undefined);
        await service.client.ask(id, 'first');
        play(world, () => ({ status: 400, message: 'input length exceeds the context length' }));
        expect((await service.client.ask(id, 'second')).turn.error?.code).toBe('context_length_exceeded');
        const third = await service.client.ask(id, 'third');
        expect(third.turn).toMatchObject({ status: 'failed', error: { code: 'context_length_exceeded' } });
        const compacted = (await service.client.events(id)).filter(({ type }) => type === 'context.compacted');
        expect(compacted.map(({ data }) => data)).toMatchObject([{ reason: 'refused', succeeded: false }]);
        play(world, () => undefined);
        expect((await service.client.ask(id, 'fourth')).turn.status).toBe('completed');
      },
    },
  ],
});
