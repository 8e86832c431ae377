export class ChatSummaryDto {
  /** Markdown, by the chat's model; stored nowhere. */
  summary: string;
}
