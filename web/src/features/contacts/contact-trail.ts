/** The list from which a contact was opened, for going to the one before and after it. */
export interface Trail {
  ids: string[];
  /** The filters of the list as its address has them. */
  search: Record<string, string | undefined>;
}

const name = "sojourn-contact-list";
const keptMax = 2_000;

export function keepTrail(trail: Trail): void {
  try {
    sessionStorage.setItem(name, JSON.stringify({ ...trail, ids: trail.ids.slice(0, keptMax) }));
  } catch {
    // Without room there is nobody before and after.
  }
}

function readTrail(): Trail | null {
  try {
    const trail = JSON.parse(sessionStorage.getItem(name) ?? "null") as Trail | null;
    return trail && Array.isArray(trail.ids) ? trail : null;
  } catch {
    return null;
  }
}

export interface Neighbours {
  before: string | undefined;
  after: string | undefined;
  /** From 1. */
  place: number;
  count: number;
  search: Trail["search"];
}

/** Null where the contact was not opened from a list. */
export function neighboursOf(id: string): Neighbours | null {
  const trail = readTrail();
  const index = trail?.ids.indexOf(id) ?? -1;
  if (trail === null || index < 0) return null;
  return {
    before: trail.ids[index - 1],
    after: trail.ids[index + 1],
    place: index + 1,
    count: trail.ids.length,
    search: trail.search,
  };
}
