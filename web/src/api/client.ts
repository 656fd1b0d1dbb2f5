import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** A call that was answered with problem+json, or not answered at all (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly field: string | null,
    readonly fix: string | null,
    /** All that the server answered: some problems have members of their own. */
    readonly body: unknown = null,
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

export const api = createClient<paths>({
  baseUrl: "/api/v1",
  headers: { "X-Sojourn-Csrf": "1" },
  querySerializer: { array: { style: "form", explode: false } },
});

function toError(status: number, body: unknown): ApiError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  return new ApiError(
    status,
    problem.code ?? "unknown",
    problem.detail ?? problem.title ?? `the server answered ${status}`,
    problem.field ?? null,
    problem.fix ?? null,
    body,
  );
}

/** The data of an openapi-fetch call, or a thrown ApiError. */
export async function unwrap<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let answer;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "offline", "the server did not answer", null, null);
  }
  if (!answer.response.ok) throw toError(answer.response.status, answer.error);
  return answer.data as T;
}
