/** What a call says of the page and the browser it was made in. */
import type { Properties } from "./event.js";

export const library = { name: "sojourn.js", version: "0.1.0" };

export function pageContext(): Properties {
  return {
    path: location.pathname,
    url: location.href,
    title: document.title,
    referrer: document.referrer,
    search: location.search,
  };
}

/** The `context` of a call made now. `campaign` is present when the address has utm parameters. */
export function callContext(): Properties {
  const campaign = campaignOf(location.search);
  return {
    page: pageContext(),
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    userAgent: navigator.userAgent,
    screen: {
      width: screen.width,
      height: screen.height,
      density: devicePixelRatio,
      innerWidth,
      innerHeight,
    },
    library,
    ...(campaign ? { campaign } : {}),
  };
}

/** `utm_campaign` is called `name`, as Segment's specification has it. */
function campaignOf(search: string): Properties | null {
  const campaign: Properties = {};
  new URLSearchParams(search).forEach((value, key) => {
    if (!key.startsWith("utm_") || !value) return;
    const name = key.slice("utm_".length);
    campaign[name === "campaign" ? "name" : name] = value;
  });
  return Object.keys(campaign).length ? campaign : null;
}
