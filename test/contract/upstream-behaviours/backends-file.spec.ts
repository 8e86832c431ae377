import { eventually } from '../../support/eventually';
import { textReply } from '../../support/scripted-reply';
import { GatewayFixture } from '../../integration/gateway/gateway-fixture';
import { contractSuite, Probe } from '../support/contract-suite';
import { World } from '../support/world';

const PRICE = 'price: {input: 1, output: 1}';
const MODELS = `models: [{name: cheap, model: m-cheap, ${PRICE}}, {name: dear, model: m-dear, price: {input: 1000, output: 1000}}]`;
const TOKENS = { usage: { input: 1000, output: 1000 } };

const read = async (world: World, yaml: string, model: string): Promise<void> => {
  world.provider.play(textReply('read'));
  const gateway = await GatewayFixture.start({ backends: yaml.replaceAll('URL', world.provider.url) });
  try {
    const answer = await gateway.post('/responses', { model, input: 'hi' });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('read')]);
  } finally {
    await gateway.stop();
  }
};

const refusedName = (name: string): Probe => ({
  name: `a chat's model named ${JSON.stringify(name)} is refused`,
  run: async (world) => {
    const { status } = await world.service.client.request('POST', '/api/v1/chats', { backend: 'google', model: name });
    expect([400, 422]).toContain(status);
  },
});

interface Usage {
  readonly data: readonly { readonly chatId: string | null; readonly cost: number; readonly unpricedCalls: number }[];
}

async function costOf(world: World, model: string): Promise<number> {
  world.provider.play(textReply('fine', TOKENS));
  const chat = await world.service.client.createChat({ backend: 'listed', model });
  await world.service.client.ask(chat.id, 'hello');
  return eventually('the call is booked', async () => {
    const { body } = await world.service.client.request<Usage>('GET', '/api/v1/usage?groupBy=chat');
    return body.data.find(({ chatId }) => chatId === chat.id)?.cost;
  });
}

contractSuite(__filename, 'the backends file', {
  backends: [{ id: 'listed', type: 'openai-compatible', more: `${PRICE}, ${MODELS}` }],
  service: {},
  probes: [
    {
      name: 'takes an alias',
      run: (world) =>
        read(
          world,
          'backends:\n  - {id: a, type: openai-compatible, base_url: &url "URL", model: m}\n  - {id: b, type: openai-compatible, base_url: *url, model: m}\n',
          'b',
        ),
    },
    {
      name: 'takes a merge key',
      run: (world) =>
        read(
          world,
          'backends:\n  - &first {id: a, type: openai-compatible, base_url: "URL", model: m}\n  - {<<: *first, id: b, model: m2}\n',
          'b',
        ),
    },
    {
      name: 'knows the models of a chat: one that it does not list is refused when the chat is made',
      run: async (world) => {
        const input = { backend: 'listed', model: 'nobody' };
        const { status, body } = await world.service.client.request('POST', '/api/v1/chats', input);
        expect([400, 422]).toContain(status);
        expect(JSON.stringify(body)).toContain('nobody');
      },
    },
    {
      name: 'knows the models of a chat: one that it does not list is refused with a message',
      run: async (world) => {
        const chat = await world.service.client.createChat({ backend: 'listed' });
        const { status, body } = await world.service.client.request('POST', `/api/v1/chats/${chat.id}/messages`, {
          ...{ content: 'hi', model: 'nobody' },
        });
        expect([400, 422]).toContain(status);
        expect(JSON.stringify(body)).toContain('nobody');
      },
    },
    {
      name: 'knows the models of a chat: one that it lists is asked under its own name',
      run: async (world) => {
        world.provider.play(textReply('fine'));
        const chat = await world.service.client.createChat({ backend: 'listed', model: 'dear' });
        expect((await world.service.client.ask(chat.id, 'hello')).turn.status).toBe('completed');
        expect(world.provider.requests.map(({ body }) => body.model)).toContain('m-dear');
      },
    },
    {
      name: "prices a chat's model by the model's own price",
      run: async (world) => {
        const [cheap, dear] = [await costOf(world, 'cheap'), await costOf(world, 'dear')];
        expect(cheap).toBeCloseTo(0.002, 6);
        expect(dear).toBeCloseTo(2, 6);
      },
    },
    ...['a/../b', '../x', 'a?b=c', 'a#b', 'a%2fb', 'a\nb', 'a\u0000b'].map(refusedName),
  ],
});
