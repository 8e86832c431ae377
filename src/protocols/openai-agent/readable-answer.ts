import type { ApprovalDto } from '../../chat/dto/approval.dto';
import type { AnswerPart } from './answer-part';
import { approvalText } from './approval-words';
import { readableAction } from './readable-action';

/** How commands, changes of files and calls of tools are shown. */
export const ITEM_FORMS = ['text', 'native', 'none'] as const;
export type ItemForm = (typeof ITEM_FORMS)[number];

/** What an answer says next: as its text, or as reasoning. */
export interface ReadablePiece {
  readonly kind: 'text' | 'reasoning';
  readonly text: string;
}

/** Puts the parts of an answer into one text, and its reasoning into another, with a blank line between what is not one. */
export class ReadableAnswer {
  private readonly last = { text: '', reasoning: '' };
  private count = 0;

  /** @param linkOf where a question is answered by hand */
  constructor(
    private readonly items: ItemForm,
    private readonly link: string,
  ) {}

  /** @returns undefined for what is not said in words */
  of(part: AnswerPart): ReadablePiece | undefined {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return this.piece(part.type, part.id, part.delta);
      case 'item':
        return this.items === 'text' ? this.block(readableAction(part.item)) : undefined;
      case 'approval':
        return this.question(part.approval);
      case 'end':
        return part.status === 'interrupted' ? this.block('*The turn was interrupted.*') : undefined;
    }
  }

  private question(approval: ApprovalDto): ReadablePiece | undefined {
    return this.block(approvalText(approval, this.link));
  }

  private block(text: string): ReadablePiece | undefined {
    return text === '' ? undefined : this.piece('text', `block ${++this.count}`, text);
  }

  private piece(kind: 'text' | 'reasoning', id: string, text: string): ReadablePiece {
    const before = this.last[kind];
    this.last[kind] = id;
    return { kind, text: before === '' || before === id ? text : `\n\n${text}` };
  }
}
