// What the page and the frame that draws its diagrams say to each other.

export interface DrawRequest {
  readonly id: number;
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
  readonly id: number;
  readonly drawing: Drawing | null;
}

/** The frame's first word: requests can come. */
export const READY = "ready";
