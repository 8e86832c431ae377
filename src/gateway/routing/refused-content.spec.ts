import { readResponsesRequest, ResponsesRequest } from '../wire/responses-request';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import { Omission, RefusedContent } from './refused-content';

const user = (text: string): object => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const said = (text: string): object => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});
const view = { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: 'data:x' }] };
const request = (...input: readonly object[]): ResponsesRequest => readResponsesRequest({ input });
const refusal = (code: UpstreamErrorCode): UpstreamError => new UpstreamError(code, 'says no', { status: 400 });
const textOf = ({ input }: ResponsesRequest): string => JSON.stringify(input);

describe('content that a provider has refused', () => {
  it('does not go out with the next message, while what was said before does', () => {
    const refused = new RefusedContent();
    refused.answered('t', 'a');
    refused.refused('t', 'a', request(user('first'), said('yes'), user('bad')), refusal('content_filter'));
    const next = textOf(refused.leaveOut('t', 'a', request(user('first'), said('yes'), user('bad'), user('hello'))));
    expect([next.includes('first'), next.includes('bad'), next.includes('hello')]).toEqual([true, false, true]);
  });

  it('goes out again when the user says it again', () => {
    const refused = new RefusedContent();
    refused.refused('t', 'a', request(user('bad')), refusal('content_filter'));
    expect(textOf(refused.leaveOut('t', 'a', request(user('bad'), user('bad'))))).toContain('bad');
  });

  it('is looked for in older words when the backend has not taken those yet', () => {
    const refused = new RefusedContent();
    refused.answered('t', 'another');
    const asked = request(user('old'), said('yes'), user('hello'));
    const second = refused.secondTry('t', 'a', asked, refusal('upstream_error'));
    expect(second && textOf(second.request)).not.toContain('old');
    second?.taken();
    expect(textOf(refused.leaveOut('t', 'a', request(...asked.input, said('hi'), user('more'))))).not.toContain('old');
  });

  it('is not looked for in older words that the backend has taken', () => {
    const refused = new RefusedContent();
    refused.answered('t', 'a');
    const asked = request(user('old'), said('yes'), user('bad'));
    expect(refused.secondTry('t', 'a', asked, refusal('upstream_error'))).toBeUndefined();
  });

  it('is a picture of a tool at once when the newest message has none', () => {
    const asked = request(user('view it'), view);
    const second = new RefusedContent().secondTry('t', 'a', asked, refusal('image_not_accepted'));
    expect(second && textOf(second.request)).not.toContain('data:x');
  });

  it('of one thread goes out in another', () => {
    const refused = new RefusedContent();
    refused.refused('t', 'a', request(user('bad')), refusal('content_filter'));
    expect(textOf(refused.leaveOut('other', 'a', request(user('bad'), user('hello'))))).toContain('bad');
  });

  it('goes out to another backend when it is a picture, and to none when it is a text', () => {
    const refused = new RefusedContent();
    const seen = { role: 'user', content: [{ type: 'input_image', image_url: 'data:x' }] };
    refused.refused('t', 'a', request(seen), refusal('image_not_accepted'));
    refused.refused('t', 'a', request(user('bad')), refusal('content_filter'));
    const later = request(seen, user('bad'), user('hello'));
    const told = (backend: string): boolean[] => {
      const text = textOf(refused.leaveOut('t', backend, later));
      return [text.includes('data:x'), text.includes('bad')];
    };
    expect([told('a'), told('b')]).toEqual([
      [false, false],
      [true, false],
    ]);
  });

  it('is told once to whoever listens, with all that is left out by now, also when he comes later', () => {
    const refused = new RefusedContent();
    const told: Omission[] = [];
    refused.refused('t', 'a', request(user('bad')), refusal('content_filter'));
    const end = refused.onOmitted('t', (omission) => void told.push(omission));
    refused.refused('t', 'a', request(user('worse')), refusal('content_filter'));
    end();
    refused.refused('t', 'a', request(user('worst')), refusal('content_filter'));
    expect(told.map(({ counts, leftOut }) => [counts.texts, leftOut.texts.length])).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it('stays out in the next run of the service, in which it is restored', () => {
    const earlier = new RefusedContent();
    const told: Omission[] = [];
    earlier.onOmitted('t', (omission) => void told.push(omission));
    earlier.refused('t', 'a', request(user('bad')), refusal('content_filter'));
    const refused = new RefusedContent();
    if (told[0]) refused.restore('t', told[0].leftOut);
    expect(textOf(refused.leaveOut('t', 'a', request(user('bad'), user('hello'))))).not.toContain('bad');
  });

  it('is the thoughts alone when a backend cannot open those of another one', () => {
    const refused = new RefusedContent();
    const thought = { type: 'reasoning', summary: [], encrypted_content: 'sealed' };
    const asked = request(user('old'), thought, said('yes'), user('hello'));
    const error = new UpstreamError('upstream_error', 'The encrypted content could not be verified.', { status: 400 });
    const second = refused.secondTry('t', 'a', asked, error);
    expect(second && textOf(second.request)).not.toContain('sealed');
    expect(second && textOf(second.request)).toContain('old');
    second?.taken();
    expect(textOf(refused.leaveOut('t', 'a', asked))).not.toContain('sealed');
    expect(textOf(refused.leaveOut('t', 'b', asked))).toContain('sealed');
  });
});
