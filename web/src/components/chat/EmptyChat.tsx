import type { Written } from '../../log/outgoing-message';

const EXAMPLES = [
  { label: 'Say hello', prompt: 'Hello! What can you do?' },
  { label: 'Run a command', prompt: 'run: ls -la' },
  { label: 'Write a file', prompt: 'write: notes.txt' },
  { label: 'Make a plan', prompt: 'plan: build a website' },
  { label: 'Ask for approval', prompt: 'approve: date' },
  { label: 'Show a failure', prompt: 'fail: on purpose' },
];

/** What a chat shows before its first message. The examples are words that the built-in demo model understands. */
export function EmptyChat({ onPick }: { onPick: (written: Written) => void }) {
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col justify-center py-8">
      <h2 className="text-2xl font-semibold tracking-tight">What should the agent do?</h2>
      <p className="mt-2 text-muted-foreground">
        It works in a folder of its own: it runs commands, writes files and shows you each step.
      </p>
      <ul className="mt-6 grid grid-cols-2 gap-2.5 sm:grid-cols-3">
        {EXAMPLES.map(({ label, prompt }) => (
          <li key={prompt}>
            <button
              type="button"
              onClick={() => onPick({ text: prompt, images: [] })}
              className="flex h-full w-full flex-col rounded-xl border bg-card px-3.5 py-3 text-left text-sm hover:border-ring hover:bg-muted"
            >
              <span className="font-medium">{label}</span>
              <span className="mt-1 block font-mono text-xs break-words text-muted-foreground">{prompt}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
