/** The calls of the ingestion API (Segment's HTTP API) as this snippet writes them. */

export type Properties = Record<string, unknown>;

export type EventType = "page" | "track" | "identify" | "group" | "alias";

/** One call. `messageId` is made once: an event that is sent again carries the same one. */
export interface TrackedEvent {
  type: EventType;
  messageId: string;
  timestamp: string;
  anonymousId: string;
  userId?: string;
  previousId?: string;
  groupId?: string;
  event?: string;
  name?: string;
  properties?: Properties;
  traits?: Properties;
  context: Properties;
}

/** The server refuses a larger call, so it is refused here, where the page's author sees it. */
export const eventBytesMax = 32 * 1024;

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** RFC 9562 §5.4. `crypto.randomUUID` is absent on pages served over plain HTTP. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
