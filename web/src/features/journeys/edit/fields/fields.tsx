import { getIn, type Node, setIn } from "../model/definition";
import { Field } from "./field";
import { longForm } from "./long-form";
import type { Field as Spec } from "./spec";

interface Props {
  specs: readonly Spec[];
  /** The node that the fields' places begin from. */
  node: Node;
  /** `what` names the field: typing in one is one change. */
  change: (next: Node, what: string) => void;
}

/** A form for some values of a node; all others of it stay as they are. */
export function Fields({ specs, node, change }: Props) {
  return specs.map((spec) => (
    <Field
      key={spec.at.join("/")}
      spec={spec}
      value={getIn(longForm(node, spec.at), spec.at)}
      onChange={(value) =>
        change(setIn(longForm(node, spec.at), spec.at, value), spec.at.join("/"))
      }
    />
  ));
}
