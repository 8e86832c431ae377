import { modeOf, slashCommandOf } from './slash-command';

describe('a text in the composer', () => {
  it.each([
    ['/compact', { name: 'compact' }],
    ['  /compact\n', { name: 'compact' }],
    ['/review', { name: 'review', instructions: null }],
    ['/review mind the locks\nand the files', { name: 'review', instructions: 'mind the locks\nand the files' }],
  ])('is a command: %j', (text, command) => {
    expect(slashCommandOf(text)).toEqual(command);
  });

  it.each(['/compact this', '/compactor', '/reviewer', 'say /compact', '/etc/passwd', '/', ''])(
    'is a message: %j',
    (text) => {
      expect(slashCommandOf(text)).toBeNull();
    },
  );

  it('is one to plan by where it begins so, and is sent without that', () => {
    expect(modeOf('/plan a trip\nto Rome')).toEqual({ text: 'a trip\nto Rome', mode: 'plan' });
    for (const text of ['/plan', '/planner x', 'a /plan x', 'plan x']) expect(modeOf(text)).toEqual({ text });
  });
});
