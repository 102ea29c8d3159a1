/** The arguments or the result of a step, below its label. */
export function StepText({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="text-xs">{label}</p>
      <pre dir="auto" className="max-h-60 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">
        {text}
      </pre>
    </div>
  );
}
