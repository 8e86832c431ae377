import type { Offer } from './use-completion';
import { t } from '../../languages/text';

interface OffersProps {
  id: string;
  offers: readonly Offer[];
  active: number;
  onChoose: (offer: Offer) => void;
}

/** The name of an entry, by which the field says which one is active. */
export const offerId = (id: string, index: number): string => `${id}-${index}`;

/** What is offered for the word at the caret, above the field that keeps the focus. */
export function Offers({ id, offers, active, onChoose }: OffersProps) {
  return (
    <>
      <p role="status" className="sr-only">
        {offers.length > 0 && t('{{count}} suggestions; arrow keys and Enter choose', { count: offers.length })}
      </p>
      {offers.length > 0 && (
        <ul id={id} role="listbox" aria-label={t('Suggestions')} className="flex flex-col border-b pb-1 text-sm">
          {offers.map((offer, index) => (
            <li
              key={offer.value}
              id={offerId(id, index)}
              role="option"
              aria-selected={index === active}
              // Not by a click, which would take the focus from the field first.
              onPointerDown={(event) => {
                event.preventDefault();
                onChoose(offer);
              }}
              className={`flex min-w-0 cursor-pointer gap-3 rounded-lg px-2 py-1.5 ${index === active ? 'bg-muted' : ''}`}
            >
              <span dir="ltr" className="truncate font-mono text-xs leading-5">
                {offer.label}
              </span>
              {offer.help && <span className="truncate text-muted-foreground">{offer.help}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
