import { type MouseEvent, type ReactNode, useState } from "react";

/** Images inside the text. Other types, and SVG as a document, are never loaded from it. */
const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]/i;
/** Maximum length of a `data:` image in characters, about 1.5 MB. */
const MAX_DATA_LENGTH = 2_000_000;

interface PictureProps {
  src: string;
  /** The description, as plain text. */
  alt: string;
  /** Whether it is part of a link, which must not contain another one. */
  linked: boolean;
}

/**
 * An image of a reply. Loading one reveals the reader to its server, so that it is a link, and is loaded by a click.
 * An image inside the text itself is shown at once. One that cannot be shown is its description.
 */
export function Picture({ src, alt, linked }: PictureProps) {
  const [loaded, setLoaded] = useState(false);
  const [failed, setFailed] = useState(false);
  const image = (
    <img
      src={src}
      alt={alt}
      referrerPolicy="no-referrer"
      className="picture"
      onError={() => setFailed(true)}
    />
  );
  if (/^data:/i.test(src)) {
    return DATA_IMAGE.test(src) && src.length <= MAX_DATA_LENGTH && !failed ? image : <span>{alt}</span>;
  }
  const content = loaded && !failed ? image : alt || src;
  if (linked) return <span>{alt || src}</span>;
  const load = (event: MouseEvent) => {
    // The policy of the page allows images over https only. The next click opens the link.
    if (loaded || !/^https:/i.test(src) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setLoaded(true);
  };
  return (
    <PictureLink href={src} onClick={load}>
      {content}
    </PictureLink>
  );
}

function PictureLink({
  href,
  onClick,
  children,
}: {
  href: string;
  onClick: (event: MouseEvent) => void;
  children: ReactNode;
}) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" onClick={onClick}>
      {children}
    </a>
  );
}
