import { t } from '../../languages/text';
import { useEffect, useRef, useState } from 'react';

const MIN_HEIGHT = 80;
const MAX_HEIGHT = 900;

interface DiagramAnswer {
  height?: unknown;
  error?: unknown;
}

/**
 * A diagram, drawn in a frame of an origin of its own, which reaches nothing: whoever writes it is not trusted. It tells only how
 * high it is, or why there is none.
 */
export default function Diagram({ source }: { source: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(MIN_HEIGHT);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const receive = ({ source: from, data }: MessageEvent<DiagramAnswer | null>) => {
      if (from === null || from !== frame.current?.contentWindow) return;
      if (typeof data?.height === 'number') setHeight(Math.min(Math.max(data.height, MIN_HEIGHT), MAX_HEIGHT));
      if (typeof data?.error === 'string') setError(data.error.slice(0, 300));
    };
    window.addEventListener('message', receive);
    return () => window.removeEventListener('message', receive);
  }, []);
  // Its origin is opaque: it cannot be named as the one that may get this.
  const send = () => frame.current?.contentWindow?.postMessage({ source }, '*');
  return (
    <div className="overflow-hidden rounded-xl border bg-card">
      {error === null ? (
        <iframe
          ref={frame}
          title={t('Diagram')}
          sandbox="allow-scripts"
          src="frames/diagram.html"
          onLoad={send}
          style={{ height }}
          className="block w-full"
        />
      ) : (
        <p role="alert" dir="auto" className="px-3 py-2 text-sm break-words text-danger">
          {t('This is no diagram that can be drawn: {{reason}}', { reason: error })}
        </p>
      )}
    </div>
  );
}
