interface Props {
  title: string;
  /** A whole page, of a template or of the server: no scripts run in it, and it has no origin of its own. */
  html: string;
  className?: string;
  "data-view"?: string;
}

/** Styles of the page are let in by the nonce of ours: a frame has the policy of the page around it. */
function withNonce(html: string): string {
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute("content") ?? "";
  return nonce === "" ? html : html.replaceAll(/<style(?=[\s>])/gi, `<style nonce="${nonce}"`);
}

/** A mail or a hosted page as it is, in a frame; its links open in a new window, free of the sandbox. */
export function FramedHtml({ title, html, ...more }: Props) {
  return (
    <iframe
      {...more}
      title={title}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      srcDoc={`<base target="_blank">${withNonce(html)}`}
    />
  );
}
