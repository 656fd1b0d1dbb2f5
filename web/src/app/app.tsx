import { DirectionProvider, MantineProvider } from "@mantine/core";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ApiError } from "@/api/client";
import { createAppRouter } from "./router";
import { cssVariables, makeTheme } from "./theme";

/** The server writes a fresh nonce into the page; its policy lets only styles with it stand inline. */
const styleNonce = () =>
  document.querySelector('meta[name="csp-nonce"]')?.getAttribute("content") ?? "";

// Where the part that keeps a page still behind a dialog looks for the nonce of its style.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

const client = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      const signedOut = error instanceof ApiError && error.status === 401;
      if (!signedOut || query.queryKey[0] === "session") return;
      client.removeQueries({ queryKey: ["session"] });
      void router.invalidate();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

const router = createAppRouter(client);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

// Not needed for the first sight of a page; what is to be said before waits for it.
const Notices = lazy(() => import("./notices").then((module) => ({ default: module.Notices })));

export function App() {
  const [theme] = useState(makeTheme);
  return (
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={styleNonce}
      >
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
          <Suspense fallback={null}>
            <Notices position="bottom-right" />
          </Suspense>
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
