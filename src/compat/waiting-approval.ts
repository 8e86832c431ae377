import type { ApprovalDto } from '../chat/dto/approval.dto';
import { wordsOf } from '../contracts/approval-words';

const MAX_LENGTH = 500;

/** What is asked, in short: contracts that have no approvals of their own tell of them so. */
export function askedFor(approval: ApprovalDto): string {
  const text = wordsOf(approval);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** @param url of the chat in the web client */
export const waitingText = (approval: ApprovalDto, url: string): string =>
  `The agent waits for an answer: ${askedFor(approval)} — answer it at ${url}`;
