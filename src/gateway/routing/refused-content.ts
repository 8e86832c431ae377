import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../common/bounded-map';
import { JsonObject } from '../wire/json';
import { ResponsesRequest, withInput } from '../wire/responses-request';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import type { Target } from './backend-router';
import {
  digestOf,
  earlierItems,
  LeftOut,
  newestMessage,
  pictureDigests,
  sealedThoughts,
  unansweredItems,
  withoutRefused,
  withoutThoughts,
} from './refused-items';

/**
 * What of a conversation is not to go out again, for whoever stores it: digests, those of pictures and items behind the
 * backend that has refused them. Another backend may well take a picture, or an order of messages; words that one filter
 * has refused, another is likely to refuse, too.
 */
export type StoredLeftOut = Readonly<Record<keyof LeftOut, readonly string[]>>;

/** Something was left out for good because a provider has refused it. */
export interface Omission {
  readonly code: UpstreamErrorCode;
  readonly backendId: string;
  /** How much of each kind. */
  readonly counts: Readonly<Record<keyof LeftOut, number>>;
  /** All that is left out by now. */
  readonly leftOut: StoredLeftOut;
}

type OmissionListener = (omission: Omission) => void;

interface Memory extends LeftOut {
  /** Thoughts that a backend cannot open, as other backends have sealed them; behind the backend. */
  readonly thoughts: Set<string>;
  /** The backend that has last answered. */
  answeredBy: string | undefined;
  /** Requests that were refused since then. */
  refusals: number;
  listener: OmissionListener | undefined;
  /** What nobody has been told of yet. */
  untold: Omission[];
}

/** A request that may be taken where the one before was refused, and what it leaves out. */
export interface SecondTry {
  readonly request: ResponsesRequest;
  /** It was taken: what it left out stays out. */
  readonly taken: () => void;
}

const MAX_MEMORIES = 10_000;
/** Of each kind, the newest; what is forgotten is refused again and found again. */
const MAX_STORED = 500;
const MAX_UNTOLD = 20;
const KINDS = ['pictures', 'texts', 'items'] as const;
/** Failures that may be about what a request says; words alone do not always tell. */
const ABOUT_CONTENT: readonly UpstreamErrorCode[] = [
  ...(['image_not_accepted', 'content_filter', 'invalid_history', 'upstream_error'] as const),
];
const REFUSED: readonly (number | undefined)[] = [400, 413, 415, 422];

/**
 * What providers have refused of each conversation, so that it does not go out again: codex keeps it in the thread, and
 * would have every later message refused.
 *
 * A conversation is a chat with all its threads, or a thread that is of none; `conversationOf` names it. Whoever owns it
 * keeps what is left out, and brings it back with `restore`.
 */
@Injectable()
export class RefusedContent {
  private readonly memories = new BoundedMap<string, Memory>(MAX_MEMORIES);

  /** What was left out of a conversation in an earlier run of the service; what is known here is newer. */
  restore(id: string, leftOut: StoredLeftOut): void {
    if (this.memories.has(id)) return;
    const memory = this.memoryOf(id);
    for (const kind of KINDS) for (const digest of leftOut[kind]) memory[kind].add(digest);
  }

  forget(id: string): void {
    this.memories.delete(id);
  }

  /**
   * From now on `listener` is told what is left out of the conversation, first of what nobody was told of; one at a time.
   *
   * @returns a function that ends that
   */
  onOmitted(id: string, listener: OmissionListener): () => void {
    const memory = this.memoryOf(id);
    memory.listener = listener;
    for (const omission of memory.untold.splice(0)) listener(omission);
    return () => {
      if (memory.listener === listener) memory.listener = undefined;
    };
  }

  /** The request without what was refused before. */
  leaveOut(id: string | undefined, backendId: string, request: ResponsesRequest): ResponsesRequest {
    const memory = id === undefined ? undefined : this.memories.get(id);
    if (memory === undefined) return request;
    const { pictures, texts, items, thoughts } = memory;
    if (pictures.size + texts.size + items.size + thoughts.size === 0) return request;
    const open = withoutThoughts(request.input, digestsFor(backendId, thoughts));
    return withInput(request, withoutRefused(open, leftOutFor(backendId, memory)));
  }

  answered(id: string | undefined, backendId: string): void {
    if (id === undefined) return;
    const memory = this.memoryOf(id);
    memory.answeredBy = backendId;
    memory.refusals = 0;
  }

  /**
   * What to ask instead at once, where the reason for a refusal may be older than the newest message: a picture that the
   * agent has looked at or another model has seen, or words that another model has taken.
   */
  secondTry(
    id: string | undefined,
    backendId: string,
    request: ResponsesRequest,
    error: UpstreamError,
  ): SecondTry | undefined {
    if (id === undefined || !isAboutContent(error)) return undefined;
    const memory = this.memoryOf(id);
    const { input } = request;
    const sealed = isAboutThoughts(error) ? sealedThoughts(input) : [];
    if (sealed.length > 0) {
      // Of no other model's memory, so nobody is told.
      return {
        request: withInput(request, withoutThoughts(input, new Set(sealed))),
        taken: () =>
          addAll(
            memory.thoughts,
            sealed.map((digest) => scopeOf(backendId) + digest),
          ),
      };
    }
    const second = (more: Partial<Record<keyof LeftOut, readonly string[]>>): SecondTry => ({
      request: withInput(request, withoutRefused(input, { ...nothing(), ...setsOf(more) })),
      taken: () => void leaveOutMore(memory, more, { code: error.code, backendId }),
    });
    if (error.code === 'image_not_accepted') {
      const older = pictureDigests(input.filter((_, index) => index !== newestMessage(input)));
      if (older.length === 0 || pictureDigests(input).length > older.length) return undefined;
      return second({ pictures: older });
    }
    const earlier = earlierItems(input);
    const isKnown = memory.answeredBy === backendId && memory.refusals === 0;
    if (isKnown || earlier.length === 0) return undefined;
    return second({ items: earlier.map(digestOf) });
  }

  /** The request was refused, so that its turn fails. @returns whether something will be left out. */
  refused(id: string | undefined, backendId: string, request: ResponsesRequest, error: UpstreamError): boolean {
    if (id === undefined) return false;
    const refusal = { code: error.code, backendId };
    if (error.code === 'context_length_exceeded') {
      return leaveOutMore(this.memoryOf(id), { texts: tooLong(request).map(digestOf) }, refusal);
    }
    if (!isAboutContent(error)) return false;
    const memory = this.memoryOf(id);
    memory.refusals++;
    const { input } = request;
    const pictures = error.code === 'image_not_accepted' ? pictureDigests(input) : [];
    const texts = pictures.length > 0 ? [] : unansweredItems(input).map(digestOf);
    return leaveOutMore(memory, { pictures, texts }, refusal);
  }

  private memoryOf(id: string): Memory {
    const memory = this.memories.get(id) ?? {
      ...{ ...nothing(), thoughts: new Set(), answeredBy: undefined, refusals: 0 },
      ...{ listener: undefined, untold: [] },
    };
    this.memories.set(id, memory);
    return memory;
  }
}

/** By what the refusals of a caller are remembered; undefined for one that belongs to no thread. */
export const conversationOf = ({ route, caller }: Pick<Target, 'route' | 'caller'>): string | undefined =>
  route?.chatId ?? caller.threadIds[0];

/** Adds to what is left out, and tells of it. @returns whether there was anything to add. */
function leaveOutMore(
  memory: Memory,
  more: Partial<Record<keyof LeftOut, readonly string[]>>,
  refusal: Pick<Omission, 'code' | 'backendId'>,
): boolean {
  const counts = { pictures: 0, texts: 0, items: 0 };
  for (const kind of KINDS) {
    const added = new Set(more[kind]);
    counts[kind] = added.size;
    const scoped = [...added].map((digest) => (kind === 'texts' ? digest : scopeOf(refusal.backendId) + digest));
    addAll(memory[kind], scoped);
  }
  if (counts.pictures + counts.texts + counts.items === 0) return false;
  const { pictures, texts, items } = memory;
  const omission = { ...refusal, counts, leftOut: { pictures: [...pictures], texts: [...texts], items: [...items] } };
  if (memory.listener === undefined) memory.untold = [...memory.untold, omission].slice(-MAX_UNTOLD);
  else memory.listener(omission);
  return true;
}

/** Share of a request from which on what is new in it is to blame for its length. */
const LARGE_SHARE = 0.25;

const sizeOf = (items: readonly JsonObject[]): number => JSON.stringify(items).length;

/** What fills a good part of the context by itself would fill it again when codex comes to sum up; the rest it can. */
function tooLong({ input }: ResponsesRequest): JsonObject[] {
  const unanswered = unansweredItems(input);
  return sizeOf(unanswered) > sizeOf(input) * LARGE_SHARE ? unanswered : [];
}

/** The newest stay. */
function addAll(digests: Set<string>, added: readonly string[]): void {
  for (const digest of added) digests.delete(digest);
  for (const digest of added) digests.add(digest);
  for (const digest of [...digests].slice(0, -MAX_STORED)) digests.delete(digest);
}

/** The words of a provider that cannot open the thoughts in a request: another has sealed or signed them. */
const isAboutThoughts = ({ message, providerCode = '' }: UpstreamError): boolean =>
  /encrypted_content/.test(providerCode) ||
  /encrypted.content|could not be (verified|decrypted)|(thinking|thought|reasoning).{0,40}signature|signature.{0,40}(thinking|thought|reasoning)/i.test(
    message,
  );

/** Between a backend and a digest; no id of a backend has it. */
const scopeOf = (backendId: string): string => `${backendId} `;

function digestsFor(backendId: string, digests: ReadonlySet<string>): Set<string> {
  const scope = scopeOf(backendId);
  return new Set([...digests].flatMap((each) => (each.startsWith(scope) ? each.slice(scope.length) : [])));
}

const leftOutFor = (backendId: string, { pictures, texts, items }: LeftOut): LeftOut => ({
  ...{ pictures: digestsFor(backendId, pictures), texts, items: digestsFor(backendId, items) },
});

const nothing = (): LeftOut => ({ pictures: new Set(), texts: new Set(), items: new Set() });

const setsOf = (digests: Partial<Record<keyof LeftOut, readonly string[]>>): Partial<LeftOut> =>
  Object.fromEntries(KINDS.flatMap((kind) => (digests[kind] === undefined ? [] : [[kind, new Set(digests[kind])]])));

const isAboutContent = ({ code, status, retryable }: UpstreamError): boolean =>
  !retryable && ABOUT_CONTENT.includes(code) && (REFUSED.includes(status) || code === 'content_filter');
