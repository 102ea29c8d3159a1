// Public module of the projects feature: what others may use.
export { ProjectName } from "./ProjectName";
export { refreshProjects, useProject, useProjects, useSaveProject } from "./queries";
