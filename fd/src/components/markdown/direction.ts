// Writing direction of a text.

/** Direction by the first letter, as HTML's `dir="auto"` finds it; null without a letter. */
export function directionOf(text: string): "ltr" | "rtl" | null {
  const letter = /\p{L}/u.exec(text)?.[0];
  if (!letter) return null;
  return RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
}

const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Hanifi_Rohingya}]/u;
