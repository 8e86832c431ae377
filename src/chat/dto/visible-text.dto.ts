import { ApiProperty } from '@nestjs/swagger';

const KINDS = ['control', 'direction', 'zero_width', 'blanks', 'line_end'] as const;

/** Something in a text that could not be seen. */
export class TextMarkDto {
  @ApiProperty({ enum: KINDS })
  kind: (typeof KINDS)[number];
  /** What it was. @example ["U+202E"] */
  codes: string[];
  /** Where it was in the original, in UTF-16 units. */
  at: number;
  /** Where the words for it begin in `text`. */
  shownAt: number;
  /** How long these words are. */
  shownLength: number;
}

/** A text in which nothing is hidden. */
export class VisibleTextDto {
  /** In full, with words between ⟨ and ⟩ for what could not be seen. @example rm ⟨U+202E⟩txt.a */
  text: string;
  /** Of the original, in UTF-16 units. */
  length: number;
  /** What could not be seen, in order; the first 500. */
  marks: TextMarkDto[];
  /** How many there are. */
  markCount: number;
}
