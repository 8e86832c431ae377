/** A text as it was written, where Markdown is not or not yet made of it. */
export function PlainText({ text }: { text: string }) {
  return (
    <p dir="auto" className="break-words whitespace-pre-wrap">
      {text}
    </p>
  );
}
