import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export function contactQuery(id: string) {
  return queryOptions({
    queryKey: ["contact", id],
    queryFn: () => unwrap(api.GET("/contacts/{id}", { params: { path: { id } } })),
  });
}
