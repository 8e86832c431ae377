import { type ComponentType, lazy } from 'react';
import { t } from '../languages/text';

/** The code of a part of the page did not come. */
export class PartProblem extends Error {
  override readonly name = 'PartProblem';

  constructor(
    cause: unknown,
    readonly fetchAgain: () => Promise<unknown>,
    /** Whoever needs the part next asks for it anew. */
    readonly forget: () => void,
  ) {
    super(t('A part of this page could not be loaded.'), { cause });
  }
}

/** As React's `lazy`, which keeps an import that has failed as long as the page is open: this one can be repeated. */
export function lazyPart<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  const begin = (): ComponentType<Props> => {
    const own: ComponentType<Props> = lazy(() =>
      load().catch((cause: unknown) => {
        throw new PartProblem(cause, load, () => {
          if (Part === own) Part = begin();
        });
      }),
    );
    return own;
  };
  let Part = begin();
  return function LazyPart(props: Props) {
    return <Part {...props} />;
  };
}
