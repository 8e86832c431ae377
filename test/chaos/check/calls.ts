import type { Evidence } from '../evidence/entries';
import { ofKind } from './of-kind';
import { Violation, violation } from './violation';

/** No call ends without an explanation; and what is another user's is not there, as what never was. */
export function checkCalls({ clients }: Evidence): Violation[] {
  const unexplained = ofKind(clients, 'unexplained').map(({ call }) => violation('unexplained', call));
  const reached = ofKind(clients, 'foreign_call').flatMap(({ user, call, status, code }) =>
    status === 404 && code.endsWith('_not_found')
      ? []
      : [violation('foreign_access', `${user}: ${call} was answered ${status} ${code}`)],
  );
  return [...unexplained, ...reached];
}
