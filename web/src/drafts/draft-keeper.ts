import { ApiError } from "@/api/client";

/** A text as the server has it. */
export interface Version {
  /** A number in digits, which grows from version to version. */
  rev: string;
  text: string;
}

export type DraftState =
  /** The server has the text. */
  | "saved"
  /** It differs, and nothing is under way. */
  | "changed"
  | "saving"
  /** The server does not answer; it is tried again. */
  | "offline"
  /** Somebody else has published another version meanwhile. */
  | "conflict"
  /** The server does not take the text as it is. */
  | "refused";

export interface Draft {
  text: string;
  state: DraftState;
  /** What the text is a change of. */
  base: Version;
  /** Of a conflict: what stands on the server now. */
  theirs: Version | null;
  /** Of a conflict that was left to the others: what was written here, to be taken back. */
  given: string | null;
  error: Error | null;
}

/** Whom a keeper talks to; the clock and the browser stay outside of it. */
export interface DraftPorts {
  /** Publishes `text` over the revision `rev`; the revision that it has then. */
  save: (text: string, rev: string) => Promise<string>;
  load: () => Promise<Version>;
  /** What is kept in this browser until the server has it. */
  read: () => Version | null;
  write: (kept: Version | null) => void;
  /** Calls `run` after `delay` ms, once; a later call takes the place of an earlier one. */
  later: (run: () => void, delay: number) => void;
  changed: () => void;
}

const saveDelay = 800;
const retryDelay = 4_000;

/**
 * One text that is edited here and published there. What is written is kept in this browser at once, and
 * until the server has said that it has it; with `autosave` it is sent a moment after the last change.
 * A version of somebody else is never written over unseen, and takes nothing away that was written here.
 */
export class DraftKeeper {
  private now: Draft;
  private saving = false;

  constructor(
    base: Version,
    private readonly ports: DraftPorts,
    private readonly autosave: boolean,
  ) {
    this.now = { text: base.text, state: "saved", base, theirs: null, given: null, error: null };
    const kept = ports.read();
    if (kept === null || kept.text === base.text) {
      ports.write(null);
      return;
    }
    const theirs = kept.rev === base.rev ? null : base;
    this.now = {
      ...this.now,
      text: kept.text,
      base: { rev: kept.rev, text: base.text },
      state: theirs ? "conflict" : "changed",
      theirs,
    };
  }

  get draft(): Draft {
    return this.now;
  }

  /** Sends what was found in this browser. */
  begin(): void {
    if (this.draft.state === "changed" && this.autosave) this.sendLater(0);
  }

  edit(text: string): void {
    if (text === this.draft.text) return;
    const { base, state } = this.draft;
    this.ports.write(text === base.text && state !== "conflict" ? null : { rev: base.rev, text });
    const same = text === base.text && !this.saving;
    this.set({
      text,
      error: null,
      state: state === "conflict" ? state : this.saving ? "saving" : same ? "saved" : "changed",
    });
    if (this.autosave && state !== "conflict") this.sendLater(saveDelay);
  }

  /** Sends the text now. True when the server has it. */
  async save(): Promise<boolean> {
    if (this.saving || this.draft.state === "conflict") return false;
    const { text, base } = this.draft;
    if (text === base.text) {
      this.set({ state: "saved", error: null });
      return true;
    }
    this.saving = true;
    this.set({ state: "saving", error: null });
    try {
      const rev = await this.ports.save(text, base.rev);
      this.saving = false;
      this.saved({ rev, text });
      return true;
    } catch (error) {
      this.saving = false;
      await this.failed(error as Error);
      return false;
    }
  }

  /** What the server shows now; somebody else's version is a conflict where something is written here. */
  seen(version: Version): void {
    const { base, text } = this.draft;
    // An answer may be older than what was saved since it was asked for.
    if (this.saving || Number(version.rev) <= Number(base.rev)) return;
    if (text === base.text || text === version.text) {
      this.ports.write(null);
      this.set({ base: version, text: version.text, state: "saved", theirs: null });
    } else {
      this.set({ state: "conflict", theirs: version });
    }
  }

  /** Of a conflict: what is written here goes over theirs, which stays in the history. */
  async keepMine(text = this.draft.text): Promise<boolean> {
    const { theirs } = this.draft;
    if (theirs === null) return false;
    this.ports.write({ rev: theirs.rev, text });
    this.set({ base: theirs, theirs: null, text, state: "changed" });
    return this.save();
  }

  /** Of a conflict: theirs is edited on, and what was written here can be taken back. */
  takeTheirs(): void {
    const { theirs, text } = this.draft;
    if (theirs === null) return;
    this.ports.write(null);
    this.set({ base: theirs, text: theirs.text, theirs: null, given: text, state: "saved" });
  }

  takeBack(): void {
    const { given } = this.draft;
    if (given === null) return;
    this.set({ given: null });
    this.edit(given);
  }

  private saved(base: Version): void {
    const more = this.draft.text !== base.text;
    this.ports.write(more ? { rev: base.rev, text: this.draft.text } : null);
    this.set({ base, state: more ? "changed" : "saved", error: null });
    if (more && this.autosave) this.sendLater(saveDelay);
  }

  private async failed(error: Error): Promise<void> {
    const status = error instanceof ApiError ? error.status : 0;
    if (error instanceof ApiError && error.code === "changed_meanwhile") {
      try {
        const theirs = await this.ports.load();
        this.set({ state: "conflict", theirs });
      } catch {
        this.set({ state: "offline", error });
        this.sendLater(retryDelay);
      }
    } else if (status === 0 || status >= 500) {
      this.set({ state: "offline", error });
      this.sendLater(retryDelay);
    } else {
      this.set({ state: "refused", error });
    }
  }

  private sendLater(delay: number): void {
    this.ports.later(() => void this.save(), delay);
  }

  private set(part: Partial<Draft>): void {
    this.now = { ...this.now, ...part };
    this.ports.changed();
  }
}
