import { t } from '../languages/text';
import { explained } from './problem-words';
import type { Problem } from './types';

type ProblemDocument = Partial<Problem>;

/** The server answered, and the answer is no (RFC 9457). Sending the same again will not help unless `isTransient`. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly requestId: string | null,
  ) {
    super(detail);
  }

  get isTransient(): boolean {
    return this.status === 429 || this.status >= 500;
  }

  /** Reads the problem document; a proxy in between may have answered with something else. */
  static async fromResponse(response: Response): Promise<ApiProblem> {
    const body = parse(await response.text());
    const fallback = response.statusText || `HTTP ${response.status}`;
    const detail = body.detail ?? body.title ?? fallback;
    return new ApiProblem(response.status, body.code ?? `http_${response.status}`, detail, body.requestId ?? null);
  }
}

/** No answer came: whether the server did it is unknown, so only a call with an idempotency key may be repeated. */
export class NetworkProblem extends Error {
  override readonly name = 'NetworkProblem';

  constructor() {
    super(t('The server could not be reached.'));
  }
}

/** For people, in the language of the page as far as it knows the fault. */
export function describeError(error: unknown): string {
  if (error instanceof ApiProblem) return explained(error.code, error.message, error.status);
  return error instanceof Error ? error.message : String(error);
}

function parse(text: string): ProblemDocument {
  try {
    const body: unknown = JSON.parse(text);
    return isProblem(body) ? body : {};
  } catch {
    return {};
  }
}

function isProblem(body: unknown): body is ProblemDocument {
  return typeof body === 'object' && body !== null && ('detail' in body || 'title' in body || 'code' in body);
}
