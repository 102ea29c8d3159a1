// Messages between the page and the sandboxed frames that render diagrams and previews. The page requests one drawing at a
// time.

export interface DrawRequest {
  /** Mermaid's text. */
  readonly source: string;
  readonly dark: boolean;
}

export interface Drawing {
  /** A complete SVG document with a size. */
  readonly svg: string;
  /** Intrinsic size in CSS pixels. */
  readonly width: number;
  /** The diagram's accessible title (`accTitle`), or empty. */
  readonly title: string;
}

/** `drawing` is null when the source is invalid. */
export interface DrawAnswer {
  readonly drawing: Drawing | null;
}

/** Shows a page in place of the frame's content. The frame answers with the page's height. */
export interface PreviewRequest {
  readonly html: string;
}

export interface PreviewSize {
  /** In CSS pixels. */
  readonly height: number;
}

/** The frame's first message: it accepts requests. */
export const READY = "ready";
/** Heartbeat until the drawing is done, as often as the computation permits. */
export const HEARTBEAT = "heartbeat";
