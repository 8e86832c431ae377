import { ApiPropertyOptional } from '@nestjs/swagger';

/** RFC 9457 problem document, the body of every error answer. */
export class Problem {
  /** URI that names the kind of problem. @example urn:codex-relay:problem:chat_not_found */
  type: string;
  /** @example Not Found */
  title: string;
  /** HTTP status code. @example 404 */
  status: number;
  /** What was wrong, and what would be right. */
  detail: string;
  /** Stable code to program against. @example chat_not_found */
  code: string;
  /** Name of the limit that is reached, of the code `limit_reached`. @example turns_per_minute */
  limit?: string;
  /** The queue as it is, of the code `queue_changed`: as `GET /api/v1/chats/{id}/queue` answers. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  queue?: object;
  /** Id of the request, as in the log and in the answer's `x-request-id`. */
  requestId: string;
}
