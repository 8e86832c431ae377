import { uniqueId } from '../../wire/unique-id';

/** The provider's id, or a new one where the provider repeats itself; it is used from then on. */
export function unusedCallId(id: string, used: Set<string>): string {
  const callId = id === '' || used.has(id) ? uniqueId('call') : id;
  used.add(callId);
  return callId;
}
