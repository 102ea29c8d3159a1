// The page of a login's second step, loaded when a login needs it, with the texts that it shows.
import { lazyPart } from "@/components/lazy-part";
import { loadTexts } from "@/i18n";

export const SecondStepPage = lazyPart(async () => {
  const [page] = await Promise.all([import("./SecondStepPage"), loadTexts("texts")]);
  return page.SecondStepPage;
});
