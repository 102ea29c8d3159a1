export const MAX_FILE_MEGABYTES = 30;
