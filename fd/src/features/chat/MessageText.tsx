import { Component, lazy, type ReactNode, Suspense } from "react";
import type { Source } from "@/api/types";
import { GrowingText } from "@/components/GrowingText";
import { usePreferences } from "@/features/settings";

interface MessageTextProps {
  text: string;
  /** Whether no text will follow. */
  finished: boolean;
  /** The web pages whose numbers in brackets become links. */
  sources?: readonly Source[] | undefined;
}

const Markdown = lazy(async () => {
  try {
    return { default: (await import("@/components/markdown")).Markdown };
  } catch {
    // Offline, or after a deployment that removed the file.
    return { default: PlainText };
  }
});

/** The text of a reply: as Markdown once the renderer is loaded; as plain text until then, and if it fails. */
export function MessageText({ text, finished, sources }: MessageTextProps) {
  const drawDiagrams = usePreferences((preferences) => preferences.drawDiagrams);
  const plain = <PlainText text={text} />;
  return (
    <RenderingBoundary fallback={plain}>
      <Suspense fallback={plain}>
        <Markdown text={text} finished={finished} cited={sources} drawDiagrams={drawDiagrams} />
      </Suspense>
    </RenderingBoundary>
  );
}

function PlainText({ text }: { text: string }) {
  return (
    <div dir="auto" className="break-words whitespace-pre-wrap">
      <GrowingText text={text} />
    </div>
  );
}

/** Limits an error of the renderer to one message. */
class RenderingBoundary extends Component<{ fallback: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
