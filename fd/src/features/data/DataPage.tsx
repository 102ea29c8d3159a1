import { MovingIn } from "./MovingIn";
import { MovingOut } from "./MovingOut";

/** The data page of the settings: moving in and moving out. */
export function DataPage() {
  return (
    <div className="flex flex-col gap-8">
      <MovingIn />
      <MovingOut />
    </div>
  );
}
