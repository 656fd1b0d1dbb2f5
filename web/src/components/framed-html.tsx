interface Props {
  title: string;
  /** A whole page, of a template or of the server: no scripts run in it, and it has no origin of its own. */
  html: string;
  className?: string;
  /** As a mail program in the light or in the dark shows it; without it as this browser does. */
  scheme?: "light" | "dark";
  "data-view"?: string;
}

/** Styles of the page are let in by the nonce of ours: a frame has the policy of the page around it. */
function withNonce(html: string): string {
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute("content") ?? "";
  return nonce === "" ? html : html.replaceAll(/<style(?=[\s>])/gi, `<style nonce="${nonce}"`);
}

const always = "(min-width: 0)";
const never = "(min-width: 100000px)";

/** Decides what the page asks of the colours that its reader likes. */
function withScheme(html: string, scheme: "light" | "dark" | undefined): string {
  if (scheme === undefined) return html;
  const query = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;
  return html.replaceAll(query, (_, asked: string) =>
    asked.toLowerCase() === scheme ? always : never,
  );
}

/** A mail or a hosted page as it is, in a frame; its links open in a new window, free of the sandbox. */
export function FramedHtml({ title, html, scheme, ...more }: Props) {
  return (
    <iframe
      {...more}
      title={title}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      srcDoc={`<base target="_blank">${withNonce(withScheme(html, scheme))}`}
    />
  );
}
