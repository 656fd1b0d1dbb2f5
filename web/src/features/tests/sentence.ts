import { useTranslation } from "react-i18next";
import { useNumber } from "@/components/number";
import { shortDate, timeOfDay } from "@/components/time/format";
import { useNow } from "@/components/time/now";
import { useTimeStyle } from "@/components/time/time";
import { type ArmCount, compared, liftOf, type Test, waitOf } from "./experiments";

/** What can be said of a test now, in one sentence; before its look that nothing can be. */
export function useSentence(): (test: Test) => string {
  const { t } = useTranslation();
  const number = useNumber();
  const now = useNow();
  const style = useTimeStyle();
  const rate = (arm: ArmCount | undefined) => number(100 * (arm?.rate ?? 0));
  return (test) => {
    const { verdict, winner, measure, decidesAfter, atLeast } = test.experiment;
    if (verdict) {
      const both = compared(verdict);
      if (verdict.arm === null) return t("tests.says.equal");
      const lift = liftOf(both);
      const values = {
        arm: verdict.arm,
        other: both.next?.name ?? "",
        rate: rate(both.best),
        otherRate: rate(both.next),
        lift: number(100 * (lift ?? 0)),
      };
      const what = t(`tests.did.${measure}`);
      if (verdict.kind === "winner") {
        return lift === undefined
          ? t("tests.says.winner", { ...values, what })
          : t("tests.says.winnerBy", { ...values, what });
      }
      return t("tests.says.leading", { ...values, what });
    }
    if (winner) return t("tests.says.declared", { arm: winner.arm });
    const wait = waitOf(test, now);
    if (!wait || decidesAfter === null) return t("tests.says.counting");
    const missing = wait.missing[0];
    if (wait.time >= 1 && missing) {
      return t("tests.says.missing", { arm: missing.arm, number: number(missing.count) });
    }
    return t("tests.says.wait", {
      at: `${shortDate(decidesAfter, now, style)}, ${timeOfDay(decidesAfter, style)}`,
      number: number(atLeast ?? 0),
    });
  };
}
