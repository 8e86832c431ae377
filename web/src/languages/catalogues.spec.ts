import arabic from './ar.json';
import german from './de.json';
import english from './en.json';
import { sourceTexts, textsOf } from './source-texts.fixture';

type Catalogue = Readonly<Record<string, string>>;

const texts = sourceTexts();
const counted = [...texts].filter((text) => text.includes('{{count}}'));
/** Forms of one number alone: these may say it in a word. */
const FORMS_OF_ONE_NUMBER: Readonly<Record<string, readonly string[]>> = {
  en: ['one'],
  de: ['one'],
  ar: ['zero', 'one', 'two'],
};

/** The keys that a catalogue has to have, with the English text of each. */
function demanded(language: string): Map<string, string> {
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  const plain = [...texts].filter((text) => !text.includes('{{count}}'));
  return new Map([
    ...plain.map((text): [string, string] => [text, text]),
    ...counted.flatMap((text) => pluralCategories.map((form): [string, string] => [`${text}_${form}`, text])),
  ]);
}

/** `{{…}}` and tags, in whatever order. */
const marksOf = (text: string, leftOut: string): string[] =>
  (text.match(/\{\{\w+\}\}|<\/?\w+\/?>/g) ?? []).filter((mark) => mark !== leftOut).sort();

describe('the texts of the sources', () => {
  it('are found in calls, tables, choices and sentences with elements', () => {
    const source = `t('a'); const W = { x: words('b') }; t(W.x); t(is ? 'c' : "d {{n}}"); <Trans text="e <b/>" parts={{}} />;`;
    expect(textsOf('a.tsx', source)).toEqual(['a', 'b', 'c', 'd {{n}}', 'e <b/>']);
    expect(() => textsOf('a.tsx', 't(`Hello ${name}`)')).toThrow('put together');
    expect(texts.size).toBeGreaterThan(300);
  });
});

it('English says of each number that is counted what is said of one', () => {
  expect(Object.keys(english).sort()).toEqual(counted.map((text) => `${text}_one`).sort());
});

describe.each<[string, Catalogue]>([
  ['de', german],
  ['ar', arabic],
])('the catalogue of %s', (language, catalogue) => {
  const wanted = demanded(language);

  it('has every text, in each form that the language counts in', () => {
    expect([...wanted.keys()].filter((key) => !Object.hasOwn(catalogue, key))).toEqual([]);
    expect(Object.entries(catalogue).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('has no text that is not used any more', () => {
    expect(Object.keys(catalogue).filter((key) => !wanted.has(key))).toEqual([]);
  });

  it('keeps what is put into a text', () => {
    const wrong = [...wanted].filter(([key, text]) => {
      const form = key === text ? '' : key.slice(text.length + 1);
      const leftOut = FORMS_OF_ONE_NUMBER[language]?.includes(form) ? '{{count}}' : '';
      return String(marksOf(catalogue[key] ?? '', leftOut)) !== String(marksOf(text, leftOut));
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it('is sorted, so that changes are seen', () => {
    expect(Object.keys(catalogue)).toEqual(Object.keys(catalogue).toSorted());
  });
});
