import type { Backend } from '../../api/types';
import { modelOf } from './turn-facts';

const spec = { contextWindow: 1_000, maxOutputTokens: null, inputModalities: [], efforts: null };
const model = { ...spec, name: 'big-1', displayName: 'Big One', price: { input: 3, cached: 0.3, output: 15 } };
const small = { ...model, name: 'small-1', displayName: 'Small One', price: null };
const backend = { id: 'b', type: 'openai', model: 'big-1', displayName: 'B', models: [model, small] };
const backends = [{ ...backend, isDefault: true, inputModalities: [], ready: true }] as unknown as Backend[];
const usage = {
  ...{ inputTokens: 1_000_000, cachedInputTokens: 500_000, outputTokens: 100_000, reasoningOutputTokens: 0 },
  totalTokens: 1_100_000,
};

describe('what a turn was run with', () => {
  it('has the name and the cost of the model', () => {
    expect(modelOf(backends, { backend: 'b', model: null, usage })).toEqual({
      name: 'Big One',
      cost: expect.closeTo(1.5 + 0.15 + 1.5) as number,
    });
  });

  it('has no cost where there is no price, and its own name where it is offered no more', () => {
    expect(modelOf(backends, { backend: 'b', model: 'small-1', usage })).toEqual({ name: 'Small One', cost: null });
    expect(modelOf(backends, { backend: 'gone', model: 'old-1', usage })).toEqual({ name: 'old-1', cost: null });
    expect(modelOf([], { backend: 'gone', model: null, usage })).toEqual({ name: 'gone', cost: null });
  });

  it('is not told where nobody knows', () => {
    expect(modelOf(backends, { backend: null, model: null, usage })).toBeNull();
  });
});
