import type { DynamicToolFunctionSpec } from '../../../src/app-server/protocol/generated/v2/DynamicToolFunctionSpec';
import { REFUSED_SCHEMAS, USABLE_SCHEMAS } from '../../support/tool-schemas';
import { PoolFixture } from './support/pool-fixture';

const REFUSED = expect.stringContaining('schema is not supported') as string;

type Schema = DynamicToolFunctionSpec['inputSchema'];

describe('codex', () => {
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 1 } });
  });
  afterAll(() => fixture.stop());

  /** What comes of a thread with one tool. */
  async function answerTo(schema: unknown, name = 't'): Promise<string> {
    try {
      const tools = [{ name, description: 'x', inputSchema: schema as Schema }];
      (await fixture.lease(null, { tools })).release();
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('refuses a thread with a tool whose schema or name it does not take, and no other', async () => {
    for (const [, schema] of USABLE_SCHEMAS) expect([schema, await answerTo(schema)]).toEqual([schema, 'taken']);
    for (const [, schema] of REFUSED_SCHEMAS) expect([schema, await answerTo(schema)]).toEqual([schema, REFUSED]);
    for (const name of ['mcp', 'mcp__x']) expect(await answerTo({ type: 'object' }, name)).toContain('is reserved');
  });
});
