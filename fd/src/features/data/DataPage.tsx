import { DeleteAll } from "./DeleteAll";
import { MovingIn } from "./MovingIn";
import { MovingOut } from "./MovingOut";

/** The data page of the settings: moving in, moving out and deletion. */
export function DataPage() {
  return (
    <div className="flex flex-col gap-8">
      <MovingIn />
      <MovingOut />
      <DeleteAll />
    </div>
  );
}
