import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { localeOf, wantedLanguage } from './language';
import { t, words } from './text';
import { Trans } from './Trans';

describe('the language of the page', () => {
  it.each([
    ['what was chosen', 'ar', ['de-DE'], 'ar'],
    ['the first of the browser that there is', null, ['fr-FR', 'de-AT', 'en'], 'de'],
    ['English where there is none of the browser', null, ['fr', 'ja-JP'], 'en'],
    ['no language that is gone', 'tlh', ['AR-eg'], 'ar'],
  ])('is %s', (_what, chosen, ofBrowser, language) => expect(wantedLanguage(chosen, ofBrowser)).toBe(language));

  it('writes dates as the region of the browser does, with European digits', () => {
    expect(localeOf('en', ['de-DE', 'en-GB'])).toBe('en-GB-u-nu-latn');
    expect(new Intl.NumberFormat(localeOf('ar', ['ar-EG'])).format(12)).toBe('12');
    expect(localeOf('de', ['en-US'])).toBe('de-u-nu-latn');
  });
});

describe('a text', () => {
  it('is itself in English, with its values', () => {
    expect(t('Send: {{name}}. Now!', { name: '<b>{{name}}</b> $t(Send)' })).toBe(
      'Send: <b>{{name}}</b> $t(Send). Now!',
    );
    expect(t('{{count}} tokens', { count: 12_345 })).toBe('12,345 tokens');
    expect(t(words('Later'))).toBe('Later');
  });

  it('has its elements, and values that are never any', () => {
    const parts = { b: createElement('strong') };
    const values = { name: '<b>a & b</b> {{name}}' };
    const shown = renderToStaticMarkup(
      createElement(Trans<'Ask <b>{{name}}</b> now'>, { text: 'Ask <b>{{name}}</b> now', parts, values }),
    );
    expect(shown).toBe('Ask <strong>&lt;b&gt;a &amp; b&lt;/b&gt; {{name}}</strong> now');
  });
});
