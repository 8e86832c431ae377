import { createHash } from 'node:crypto';
import { CallIdForm } from './dialect';

/**
 * The ids of one request's calls as its provider takes them: its own stay, others are replaced by what is always the same
 * for the same id, so that the provider's prompt cache holds. No two calls have the same one.
 */
export class CallIdMap {
  private readonly taken = new Set<string>();
  private readonly unanswered = new Map<string, string[]>();
  private readonly latest = new Map<string, string>();

  constructor(private readonly form: CallIdForm) {}

  /** The id of the next call that came with `id`. */
  ofCall(id: string): string {
    const made = this.unused(id);
    this.taken.add(made);
    this.latest.set(id, made);
    this.unanswered.set(id, [...(this.unanswered.get(id) ?? []), made]);
    return made;
  }

  /** The id of the next result for `id`: that of the first call with it that has none. */
  ofResult(id: string): string {
    return this.unanswered.get(id)?.shift() ?? this.latest.get(id) ?? this.unused(id);
  }

  private unused(id: string): string {
    if (this.form.pattern.test(id) && !this.taken.has(id)) return id;
    for (let count = 0; ; count++) {
      const made = this.derived(count === 0 ? id : `${id}\n${count}`);
      if (!this.taken.has(made)) return made;
    }
  }

  private derived(id: string): string {
    const digest = createHash('sha256').update(id).digest('hex');
    return this.form.prefix + digest.slice(0, this.form.digits);
  }
}
