import { CheckResult, runChecks } from '../../../src/gateway-check/check-run';
import { startScriptedModel, ScriptedModel } from '../../support/scripted-model';
import { deltasReply, ScriptedReply, textReply } from '../../support/scripted-reply';
import { ScriptedRequest } from '../../support/scripted-request';
import { GatewayFixture } from './gateway-fixture';

const call = (city: string): { name: string; arguments: object } => ({ name: 'get_weather', arguments: { city } });

/** A model that can do all that is asked for. */
function ableReply({ body, raw, answersTool, lastUserText: text }: ScriptedRequest): ScriptedReply {
  if (answersTool) return textReply('Thunder, 31 degrees.');
  if (text.includes('both')) return { calls: [call('Paris'), call('Rome')] };
  if (body.tools !== undefined) return { calls: [call('Paris')] };
  if (raw.includes('"response_format"')) return textReply('{"name":"Paris","inhabitants":2100000}');
  if (text.includes('colour')) return textReply('Red.');
  if (text.includes('Which is the code word')) return textReply('heliotrope');
  if (text.includes('three hundred')) return deltasReply(300, { delayMs: 5 });
  return textReply('OK');
}

describe('the check of a backend', () => {
  let model: ScriptedModel;
  let gateway: GatewayFixture;
  beforeAll(async () => {
    model = await startScriptedModel();
    const scripted = `type: openai-compatible, base_url: "${model.url}", model: m, max_retries: 0`;
    const backends = [
      ...['backends:', `  - {id: able, ${scripted}, reasoning_levels: [low]}`, '  - {id: demo, type: demo}'],
      `  - {id: small, ${scripted}, input_modalities: [text], context_window: 8000}`,
    ].join('\n');
    gateway = await GatewayFixture.start({ backends });
  });
  afterAll(async () => {
    await gateway.stop();
    await model.stop();
  });

  async function check(backend: string): Promise<readonly CheckResult[]> {
    const seen: CheckResult[] = [];
    const address = { baseURL: gateway.baseUrl, apiKey: 'none' };
    const results = await runChecks(address, backend, (result) => seen.push(result));
    expect(seen).toEqual(results);
    return results;
  }

  const named = (results: readonly CheckResult[], outcome: string): string[] =>
    results.filter((result) => result.outcome === outcome).map(({ name, note }) => `${name}: ${note}`);

  it('finds that everything works with a model that can do everything', async () => {
    model.play(ableReply);
    const results = await check('able');
    expect(results.filter(({ outcome }) => outcome !== 'works')).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(12);
    expect(model.requests.some(({ abandonedAt }) => abandonedAt !== undefined)).toBe(true);
  });

  it('skips what the file says that the model cannot', async () => {
    model.play(ableReply);
    expect(named(await check('small'), 'skipped').map((line) => line.split(':')[0])).toEqual([
      ...['long', 'effort', 'picture'],
    ]);
  });

  it('tells a wrong answer from none', async () => {
    model.play(textReply('I would rather not.'));
    const wrong = await check('able');
    expect(named(wrong, 'failed')).toEqual([]);
    expect(named(wrong, 'no')).toContain('picture: I would rather not.');
    model.play({ status: 400, error: { error: { message: 'no such model', type: 'invalid_request_error' } } });
    const none = await check('able');
    expect(named(none, 'works')).toEqual([]);
    expect(named(none, 'failed')[0]).toContain('no such model');
  });

  it('finds no failure with the demo model', async () => {
    const results = await check('demo');
    expect(named(results, 'failed')).toEqual([]);
    expect(named(results, 'works').length).toBeGreaterThanOrEqual(7);
  });

  it('does not begin with a model that is not there', async () => {
    await expect(check('nobody')).rejects.toThrow('The model "nobody" does not exist');
  });
});
