import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { Schemas } from "./client";
import { batcher, type Connection, readStreamMessage, reduceConnection } from "./stream-state";

type Event = Schemas["Event"];

export interface StreamListener {
  /** Newest first, at most four times a second. */
  events?: (events: Event[]) => void;
  gap?: (missed: number) => void;
}

interface Stream {
  connection: Connection;
  listen: (listener: StreamListener) => () => void;
}

const StreamContext = createContext<Stream>({ connection: "connecting", listen: () => () => {} });

const batchDelay = 250;
const retryDelay = 5000;

/** One connection to `GET /stream` for the whole app; Home counters go into the query cache. */
export function StreamProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const listeners = useRef(new Set<StreamListener>());

  useEffect(() => {
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const deliver = batcher<Event>((events) => {
      for (const listener of listeners.current) listener.events?.(events);
    }, batchDelay);

    const read = (message: MessageEvent<string>) => {
      const read = readStreamMessage(message.type, message.data);
      if (read?.type === "event") deliver(read.event);
      if (read?.type === "home") client.setQueryData(["home"], read.home);
      if (read?.type === "gap") {
        for (const listener of listeners.current) listener.gap?.(read.missed);
      }
    };
    const open = () => {
      source = new EventSource("/api/v1/stream");
      source.addEventListener("open", () => setConnection((now) => reduceConnection(now, "open")));
      source.addEventListener("error", () => {
        setConnection((now) => reduceConnection(now, "error"));
        // The browser tries again by itself unless the server refused.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, retryDelay);
      });
      for (const type of ["event", "home", "gap"]) source.addEventListener(type, read);
    };
    open();
    return () => {
      source?.close();
      clearTimeout(retry);
    };
  }, [client]);

  const [listen] = useState(() => (listener: StreamListener) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  });
  return <StreamContext value={{ connection, listen }}>{children}</StreamContext>;
}

export function useConnection(): Connection {
  return useContext(StreamContext).connection;
}

/** Hands events on while the component is shown; the listener may change freely. */
export function useStream(listener: StreamListener): void {
  const { listen } = useContext(StreamContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      listen({
        events: (events) => latest.current.events?.(events),
        gap: (missed) => latest.current.gap?.(missed),
      }),
    [listen],
  );
}
