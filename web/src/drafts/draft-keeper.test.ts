import { describe, expect, test } from "vitest";
import { ApiError } from "@/api/client";
import { DraftKeeper, type Version } from "./draft-keeper";

/** A server with one text, a browser that keeps one, and a clock that is moved by hand. */
function world(autosave = true, kept: Version | null = null) {
  const server = { rev: 1, text: "one", down: false, refuse: false };
  const browser = { kept };
  let due: (() => void) | null = null;
  const version = () => ({ rev: String(server.rev), text: server.text });
  const ports = {
    save: async (text: string, rev: string) => {
      if (server.down) throw new ApiError(0, "offline", "no answer", null, null);
      if (server.refuse) throw new ApiError(422, "definitions_invalid", "no", null, null);
      if (rev !== String(server.rev)) {
        throw new ApiError(409, "changed_meanwhile", "changed", null, null);
      }
      server.rev += 1;
      server.text = text;
      return String(server.rev);
    },
    load: async () => version(),
    read: () => browser.kept,
    write: (next: Version | null) => {
      browser.kept = next;
    },
    later: (run: () => void) => {
      due = run;
    },
    changed: () => {},
  };
  const open = () => new DraftKeeper(version(), ports, autosave);
  const wait = async () => {
    const run = due;
    due = null;
    run?.();
    for (let turn = 0; turn < 10; ++turn) await Promise.resolve();
  };
  return { server, browser, open, wait };
}

describe("a draft", () => {
  test("is sent a moment after the last change, and kept here until then", async () => {
    const { server, browser, open, wait } = world();
    const keeper = open();
    keeper.edit("two");
    expect(keeper.draft.state).toBe("changed");
    expect(browser.kept).toEqual({ rev: "1", text: "two" });
    await wait();
    expect(server.text).toBe("two");
    expect(keeper.draft.state).toBe("saved");
    expect(browser.kept).toBeNull();
  });

  test("is sent again when the server answers again", async () => {
    const { server, browser, open, wait } = world();
    server.down = true;
    const keeper = open();
    keeper.edit("two");
    await wait();
    expect(keeper.draft.state).toBe("offline");
    keeper.edit("three");
    expect(browser.kept?.text).toBe("three");
    server.down = false;
    await wait();
    expect([server.text, keeper.draft.state]).toEqual(["three", "saved"]);
  });

  test("is found again in this browser after the page was closed", async () => {
    const { server, open, wait } = world(true, { rev: "1", text: "two" });
    const keeper = open();
    expect(keeper.draft.text).toBe("two");
    keeper.begin();
    await wait();
    expect(server.text).toBe("two");
  });

  test("that is not taken stays here, with the reason", async () => {
    const { server, browser, open, wait } = world();
    server.refuse = true;
    const keeper = open();
    keeper.edit("bad");
    await wait();
    expect(keeper.draft.state).toBe("refused");
    expect(keeper.draft.error?.message).toBe("no");
    expect(browser.kept?.text).toBe("bad");
  });

  test("without autosave is sent when that is asked for", async () => {
    const { server, open, wait } = world(false);
    const keeper = open();
    keeper.edit("two");
    await wait();
    expect(server.text).toBe("one");
    expect(await keeper.save()).toBe(true);
    expect(server.text).toBe("two");
  });
});

describe("two people", () => {
  async function conflict() {
    const all = world();
    const mine = all.open();
    const theirs = all.open();
    theirs.edit("theirs");
    await all.wait();
    mine.edit("mine");
    await all.wait();
    return { ...all, mine };
  }

  test("do not write over each other", async () => {
    const { server, mine } = await conflict();
    expect(server.text).toBe("theirs");
    expect(mine.draft.state).toBe("conflict");
    expect([mine.draft.text, mine.draft.theirs?.text]).toEqual(["mine", "theirs"]);
  });

  test("may keep what is here", async () => {
    const { server, mine } = await conflict();
    expect(await mine.keepMine()).toBe(true);
    expect(server.text).toBe("mine");
    expect(mine.draft.state).toBe("saved");
  });

  test("may take theirs, and take back what was here", async () => {
    const { server, mine, wait } = await conflict();
    mine.takeTheirs();
    expect(mine.draft.text).toBe("theirs");
    mine.takeBack();
    await wait();
    expect(server.text).toBe("mine");
  });

  test("who writes nothing sees what the other has written", () => {
    const { open } = world();
    const keeper = open();
    keeper.seen({ rev: "2", text: "theirs" });
    expect([keeper.draft.text, keeper.draft.state]).toEqual(["theirs", "saved"]);
  });

  test("an answer that is older than what was saved changes nothing", async () => {
    const { open, wait } = world();
    const keeper = open();
    keeper.edit("two");
    await wait();
    keeper.seen({ rev: "1", text: "one" });
    expect([keeper.draft.text, keeper.draft.state]).toEqual(["two", "saved"]);
  });

  test("a change of before that is found in this browser is no change of now", () => {
    const { open } = world(true, { rev: "0", text: "old change" });
    expect(open().draft.state).toBe("conflict");
  });
});
