import { Environment } from '../config/environment';
import { backendOf } from '../gateway/catalog/backend-of';
import { BackendKeys } from '../gateway/catalog/backend-keys';
import { requireEffort, requireModel } from './model-check';

describe('the model of a chat or of a message', () => {
  const keys = new BackendKeys(new Environment({}));
  const of = (fields: object) =>
    backendOf({ id: 'a', type: 'demo', model: 'm', ...fields }, { provider: {}, idleMs: 1 }, keys);
  const refusal = expect.objectContaining({ code: 'unknown_model', status: 400 }) as Error;

  it.each(['a/../b', 'a?b', 'a#b', 'a%2fb', 'a\nb', 'a\u001bb', ' a', 'a ', ' ', 'a\u202eb'])(
    'cannot be called %j, which would change an address or the log',
    (name) => expect(() => requireModel(of({}), name)).toThrow(refusal),
  );

  it.each(['gpt-5.5', 'org/model:latest', '@cf/meta/llama-3', 'us.anthropic.claude-v1:0'])(
    'can be called %s',
    (name) => {
      expect(() => requireModel(of({}), name)).not.toThrow();
    },
  );

  it('is one of the list where the backend has one', () => {
    const listed = of({ models: [{ name: 'small', model: 's-1' }] });
    expect(() => requireModel(listed, 'small')).not.toThrow();
    expect(() => requireModel(listed, 'large')).toThrow(refusal);
  });

  it('is asked for an effort that it has, or, where nobody knows which those are, for one that there is', () => {
    const refused = expect.objectContaining({ code: 'unknown_effort', status: 400 }) as Error;
    const listed = of({
      reasoning_levels: [],
      models: [{ name: 'thinker', model: 't-1', reasoning_levels: ['low', 'high'] }],
    });
    expect(() => requireEffort(listed, null, 'low')).toThrow(refused);
    for (const name of ['thinker', 't-1']) {
      expect(() => requireEffort(listed, name, 'high')).not.toThrow();
      expect(() => requireEffort(listed, name, 'medium')).toThrow('it takes: low, high');
    }
    const unknown = of({});
    expect(() => requireEffort(unknown, null, 'medium')).not.toThrow();
    expect(() => requireEffort(unknown, null, 'extreme')).toThrow(refused);
    expect(() => requireEffort(listed, null, undefined)).not.toThrow();
  });
});
