import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { clockQuery } from "@/api/queries";

const NowContext = createContext<number>(Date.now());

const tick = 10_000;

/** The product's time, which may be ahead of the browser's when the clock is virtual. */
export function NowProvider({ children }: { children: ReactNode }) {
  const offset = useQuery(clockQuery).data?.offset ?? 0;
  const [real, setReal] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setReal(Date.now()), tick);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={real + offset}>{children}</NowContext>;
}

export function useNow(): number {
  return useContext(NowContext);
}
