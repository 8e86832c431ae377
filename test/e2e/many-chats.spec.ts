import { upTo } from '../support/event-record';
import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { startWordedModel, words } from '../support/worded-model';

/** What 20 words every 10 ms take at least. */
const ONE_ANSWER_MS = 190;

describe('many chats', () => {
  let model: ScriptedModel;

  beforeAll(async () => {
    model = await startWordedModel();
  });
  afterAll(() => model?.stop());

  describe('with the default limits', () => {
    let service: RelayService;

    beforeAll(async () => {
      service = await RelayService.start({ modelUrl: model.url, environment: { CODEX_POOL_SIZE: '3' } });
    });
    afterAll(() => service?.dispose());

    it('twenty at once are all answered, each with its own answer', async () => {
      const { client } = service;
      const chats = await Promise.all(upTo(20).map(() => client.createChat()));
      const results = await Promise.all(chats.map(({ id }, index) => client.ask(id, `say ${index + 20} words`)));
      expect(results.map(({ turn }) => turn.status)).toEqual(chats.map(() => 'completed'));
      expect(results.map(({ message }) => textOf(message))).toEqual(chats.map((_, index) => words(index + 20)));
      for (const { id } of chats) {
        const seqs = (await client.events(id)).map(({ seq }) => seq);
        expect(seqs).toEqual(upTo(seqs.length));
      }
      const { queuedTurns, instances } = await service.health();
      expect(queuedTurns).toBe(0);
      expect(instances.map(({ threads }) => threads > 0)).toEqual([true, true, true]);
    });

    it('a list of chats and its pages show each of them once, newest first', async () => {
      const { client } = service;
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const path: string = `/api/v1/chats?sort=created&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const { body } = await client.request<{ data: { id: string }[]; nextCursor: string | null }>('GET', path);
        seen.push(...body.data.map(({ id }) => id));
        cursor = body.nextCursor;
      }
      expect(seen).toHaveLength(20);
      expect(seen).toEqual([...new Set(seen)].sort().reverse());
    });
  });

  describe('with one app-server that runs one turn at a time, and room for three more', () => {
    let service: RelayService;

    beforeAll(async () => {
      const limits = { CODEX_POOL_SIZE: '1', CODEX_MAX_TURNS_PER_INSTANCE: '1', CODEX_TURN_QUEUE_SIZE: '3' };
      service = await RelayService.start({ modelUrl: model.url, environment: limits });
    });
    afterAll(() => service?.dispose());

    it('one turn runs at a time, and all are answered', async () => {
      const { client } = service;
      const chats = await Promise.all(upTo(4).map(() => client.createChat()));
      const records = await Promise.all(chats.map(({ id }) => client.follow(id)));
      for (const [index, { id }] of chats.entries()) {
        await client.send(id, 'say 20 words every 10 ms');
        if (index === 0) await records[0]?.first('turn.started');
      }
      await Promise.all(records.map((record) => record.first('turn.completed')));
      await Promise.all(records.map((record) => record.close()));

      const asked = model.requests.map(({ receivedAt }) => receivedAt).slice(-4);
      asked.slice(1).forEach((at, index) => expect(at - (asked[index] ?? at)).toBeGreaterThan(ONE_ANSWER_MS));
    });

    it('a message beyond the queue is refused with 503 and a time to come back, and is not stored', async () => {
      const { client } = service;
      const chats = await Promise.all(upTo(5).map(() => client.createChat()));
      const [running, ...waiting] = chats;
      const record = await client.follow(running?.id ?? '');
      await client.send(running?.id ?? '', 'say 500 words every 10 ms');
      await record.first('turn.started');
      const refused = waiting.pop()?.id ?? '';
      for (const { id } of waiting) await client.send(id, 'hello');
      expect(await service.health()).toMatchObject({ queuedTurns: 3 });

      const answer = await client.request('POST', `/api/v1/chats/${refused}/messages`, { content: 'one too many' });
      expect(answer).toMatchObject({ status: 503, body: { status: 503, code: 'pool_saturated' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await client.messages(refused)).toEqual([]);
      expect(await client.turns(refused)).toEqual([]);
      expect(await client.events(refused)).toEqual([]);

      await client.interrupt(running?.id ?? '');
      await record.first('turn.completed');
      await record.close();
      for (const { id } of waiting) {
        const stream = await client.follow(id);
        expect((await stream.first('turn.completed')).data.status).toBe('completed');
        await stream.close();
      }
      expect((await client.ask(refused, 'now there is room')).turn.status).toBe('completed');
    });
  });

  describe('a turn that waits for a place', () => {
    let service: RelayService;

    beforeAll(async () => {
      const limits = { CODEX_POOL_SIZE: '1', CODEX_MAX_TURNS_PER_INSTANCE: '1' };
      service = await RelayService.start({ modelUrl: model.url, environment: limits });
    });
    afterAll(() => service?.dispose());

    it('is interrupted without having run', async () => {
      const { client } = service;
      const [running, waiting] = await Promise.all([client.createChat(), client.createChat()]);
      const records = await Promise.all([client.follow(running.id), client.follow(waiting.id)]);
      await client.send(running.id, 'say 300 words every 10 ms');
      await records[0].first('turn.started');
      const { turnId } = await client.send(waiting.id, 'never asked');
      const interrupted = (): Promise<boolean> => client.interrupt(waiting.id).then((done) => done.turnId === turnId);
      await eventually('the waiting turn is interrupted', interrupted);
      expect((await records[1].turnEnd(turnId)).data).toMatchObject({ status: 'interrupted', error: null });
      expect(records[1].ofType('turn.started')).toEqual([]);
      expect(records[0].ofType('turn.completed')).toEqual([]);
      expect((await records[0].first('turn.completed')).data.status).toBe('completed');
      expect(model.requests.some(({ lastUserText }) => lastUserText === 'never asked')).toBe(false);
      await Promise.all(records.map((record) => record.close()));
    });
  });

  describe('with room for two messages behind the running turn of a chat', () => {
    let service: RelayService;

    beforeAll(async () => {
      service = await RelayService.start({ modelUrl: model.url, environment: { CHAT_QUEUE_SIZE: '2' } });
    });
    afterAll(() => service?.dispose());

    it('the third is refused, and other chats are not affected', async () => {
      const { client } = service;
      const { id } = await client.createChat();
      const record = await client.follow(id);
      await client.send(id, 'say 500 words every 10 ms');
      await record.first('turn.started');
      await client.send(id, 'two');
      const last = await client.send(id, 'three');
      const answer = await client.request('POST', `/api/v1/chats/${id}/messages`, { content: 'four' });
      expect(answer).toMatchObject({ status: 503, body: { code: 'chat_queue_full' } });
      expect((await client.ask((await client.createChat()).id, 'hello')).turn.status).toBe('completed');
      await client.interrupt(id);
      expect((await record.turnEnd(last.turnId)).data.status).toBe('completed');
      await record.close();
    });
  });
});
