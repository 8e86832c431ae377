import script from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';

/** The part of it that is used here; it is no module, and leaves itself in the global scope. */
interface Mermaid {
  initialize(this: void, config: Record<string, unknown>): void;
  render(this: void, id: string, source: string): Promise<{ svg: string }>;
}

/** Longer ones take too long to be drawn. */
const MAX_CHARS = 20_000;

const mermaid = loaded();
/** Of the page: a frame follows the colour scheme of what it is in. */
const dark = matchMedia('(prefers-color-scheme: dark)');
let drawn = '';

/** Draws what the page that it is in sends it. Only that page can: it is the only one that may show this frame. */
addEventListener('message', ({ source, data }: MessageEvent<{ source: string }>) => {
  if (source !== parent) return;
  drawn = data.source;
  show();
});
dark.addEventListener('change', show);
new ResizeObserver(() => {
  parent.postMessage({ height: document.body.getBoundingClientRect().height }, '*');
}).observe(document.body);

function show(): void {
  if (drawn === '') return;
  draw(drawn).catch((error: unknown) => {
    parent.postMessage({ error: error instanceof Error ? error.message : String(error) }, '*');
  });
}

async function draw(source: string): Promise<void> {
  const place = document.getElementById('diagram');
  if (!place) return;
  const { initialize, render } = await mermaid;
  initialize({
    ...{ startOnLoad: false, securityLevel: 'strict', maxTextSize: MAX_CHARS, suppressErrorRendering: true },
    theme: dark.matches ? 'dark' : 'default',
  });
  place.innerHTML = (await render('drawing', source)).svg;
}

function loaded(): Promise<Mermaid> {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.src = new URL(script, import.meta.url).href;
    // The origin of this frame is another one than that of the script.
    element.crossOrigin = 'anonymous';
    element.onload = () => resolve((globalThis as unknown as { mermaid: Mermaid }).mermaid);
    element.onerror = () => reject(new Error('What draws it could not be loaded.'));
    document.head.append(element);
  });
}
