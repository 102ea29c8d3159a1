import { Share2 } from "lucide-react";
import { MenuItem } from "@/components/Menu";
import { useIsSharingOff } from "@/features/sharing";
import { loadTexts, useTranslation } from "@/i18n";

/** For `lazyPart`: the dialog of share links, with its texts. */
export async function loadShareDialog() {
  const [pages] = await Promise.all([import("@/features/sharing/pages"), loadTexts("shareTexts")]);
  return pages.ShareDialog;
}

/** The menu item that opens the dialog of share links; none where the operator has turned sharing off. */
export function ShareItem({
  label,
  onShare,
}: {
  label: "share.title" | "share.upToHere";
  onShare: () => void;
}) {
  const { t } = useTranslation();
  if (useIsSharingOff()) return null;
  return (
    <MenuItem icon={<Share2 aria-hidden className="icon" />} onClick={onShare}>
      {t(label)}
    </MenuItem>
  );
}
