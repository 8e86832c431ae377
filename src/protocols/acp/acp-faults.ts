import { RequestError } from '@agentclientprotocol/sdk';
import { DomainError } from '../../common/domain.error';

const NOT_FOUND = -32002;
const AUTH_REQUIRED = -32000;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;

/** What is refused, as the protocol says it; `data` has the code by which the service's own API refuses it. */
export function requestErrorOf({
  status,
  code,
  detail,
}: Pick<DomainError, 'status' | 'code' | 'detail'>): RequestError {
  return new RequestError(rpcCodeOf(status), detail, { code });
}

function rpcCodeOf(status: number): number {
  if (status === 401) return AUTH_REQUIRED;
  if (status === 404) return NOT_FOUND;
  return status >= 400 && status < 429 ? INVALID_PARAMS : INTERNAL_ERROR;
}
