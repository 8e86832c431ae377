import { useRef } from 'react';
import { type Components, defaultRehypePlugins, Streamdown } from 'streamdown';
import { useKeyboardScroll } from './use-keyboard-scroll';

/**
 * What a model writes is not trusted. HTML in it is shown as text: streamdown's raw-HTML step is left out, and the
 * sanitizer stays. Images become links, because merely loading one tells its server that this was read (and can carry
 * data out, if the model was talked into putting some in the address). Links open without a way back to this page.
 */
const rehypePlugins = [defaultRehypePlugins.sanitize, defaultRehypePlugins.harden].filter(
  (plugin) => plugin !== undefined,
);

const components: Components = {
  a: ({ href, children }) => (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-primary underline decoration-primary/40 underline-offset-2 hover:decoration-primary"
    >
      {children}
    </a>
  ),
  img: ({ src, alt }) => (
    <a
      href={typeof src === 'string' ? src : undefined}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-primary underline underline-offset-2"
    >
      {`Image: ${alt || 'without a description'}`}
    </a>
  ),
};

const controls = { code: { copy: true, download: false }, table: false, mermaid: false, image: false };
const linkSafety = { enabled: false };

export interface MarkdownViewProps {
  text: string;
  isStreaming: boolean;
}

export default function MarkdownView({ text, isStreaming }: MarkdownViewProps) {
  const container = useRef<HTMLDivElement>(null);
  useKeyboardScroll(container);
  return (
    <div ref={container} className="contents">
      <Streamdown
        className="markdown"
        mode={isStreaming ? 'streaming' : 'static'}
        isAnimating={isStreaming}
        components={components}
        rehypePlugins={rehypePlugins}
        controls={controls}
        linkSafety={linkSafety}
        lineNumbers={false}
        codeBlockMaxHeight={480}
      >
        {text}
      </Streamdown>
    </div>
  );
}
