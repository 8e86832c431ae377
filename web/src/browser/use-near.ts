import { type RefObject, useEffect, useRef, useState } from 'react';

/** So far around what is in sight. */
const AROUND = '800px 0px';

const seen = new WeakMap<Element, () => void>();
let observer: IntersectionObserver | undefined;

function observe(element: Element, onNear: () => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) seen.get(target)?.();
    },
    { rootMargin: AROUND },
  );
  seen.set(element, onNear);
  observer.observe(element);
  return () => observer?.unobserve(element);
}

/** Whether an element has come near to what is in sight: what is costly waits for that. Once it has, it stays so. */
export function useNear<E extends Element>(isNearAtFirst: boolean): [RefObject<E | null>, boolean] {
  const element = useRef<E>(null);
  const [isNear, setNear] = useState(isNearAtFirst);
  useEffect(() => {
    if (!isNear && element.current) return observe(element.current, () => setNear(true));
  }, [isNear]);
  return [element, isNear];
}
