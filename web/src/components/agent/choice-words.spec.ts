import german from '../../languages/de.json';
import { i18n } from '../../languages/i18n';
import { choiceInWords, grantInWords } from './choice-words';

const OUTSIDE = 'outside of the sandbox, with the network';
const rule = (text: string) => ({ text, length: text.length, marks: [], markCount: 0 });

describe('what a decision comes to', () => {
  beforeAll(() => void i18n.addResourceBundle('de', 'translation', german));
  afterEach(() => void i18n.changeLanguage('en'));

  it.each([
    `Run it once, ${OUTSIDE}.`,
    `Run it, and the same command again in this session, ${OUTSIDE}.`,
    `Run it, and from now on in this chat whatever begins with \`echo $t(x) {{how}}\` without asking, ${OUTSIDE}.`,
    'Do not allow it, and stop the turn.',
  ])('is said in English as the service says it, and in other words elsewhere: %s', async (text) => {
    const choice = { text, rule: rule('echo $t(x) {{how}}') };
    expect(choiceInWords(choice, OUTSIDE)).toBe(text);
    await i18n.changeLanguage('de');
    const said = choiceInWords(choice, OUTSIDE);
    expect(said).not.toBe(text);
    expect(said.includes('echo $t(x) {{how}}')).toBe(text.includes('echo'));
    expect(said.includes('außerhalb der Sandbox, mit Netzwerk')).toBe(text.includes(OUTSIDE));
  });

  it('stays in the words of the service where they are others than those that are known', async () => {
    await i18n.changeLanguage('de');
    const text = 'Run it once, on the moon.';
    expect([choiceInWords({ text, rule: null }, OUTSIDE), grantInWords('on the moon')]).toEqual([text, 'on the moon']);
  });
});
