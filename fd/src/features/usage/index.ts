// Public module of the usage feature: what others may use.
export { lastDays, periodOf } from "./days";
export { type NamedSums, type Sums, TokensByDay, UsageTable } from "./UsageTable";
