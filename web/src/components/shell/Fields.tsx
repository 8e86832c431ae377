import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { FIELD } from './Page';

interface LabelProps {
  label: string;
  /** Stands below the field, and is read with it. */
  hint?: ReactNode;
}

interface FrameProps extends LabelProps {
  id: string;
  children: ReactNode;
}

function Frame({ id, label, hint, children }: FrameProps) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-muted-foreground">
          {hint}
        </p>
      )}
    </div>
  );
}

const describedBy = (id: string, hint: ReactNode): string | undefined => (hint ? `${id}-hint` : undefined);

/** What is written alike in every language: an address, a name that programs know, a secret. */
const isForeign = ({ type, spellCheck }: InputHTMLAttributes<HTMLInputElement>): boolean =>
  type === 'url' || type === 'password' || spellCheck === false;

/** From left to right where it is given `spellCheck={false}`: no language then. */
export function TextField({ label, hint, ...input }: LabelProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint}>
      <input
        id={id}
        aria-describedby={describedBy(id, hint)}
        dir={isForeign(input) ? 'ltr' : undefined}
        className={FIELD}
        autoComplete="off"
        {...input}
      />
    </Frame>
  );
}

interface AreaFieldProps extends LabelProps, TextareaHTMLAttributes<HTMLTextAreaElement> {
  isCode?: boolean;
}

export function AreaField({ label, hint, isCode = false, ...area }: AreaFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint}>
      <textarea
        id={id}
        aria-describedby={describedBy(id, hint)}
        dir="auto"
        spellCheck={!isCode}
        className={`${FIELD} resize-y ${isCode ? 'font-mono sm:text-[0.8125rem]' : ''}`}
        {...area}
      />
    </Frame>
  );
}

interface ChoiceFieldProps extends LabelProps, SelectHTMLAttributes<HTMLSelectElement> {
  options: readonly (readonly [value: string, name: string])[];
}

export function ChoiceField({ label, hint, options, ...select }: ChoiceFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint}>
      <select id={id} aria-describedby={describedBy(id, hint)} className={FIELD} {...select}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function CheckField({ label, hint, ...input }: LabelProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="flex min-w-0 items-start gap-2 text-sm">
      <input
        id={id}
        type="checkbox"
        aria-describedby={describedBy(id, hint)}
        className="mt-1 shrink-0 accent-primary"
        {...input}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium break-words">
          {label}
        </label>
        {hint && (
          <div id={`${id}-hint`} className="break-words text-muted-foreground">
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}
