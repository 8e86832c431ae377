import { useEffect, useMemo, useState } from 'react';
import { type Components, defaultRehypePlugins, type PluginConfig, Streamdown } from 'streamdown';
import { hasMath, withDollars } from '../../format/math';
import { hiddenInProse } from './hidden-in-prose';
import { Link, Picture, Preformatted, Table } from './MarkdownParts';
import { workspaceLinks } from './workspace-links';
import { t } from '../../languages/text';

/**
 * What a model writes is not trusted. HTML in it is shown as text: streamdown's raw-HTML step is left out, and the
 * sanitizer stays. Images become links, because merely loading one tells its server that this was read (and can carry
 * data out, if the model was talked into putting some in the address).
 */
const { sanitize, harden } = defaultRehypePlugins;
const rehypePlugins = [workspaceLinks, sanitize, harden, hiddenInProse].filter((plugin) => plugin !== undefined);

const components: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ src, alt }) => <Picture src={src} alt={alt} />,
  pre: ({ children }) => <Preformatted>{children}</Preformatted>,
  // Of a list of tasks; the sanitizer lets no other pass.
  input: ({ checked }) => (
    <input type="checkbox" checked={checked ?? false} disabled aria-label={checked ? t('done') : t('to do')} />
  ),
  table: ({ children }) => <Table>{children}</Table>,
};
const linkSafety = { enabled: false };

export interface MarkdownViewProps {
  text: string;
  isStreaming: boolean;
}

export default function MarkdownView({ text, isStreaming }: MarkdownViewProps) {
  const isMath = useMemo(() => hasMath(text), [text]);
  const plugins = useMath(isMath);
  return (
    <Streamdown
      className="markdown"
      mode={isStreaming ? 'streaming' : 'static'}
      isAnimating={isStreaming}
      dir="auto"
      components={components}
      rehypePlugins={rehypePlugins}
      plugins={plugins}
      controls={false}
      linkSafety={linkSafety}
    >
      {isMath ? withDollars(text) : text}
    </Streamdown>
  );
}

/** Once it is there: what is drawn later has its height from the beginning, and what one reads below it need not move. */
let fetched: PluginConfig | undefined;

/** What lays formulas out, fetched with the first of them. */
function useMath(isNeeded: boolean): PluginConfig | undefined {
  const [plugins, setPlugins] = useState(fetched);
  useEffect(() => {
    if (!isNeeded || plugins) return;
    let isCurrent = true;
    import('./math-plugin').then(
      ({ math }) => {
        fetched ??= { math };
        if (isCurrent) setPlugins(fetched);
      },
      // They stay as they are written.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [isNeeded, plugins]);
  return isNeeded ? plugins : undefined;
}
