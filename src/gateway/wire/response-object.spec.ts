import { faultsIn } from '../../../test/support/responses-schema';
import { completeItem, completeResponse, responseFrame } from './response-object';

const frame = responseFrame('resp_1', { metadata: { a: 'b' } }, { model: 'm', echoesTools: true, store: true });

describe('a response of a provider', () => {
  it('gets what it lacks from the request', () => {
    const response = completeResponse({ id: 'resp_own', status: 'completed', output: [], temperature: 0.3 }, frame);
    expect(faultsIn('response', response)).toEqual([]);
    expect(response).toMatchObject({ id: 'resp_own', temperature: 0.3, metadata: { a: 'b' }, store: true });
  });

  it('has values where the provider says null and the specification allows none', () => {
    const given = { id: 'r', status: 'in_progress', output: null, top_p: null, tools: null, service_tier: null };
    expect(faultsIn('response', completeResponse(given, frame))).toEqual([]);
  });

  it('keeps its own words, but not whom it thinks it continues', () => {
    const response = completeResponse(
      { id: 'r', status: 'completed', output: [], previous_response_id: 'x', more: 1 },
      frame,
    );
    expect(response).toMatchObject({ previous_response_id: null, more: 1 });
  });

  it('has a status for every item', () => {
    expect(completeItem({ type: 'reasoning' }, 'completed')).toEqual({ type: 'reasoning', status: 'completed' });
    expect(completeItem({ status: 'incomplete' }, 'completed')).toEqual({ status: 'incomplete' });
  });
});
