import { Environment } from '../config/environment';
import { backendOf } from '../gateway/catalog/backend-of';
import { BackendKeys } from '../gateway/catalog/backend-keys';
import { requireModel } from './model-check';

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
});
