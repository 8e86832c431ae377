import type { Backend, Template } from '../api/types';
import { startersFor } from './starters';

const template = (id: string, ...titles: string[]) =>
  ({ id, starters: titles.map((title) => ({ title, prompt: `${title}!` })) }) as Template;
const TEMPLATES = [template('review', 'Review', 'Tests'), template('plain'), template('notes', 'Notes')];
const backend = (type: string) => ({ type }) as Backend;
const titles = (type: string | undefined, id?: string) =>
  startersFor(type === undefined ? undefined : backend(type), TEMPLATES, id).map(({ title }) => title);

describe('the first messages that are offered', () => {
  it('are those of the demo model on its backend alone', () => {
    expect(titles('demo', 'review')).toContain('Run a command');
    for (const type of ['openai', undefined]) expect(titles(type)).not.toContain('Run a command');
  });

  it('are those of the template, or else the first of each', () => {
    expect(titles('openai', 'review')).toEqual(['Review', 'Tests']);
    expect(titles('openai', 'plain')).toEqual([]);
    expect(startersFor(backend('openai'), TEMPLATES, undefined)).toMatchObject([
      { title: 'Review', template: 'review' },
      { title: 'Notes', template: 'notes' },
    ]);
  });
});
