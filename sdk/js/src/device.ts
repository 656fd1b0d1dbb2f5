/** What the snippet keeps on the visitor's device: ids, undelivered events, the visitor's choice. */

const yearSeconds = 365 * 24 * 60 * 60;

export interface Device {
  /** Null when the entry is absent, has expired, or the browser keeps nothing. */
  read(key: string): string | null;
  /** Kept for one year from the last write. */
  write(key: string, value: string): void;
  remove(key: string): void;
}

/**
 * localStorage, or first-party cookies where the browser refuses it. With `cookieDomain` cookies
 * come first, so that the id is shared between the subdomains of a site.
 */
export function openDevice(cookieDomain: string | undefined): Device {
  const cookies = cookieJar(cookieDomain);
  return {
    read: (key) => (cookieDomain && cookies.read(key)) || readLocal(key) || cookies.read(key),
    write(key, value) {
      const kept = writeLocal(key, value);
      if (cookieDomain || !kept) cookies.write(key, value);
    },
    remove(key) {
      removeLocal(key);
      cookies.remove(key);
    },
  };
}

/** The undelivered events are too large for a cookie: without localStorage they live in memory only. */
export function readLocal(key: string): string | null {
  try {
    const [, expires, value] = /^(\d+):([^]*)$/.exec(localStorage.getItem(key) ?? "") ?? [];
    return value !== undefined && Number(expires) > Date.now() ? value : null;
  } catch {
    return null;
  }
}

/** False when the browser refuses: storage is switched off, or full. */
export function writeLocal(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, `${Date.now() + yearSeconds * 1000}:${value}`);
    return true;
  } catch {
    return false;
  }
}

export function removeLocal(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is stored where storage is switched off.
  }
}

function cookieJar(domain: string | undefined): Device {
  const put = (key: string, value: string, seconds: number) => {
    document.cookie =
      `${key}=${encodeURIComponent(value)}; Max-Age=${seconds}; Path=/; SameSite=Lax` +
      (domain ? `; Domain=${domain}` : "") +
      (location.protocol === "https:" ? "; Secure" : "");
  };
  return {
    read(key) {
      const entry = document.cookie.split("; ").find((pair) => pair.startsWith(`${key}=`));
      try {
        return entry ? decodeURIComponent(entry.slice(key.length + 1)) : null;
      } catch {
        return null; // Not written by us.
      }
    },
    write: (key, value) => put(key, value, yearSeconds),
    remove: (key) => put(key, "", -1),
  };
}
