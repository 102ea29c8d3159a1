/** The text of a message. The only place that decides how text is rendered. */
export function MessageText({ text }: { text: string }) {
  return <div className="break-words whitespace-pre-wrap">{text}</div>;
}
