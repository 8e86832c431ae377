import type { Problem } from '../../../src/common/problem.dto';
import { Answer, RelayClient } from '../../support/relay-client';
import type { ClientEntry } from '../evidence/entries';
import type { Journal } from '../evidence/journal';
import type { User } from '../users/users';

/** Calls the service as one user, wherever it is at the moment. */
export class Caller {
  constructor(
    readonly user: User,
    /** Its bearer token. */
    private readonly key: string,
    /** Address of the service at the moment. */
    private readonly address: () => string,
    private readonly journal: Journal<ClientEntry>,
  ) {}

  get place(): { readonly url: string; readonly key: string } {
    return { url: this.address(), key: this.key };
  }

  get api(): RelayClient {
    const { url, key } = this.place;
    return new RelayClient(url, key);
  }

  /** One attempt; an error when there was no answer. */
  async call<T = object>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<T & Pick<Problem, 'code'>> | Error> {
    try {
      const answer = await this.api.request<T & Pick<Problem, 'code'>>(method, path, body);
      if (answer.status === 500) this.journal.add({ kind: 'unexplained', call: `${method} ${path}` });
      return answer;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
