import fc from 'fast-check';
import { isObject, parseJson } from './json';
import { fieldSpans } from './json-spans';

const whitespace = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 3 });

/** A character as JSON may write it: itself, `\uXXXX`, or a short escape. */
function written(character: string, way: number): string {
  const plain = JSON.stringify(character).slice(1, -1);
  if (way % 3 !== 1) return plain;
  return Array.from(character, (each) =>
    Array.from({ length: each.length }, (_, n) => `\\u${each.charCodeAt(n).toString(16).padStart(4, '0')}`).join(''),
  ).join('');
}

const text = fc
  .array(
    fc.tuple(
      fc.oneof(fc.string({ unit: 'grapheme', maxLength: 1 }), fc.constantFrom('"', '\\', '{', ',', ':', ']')),
      fc.nat(),
    ),
  )
  .map((characters) => `"${characters.map(([character, way]) => written(character, way)).join('')}"`);

const scalar = fc.oneof(
  text,
  fc.constantFrom('true', 'false', 'null', '-0', '1e3', '2.5E-7'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
);

type Field = readonly [key: string, value: string, spaces: readonly string[]];
const spaces = fc.array(whitespace, { minLength: 4, maxLength: 4 });
const objectOf = (fields: readonly Field[], inner: string): string =>
  `{${inner}${fields.map(([key, value, [a, b, c, d]]) => `${a}${key}${b}:${c}${value}${d}`).join(',')}}`;

/** JSON as text, with whitespace and escapes where they may be. */
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar,
    fc
      .tuple(fc.array(fc.tuple(tie('value'), whitespace), { maxLength: 4 }), whitespace)
      .map(([items, inner]) => `[${inner}${items.map(([item, space]) => item + space).join(`,${inner}`)}]`),
    fc
      .tuple(fc.array(fc.tuple(text, tie('value'), spaces), { maxLength: 4 }), whitespace)
      .map(([f, s]) => objectOf(f, s)),
  ),
}));
const fields = fc.array(fc.tuple(text, value, spaces), { maxLength: 6 });

/** The text before and in each field that is found, and behind the last: all of the bytes, once. */
function piecesOf(bytes: Buffer) {
  const spans = fieldSpans(bytes);
  if (spans === undefined) return undefined;
  const slice = (start: number, end?: number): string => bytes.toString('utf8', start, end);
  const found = spans.map(({ key, at, start, end }, n) => ({
    ...{ key, gap: slice(spans[n - 1]?.end ?? 0, at), name: slice(at, start), json: slice(start, end) },
  }));
  return { found, rest: slice(spans.at(-1)?.end ?? 0) };
}

const NAME = /^("(?:[^"\\]|\\.)*")[ \t\r\n]*:[ \t\r\n]*$/s;
const isJson = (json: string): boolean => parseJson(json) !== undefined;

/** Whether the pieces are by JSON's grammar an object with just these fields; the values' own grammar is JSON.parse's. */
function isObjectOf({ found, rest }: NonNullable<ReturnType<typeof piecesOf>>): boolean {
  const isEnd = found.length === 0 ? /^\s*\{\s*\}\s*$/ : /^\s*\}\s*$/;
  const isApart = found.every(({ gap }, n) => gap.trim() === (n === 0 ? '{' : ','));
  const isNamed = found.every(({ key, name }) => parseJson(NAME.exec(name)?.[1] ?? '') === key);
  return isApart && isNamed && isEnd.test(rest) && found.every(({ json }) => isJson(json));
}

describe('fieldSpans, for any JSON with any whitespace and escapes', () => {
  it('finds the fields of an object byte for byte, twice where a key is there twice', () => {
    fc.assert(
      fc.property(fields, whitespace, whitespace, whitespace, (all, before, inner, after) => {
        const pieces = piecesOf(Buffer.from(before + objectOf(all, inner) + after));
        const wanted = all.map(([key, json]) => ({ key: parseJson(key), json }));
        expect(pieces?.found.map(({ key, json }) => ({ key, json }))).toEqual(wanted);
      }),
    );
  });

  it('finds the values that JSON.parse sees, the last one of a key', () => {
    // Without escapes in keys: V8 13.6 takes an escaped key for another one now and then, depending on what it parsed before.
    const plain = fc.string({ unit: 'grapheme' }).map((key) => key.replace(/["\\\p{C}]/gu, ''));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(plain, fc.jsonValue({ maxDepth: 0 }))),
        fc.constantFrom(0, 2),
        (all, indentation) => {
          const json = JSON.stringify(Object.fromEntries(all), null, indentation);
          const pieces = piecesOf(Buffer.from(json));
          const found = Object.fromEntries(pieces?.found.map((field) => [field.key, parseJson(field.json)]) ?? []);
          expect(found).toEqual(JSON.parse(json));
        },
      ),
    );
  });

  it('takes nothing but an object for one', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          scalar,
          value.map((each) => `[${each}]`),
        ),
        whitespace,
        (json, space) => {
          expect(fieldSpans(Buffer.from(space + json + space))).toBeUndefined();
        },
      ),
    );
  });

  it('finds no fields in bytes that are cut off, or that something follows', () => {
    fc.assert(
      fc.property(fields, fc.nat(), fc.constantFrom('}', ',', '"', 'x', '{}'), (all, cut, rest) => {
        const bytes = Buffer.from(objectOf(all, ''));
        expect(fieldSpans(bytes.subarray(0, cut % bytes.length))).toBeUndefined();
        expect(fieldSpans(Buffer.from(`${bytes.toString()}${rest}`))).toBeUndefined();
      }),
    );
  });

  it('finds fields in damaged bytes only where they are an object, as soon as every value is read', () => {
    const damage = fc.record({
      at: fc.nat(),
      byte: fc.constantFrom(...Buffer.from('{}[]",:\\x0 \n')),
      isInsert: fc.boolean(),
    });
    fc.assert(
      fc.property(fields, damage, (all, { at, byte, isInsert }) => {
        const bytes = Buffer.from(objectOf(all, ''));
        const place = at % bytes.length;
        const behind = bytes.subarray(place + (isInsert ? 0 : 1));
        const damaged = Buffer.concat([bytes.subarray(0, place), Buffer.of(byte), behind]);
        const pieces = piecesOf(damaged);
        expect(pieces !== undefined && isObjectOf(pieces)).toBe(isObject(parseJson(damaged.toString())));
        // What is no object may be found to be one only for a value that cannot be read.
        if (pieces?.found.every(({ json }) => isJson(json))) expect(isObjectOf(pieces)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
