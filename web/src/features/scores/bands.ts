/** From `from` on to below `below`; absent: without that end. */
export interface Band {
  from?: number;
  below?: number;
}

const bandCount = 10;
const steps = [1, 2, 2.5, 5, 10];

/** A round number of at least `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (steps.find((step) => step * power >= value) ?? 10) * power;
}

/** Bands of one width from 0 to beyond the highest threshold, and one for each side of them. */
export function bandsFor(thresholds: readonly number[]): Band[] {
  const width = roundUp((Math.max(1, ...thresholds) * 1.25) / bandCount);
  const inner = Array.from({ length: bandCount }, (_, index) => ({
    from: round(index * width),
    below: round((index + 1) * width),
  }));
  return [{ below: 0 }, ...inner, { from: round(bandCount * width) }];
}

const round = (value: number) => Number(value.toFixed(6));

export function bandQuestion(score: string, band: Band) {
  return {
    score,
    ...(band.from === undefined ? {} : { at_least: band.from }),
    ...(band.below === undefined ? {} : { below: band.below }),
  };
}

/** One condition whose parts are the bands: a count of it has a row for each. */
export function bandQuestions(score: string, bands: readonly Band[]) {
  return { any: bands.map((band) => bandQuestion(score, band)) };
}
