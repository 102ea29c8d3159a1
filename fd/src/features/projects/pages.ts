// Parts of the projects feature that are loaded when they are shown.
export { DeleteProject } from "./DeleteProject";
export { ProjectForm } from "./ProjectForm";
