// Public module of the files feature: what others may use.
export { MAX_FILE_MEGABYTES } from "./limits";
