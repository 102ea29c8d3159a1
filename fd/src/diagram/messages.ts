// What the page and the frame that draws its diagrams say to each other. The page asks for one drawing at a time.

export interface DrawRequest {
  /** Mermaid's text. */
  readonly source: string;
  readonly dark: boolean;
}

export interface Drawing {
  /** A whole SVG document with a size of its own. */
  readonly svg: string;
  /** Its own, in CSS pixels. */
  readonly width: number;
  /** What the diagram calls itself (`accTitle`), or nothing. */
  readonly title: string;
}

/** `drawing` is null where the source is not valid. */
export interface DrawAnswer {
  readonly drawing: Drawing | null;
}

/** The frame's first word: a request can come. */
export const READY = "ready";
/** Said again and again until a drawing is there, as often as drawing it leaves time to. */
export const AT_IT = "at it";
