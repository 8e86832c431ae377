import { choicesOf } from './approval-choices';

const GRANTS = { sandbox: 'outside', network: true, text: 'outside of the sandbox, with the network' };
const RULE = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['touch', "it's"] } };

describe('the choices of an approval', () => {
  const shown = (kind: Parameters<typeof choicesOf>[0]['kind'], decisions: (string | object)[], request = {}) =>
    choicesOf({ kind, request, decisions: decisions as Parameters<typeof choicesOf>[0]['decisions'] }).map(
      ({ effect, lasts, stops, takesMessage }) => [effect, lasts, stops, takesMessage],
    );

  it('of a command say where it runs, for how long that holds, and the rule as a person would type it', () => {
    const choices = choicesOf({ kind: 'command', request: { grants: GRANTS }, decisions: ['accept', RULE, 'decline'] });
    expect(choices.map(({ text }) => text)).toEqual([
      'Run it once, outside of the sandbox, with the network.',
      expect.stringContaining(
        "whatever begins with `touch 'it'\\''s'` without asking, outside of the sandbox",
      ) as string,
      'Do not allow it; the agent is told so and goes on.',
    ]);
    expect(choices[1]?.rule?.text).toBe("touch 'it'\\''s'");
    expect(choices.map(({ decision }) => decision)).toEqual(['accept', RULE, 'decline']);
  });

  it('say of each kind what is allowed for how long, whether the turn stops, and whether the agent may be told why', () => {
    expect(shown('command', ['accept', 'acceptForSession', RULE, 'decline', 'cancel'])).toEqual([
      ['allow', 'once', false, false],
      ['allow', 'session', false, false],
      ['allow', 'chat', false, false],
      ['refuse', 'once', false, true],
      ['refuse', 'once', true, false],
    ]);
    expect(shown('file_change', ['accept', 'acceptForSession', 'decline', 'cancel'])).toEqual([
      ['allow', 'once', false, false],
      ['allow', 'session', false, false],
      ['refuse', 'once', false, true],
      ['refuse', 'once', true, false],
    ]);
    expect(shown('permissions', ['accept', 'acceptForSession', 'decline'])).toEqual([
      ['allow', 'turn', false, false],
      ['allow', 'session', false, false],
      ['refuse', 'once', false, true],
    ]);
    expect(shown('user_input', ['answer', 'cancel'])).toEqual([
      ['answer', 'once', false, false],
      ['refuse', 'once', false, false],
    ]);
    expect(shown('elicitation', ['accept', 'decline'])).toEqual([
      ['answer', 'once', false, false],
      ['refuse', 'once', false, false],
    ]);
  });

  it('say nothing of where a command runs in questions of earlier versions, which did not know it', () => {
    expect(choicesOf({ kind: 'command', request: {}, decisions: ['accept'] })[0]?.text).toBe('Run it once.');
  });
});
