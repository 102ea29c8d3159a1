import { ChevronRight } from "lucide-react";
import { lazyPart } from "@/components/lazy-part";
import { usePreferences } from "@/features/settings";
import { useTranslation } from "@/i18n";

const ProjectList = lazyPart(async () => (await import("./ProjectList")).ProjectList);

/** The sidebar's projects, which are loaded once the section is open. */
export function ProjectsSection() {
  const { t } = useTranslation();
  const open = usePreferences(({ projectsOpen }) => projectsOpen);
  return (
    <section aria-label={t("projects.title")} className="px-2 pb-2">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => usePreferences.setState({ projectsOpen: !open })}
        className="flex h-8 w-full items-center gap-1 rounded-lg px-2.5 text-xs font-medium text-muted hover:bg-hover"
      >
        {t("projects.title")}
        <ChevronRight aria-hidden className={`icon size-3.5 ${open ? "rotate-90" : "rtl:rotate-180"}`} />
      </button>
      {open && <ProjectList />}
    </section>
  );
}
