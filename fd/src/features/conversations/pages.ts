// Pages of the conversations feature, loaded when they are opened.
export { MoveToProject } from "./MoveToProject";
export { ProjectPage } from "./ProjectPage";
