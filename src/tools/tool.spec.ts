import { boundedOutput } from './bounded-output';
import { consentTo } from './tool';

describe('the consent to a call', () => {
  it.each([
    ['never', 'untrusted', 'given'],
    ['untrusted', 'untrusted', 'asked'],
    ['untrusted', 'on-request', 'given'],
    ['always', 'on-request', 'asked'],
    ['always', 'never', 'declined'],
  ] as const)('of a tool with %s in a chat with %s is %s', (approval, policy, consent) => {
    expect(consentTo({ approval }, policy)).toBe(consent);
  });
});

describe('the output of a tool', () => {
  it('is bounded, has no half of a character, and is never empty', () => {
    const long = { type: 'text', text: `\ud800${'x'.repeat(200_000)}` } as const;
    const { content } = boundedOutput({ success: true, content: [long, { type: 'picture', url: 'x'.repeat(7e6) }] });
    expect(content[0]).toMatchObject({
      text: expect.stringMatching(/^\ufffdx+\n\[100001 more characters left out\]$/) as string,
    });
    expect(content[1]).toEqual({ type: 'text', text: '[a picture is left out: too large]' });
    expect(boundedOutput({ success: true, content: [] }).content).toEqual([{ type: 'text', text: 'Done.' }]);
  });
});
