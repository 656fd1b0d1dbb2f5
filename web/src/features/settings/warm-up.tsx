import { Progress as Bar, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useNumber } from "@/components/number";
import classes from "./settings.module.css";

type WarmUp = Schemas["WarmUp"];

/** Today's mails of each warm-up plan, its limit, and what waits for later days. */
export function WarmUps({ plans }: { plans: WarmUp[] }) {
  const { t } = useTranslation();
  if (plans.length === 0) return null;
  return (
    <section className={classes.warmUps} aria-labelledby="warm-up">
      <Text size="sm" fw={550} component="h3" id="warm-up">
        {t("settings.warmUp")}
      </Text>
      <ul>
        {plans.map((plan) => (
          <li key={`${plan.domain ?? "*"} ${plan.provider ?? ""}`}>
            <Plan plan={plan} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Plan({ plan }: { plan: WarmUp }) {
  const { t } = useTranslation();
  const number = useNumber();
  const name = useName(plan);
  const limit = plan.limit ?? 0;
  return (
    <>
      <div className={classes.warmUpHead}>
        <span className={classes.name}>{name}</span>
        <span className="num">
          {plan.state === "to_come"
            ? t("settings.warmUpStarts", { day: plan.start })
            : plan.state === "over"
              ? t("settings.warmUpOver")
              : t("settings.warmUpStep", {
                  step: number(plan.step + 1),
                  steps: number(plan.steps),
                })}
        </span>
      </div>
      {plan.state === "warming" && (
        <Bar
          value={Math.min(100, (plan.sent / limit) * 100)}
          aria-label={t("settings.warmUpUsed", { name })}
        />
      )}
      <div className={classes.dim}>
        {plan.state === "warming"
          ? t("settings.warmUpToday", {
              count: limit,
              sent: number(plan.sent),
              number: number(limit),
            })
          : t("settings.warmUpSent", { count: plan.sent, number: number(plan.sent) })}
        {plan.waiting > 0 &&
          ` · ${t("settings.warmUpWaiting", { count: plan.waiting, number: number(plan.waiting) })}`}
      </div>
      {plan.paused && (
        <div className={classes.dim}>{t(`settings.warmUpPaused.${plan.paused}`)}</div>
      )}
    </>
  );
}

function useName(plan: WarmUp): string {
  const { t } = useTranslation();
  const from = plan.domain ?? t("settings.warmUpAll");
  return plan.provider ? t("settings.warmUpTo", { from, provider: plan.provider }) : from;
}
