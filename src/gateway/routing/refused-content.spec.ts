import { readResponsesRequest, ResponsesRequest } from '../wire/responses-request';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import { RefusedContent } from './refused-content';

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
});
