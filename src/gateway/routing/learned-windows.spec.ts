import pino from 'pino';
import { Backend } from '../catalog/backend';
import { BackendKeys } from '../catalog/backend-keys';
import { backendOf } from '../catalog/backend-of';
import { BackendEntry } from '../catalog/backend-schema';
import { deploymentFor } from '../catalog/deployment';
import { ModelFacts } from '../catalog/known-models';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import { LearnedWindows } from './learned-windows';

const logger = pino({ level: 'silent' });
const keys = { find: () => 'key' } as unknown as BackendKeys;
const backend = (change: Partial<BackendEntry> = {}, facts: ModelFacts = {}): Backend => {
  const entry = { id: 'b', type: 'vllm', model: 'm', base_url: 'http://h', ...change };
  return backendOf(entry, { provider: {}, idleMs: 1000, factsOf: () => facts }, keys);
};
const refusal = (tokens: number, code: UpstreamErrorCode = 'context_length_exceeded'): UpstreamError =>
  new UpstreamError(code, `answered HTTP 400: maximum context length is ${tokens} tokens`, { status: 400 });

function learned(of: Backend, ...tokens: readonly number[]): LearnedWindows {
  const windows = new LearnedWindows(logger);
  for (const [index, each] of tokens.entries()) {
    const settings = of.deployments[index % of.deployments.length];
    if (settings !== undefined) windows.learn(deploymentFor(of, settings, 'm', keys), 'm', refusal(each));
  }
  return windows;
}

describe('context windows that providers have told of', () => {
  it('are used where nobody knows better', () => {
    expect(learned(backend(), 8192).windowOf(backend(), 'm')).toBe(8192);
    expect(learned(backend(), 8192).find(backend(), 'another')).toBeUndefined();
  });

  it('do not replace what the backends file says', () => {
    const configured = backend({ context_window: 4096 });
    expect(learned(configured, 8192).windowOf(configured, 'm')).toBe(4096);
  });

  it('replace what models.yaml says when they are smaller', () => {
    const known = backend({}, { contextWindow: 32_768 });
    expect(learned(known, 8192).windowOf(known, 'm')).toBe(8192);
    expect(learned(known, 60_000).windowOf(known, 'm')).toBe(32_768);
  });

  it('are the smallest of all deployments, and the last that each has told of', () => {
    const two = backend({ deployments: [{}, { base_url: 'http://other' }] });
    expect(learned(two, 8192, 4096).windowOf(two, 'm')).toBe(4096);
    expect(learned(two, 8192, 4096, 8192, 16_384).windowOf(two, 'm')).toBe(8192);
  });

  it('are not read from the words of another failure', () => {
    const windows = new LearnedWindows(logger);
    const of = backend();
    const [settings] = of.deployments;
    if (settings === undefined) throw new Error('there is no deployment');
    windows.learn(deploymentFor(of, settings, 'm', keys), 'm', refusal(8192, 'upstream_error'));
    expect(windows.find(of, 'm')).toBeUndefined();
  });
});
