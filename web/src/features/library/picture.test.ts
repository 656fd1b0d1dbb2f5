import { describe, expect, it } from "vitest";
import { altOf, sizeInWords, sourceOf } from "./picture";

const asset = {
  sizes: [320, 600].map((width) => ({
    width,
    height: 10,
    url: `https://news.example.com/assets/ab/${width}.png`,
  })),
};

describe("sourceOf", () => {
  it("is as fine as is wanted, on this server", () => {
    expect(sourceOf(asset, 100)).toBe("/assets/ab/320.png");
    expect(sourceOf(asset, 321)).toBe("/assets/ab/600.png");
    expect(sourceOf(asset, 9000)).toBe("/assets/ab/600.png");
    expect(sourceOf({ sizes: [] }, 1)).toBe("");
  });
});

describe("sizeInWords", () => {
  it("has the unit that fits", () => {
    expect(sizeInWords(999, "en")).toBe("999 byte");
    expect(sizeInWords(1_400_000, "en")).toBe("1.4 MB");
    expect(sizeInWords(14_000_000, "de")).toBe("14 MB");
  });
});

describe("altOf", () => {
  it("tells nothing said from nothing to say", () => {
    expect(altOf(false, "  ")).toBeNull();
    expect(altOf(true, "A bar")).toBe("");
    expect(altOf(false, " A bar ")).toBe("A bar");
  });
});
