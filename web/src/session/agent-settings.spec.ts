import type { Backend } from '../api/types';
import { approvalChoices, sandboxChoices } from './agent-choices';
import { effortFor, newChatOf, settingsFrom, summaryOf } from './agent-settings';

const spec = (name: string, efforts: string[] | null) => ({ name, efforts });
const BACKENDS = [
  { id: 'big', model: 'large', ready: true, models: [spec('large', ['low', 'high']), spec('tiny', [])] },
  { id: 'any', model: 'some', ready: true, models: [spec('some', null)] },
  { id: 'off', model: 'x', ready: false, models: [spec('x', null)] },
] as unknown as Backend[];

describe('the settings of a new chat', () => {
  it('are those that were chosen, and no others', () => {
    expect(newChatOf({}, BACKENDS, null)).toEqual({});
    expect(newChatOf({ backend: 'big', model: 'tiny', networkAccess: false }, BACKENDS, 'p')).toEqual({
      ...{ projectId: 'p', backend: 'big', model: 'tiny', networkAccess: false },
    });
  });

  it.each([
    ['a backend that is no more', { backend: 'gone', model: 'tiny' }, {}],
    ['a backend without its key', { backend: 'off' }, {}],
    ['a model that the backend has no more', { backend: 'big', model: 'gone' }, { backend: 'big' }],
    ['a model of the usual backend', { model: 'tiny' }, {}],
  ])('leave out %s', (_what, settings, made) => expect(newChatOf(settings, BACKENDS, null)).toEqual(made));

  it('name any model where the backend names no others', () => {
    expect(newChatOf({ backend: 'any', model: 'mine' }, BACKENDS, null)).toEqual({ backend: 'any', model: 'mine' });
  });
});

describe('the effort of a message', () => {
  it.each([
    ['high', 0, 'large', 'high'],
    ['medium', 0, null, undefined],
    ['high', 0, 'tiny', undefined],
    ['high', 1, null, 'high'],
  ])('%s is sent only to a model that has it', (effort, index, model, sent) => {
    expect(effortFor({ effort }, BACKENDS[index], model)).toBe(sent);
  });
});

describe('what was stored of the settings', () => {
  it('is taken where it is understood', () => {
    expect(
      settingsFrom({ sandboxMode: 'toString', approvalPolicy: 'never', model: 7, backend: 'big', more: 1 }),
    ).toEqual({
      ...{ approvalPolicy: 'never', backend: 'big' },
    });
    for (const stored of [null, 'x', [], { networkAccess: 'yes' }]) expect(settingsFrom(stored)).toEqual({});
  });

  it('is told in words', () => {
    expect(summaryOf({}, null)).toBe('As usual');
    const settings = { sandboxMode: 'workspace-write', approvalPolicy: 'on-request', networkAccess: true } as const;
    expect(summaryOf(settings, null)).toBe('Work in its folder, ask to leave the sandbox, network');
  });

  it('says nothing of leaving the sandbox where the operator lets nothing out', () => {
    const limits = { sandboxModeMax: 'workspace-write' } as const;
    const settings = { sandboxMode: 'workspace-write', approvalPolicy: 'on-request' } as const;
    expect(summaryOf(settings, limits)).toBe('Work in its folder, stay in the sandbox');
    expect(sandboxChoices(limits, undefined).map(({ id }) => id)).toEqual(['read-only', 'workspace-write']);
    expect(sandboxChoices(limits, 'danger-full-access')).toHaveLength(3);
    expect(approvalChoices(limits, undefined).map(({ id }) => id)).toEqual(['on-request', 'never']);
    expect(approvalChoices(null, undefined)).toHaveLength(3);
  });
});
