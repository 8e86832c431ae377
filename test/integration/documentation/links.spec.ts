import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { REPOSITORY } from '../../support/service-process';

const README_LIMIT_BYTES = 8192;

/** The target of a link or an image in Markdown: `[text](target)`. */
const LINK = /\]\(([^)\s]+)\)/g;
const FENCED = /^ *```[\s\S]*?^ *```/gm;
const INLINE_CODE = /`[^`\n]*`/g;

const pagesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map((name) => join(REPOSITORY, name)),
  ...pagesBelow(join(REPOSITORY, 'docs')),
  ...pagesBelow(join(REPOSITORY, 'src')),
];

const textOf = (page: string): string => readFileSync(page, 'utf8').replace(FENCED, '');

const linksOf = (page: string): string[] =>
  [...textOf(page).replace(INLINE_CODE, '').matchAll(LINK)].map(([, target = '']) => target);

/** Headings as GitHub names them in addresses: in lower case, punctuation left out, a hyphen for each blank. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  );

/** What is wrong with a link; undefined when it leads somewhere. */
function faultOf(page: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  const place = `${relative(REPOSITORY, page)} -> ${link}`;
  if (!existsSync(target)) return `${place}: no such file`;
  if (anchor === undefined || statSync(target).isDirectory()) return undefined;
  return anchorsOf(target).includes(anchor) ? undefined : `${place}: no such heading`;
}

describe('the written documentation', () => {
  it('has no relative link to a file or heading that does not exist', () => {
    const faults = PAGES.flatMap((page) => linksOf(page).map((link) => faultOf(page, link)));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('names every page of docs in the index', () => {
    const index = join(REPOSITORY, 'docs', 'README.md');
    const decisions = join(REPOSITORY, 'docs', 'decisions', 'README.md');
    const named = [index, decisions].flatMap((page) => linksOf(page).map((link) => resolve(dirname(page), link)));
    const missing = pagesBelow(join(REPOSITORY, 'docs')).filter((page) => page !== index && !named.includes(page));
    expect(missing).toEqual([]);
  });

  it(`keeps the README within ${README_LIMIT_BYTES} bytes`, () => {
    expect(statSync(join(REPOSITORY, 'README.md')).size).toBeLessThanOrEqual(README_LIMIT_BYTES);
  });
});
