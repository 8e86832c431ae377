import { cloneElement, createElement, Fragment, type ReactElement, type ReactNode } from 'react';
import { i18n } from './i18n';
import type { Known, ValuesOf } from './text';

interface TransProps<Text extends string> {
  /** With tags, none in another: `Ask <b>{{name}}</b>`, `Press <key/>`. */
  text: Known<Text>;
  /** What stands for each tag: `{ b: <strong /> }`. */
  parts: Readonly<Record<string, ReactElement<{ children?: ReactNode }>>>;
  values?: ValuesOf<Text>;
}

const TAG = /<(\w+)>(.*?)<\/\1>|<(\w+)\/>/g;

/**
 * A sentence with elements in it, whose order is the language's own. Tags are looked for before the values are put in, so that these are
 * text, whatever stands in them; react-i18next's own component reads them for tags and placeholders.
 */
export function Trans<const Text extends string>({ text, parts, values }: TransProps<Text>): ReactElement {
  const sentence = i18n.t(text, { ...values, skipInterpolation: true });
  const write = (piece: string): string =>
    i18n.services.interpolator.interpolate(piece, { ...values }, i18n.language, {});
  const nodes: ReactNode[] = [];
  let from = 0;
  for (const { 0: whole, 1: pair, 2: inner = '', 3: single = '', index } of sentence.matchAll(TAG)) {
    const part = parts[pair ?? single];
    nodes.push(write(sentence.slice(from, index)));
    if (part) nodes.push(pair === undefined ? cloneElement(part) : cloneElement(part, {}, write(inner)));
    from = index + whole.length;
  }
  return createElement(Fragment, {}, ...nodes, write(sentence.slice(from)));
}
