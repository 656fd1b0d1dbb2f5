import type { ReactNode } from "react";
import { AppLink } from "./app-link";
import classes from "./card-list.module.css";

interface Card {
  key: string;
  href: string;
  name: string;
  status?: ReactNode;
  text: string;
  numbers: { label: string; value: string }[];
}

/** A short list of things with a sentence and a few numbers each. */
export function CardList({ cards }: { cards: Card[] }) {
  return (
    <ul className={classes.list}>
      {cards.map((card) => (
        <li key={card.key}>
          <AppLink href={card.href} className={classes.card}>
            <div>
              <div className={classes.name}>
                {card.name} {card.status}
              </div>
              <div className={classes.text}>{card.text}</div>
            </div>
            <div className={classes.numbers}>
              {card.numbers.map((number) => (
                <div key={number.label}>
                  <div className={`${classes.number} num`}>{number.value}</div>
                  <div className={classes.label}>{number.label}</div>
                </div>
              ))}
            </div>
          </AppLink>
        </li>
      ))}
    </ul>
  );
}
