// A definition: its drawing, and what it says of each state.

/** A point of a drawing, in pixels from its top left. */
export interface Point {
  x: number;
  y: number;
}

/** A state; `x`, `y` are its top left. */
export interface DrawnNode extends Point {
  state: string;
  type: string;
  /** Second line: what it calls. */
  work: string;
  width: number;
  height: number;
  /** Whether it encloses other states. */
  container: boolean;
  /** Whether the execution, branch or iteration ends with it. */
  ends: boolean;
  comment?: string;
}

export interface DrawnEdge {
  from: string;
  to: string;
  points: Point[];
  /** Whether a Catch leads along it. */
  onError: boolean;
  /** Conditions or errors that lead along it. */
  label: string;
}

export interface Drawing {
  width: number;
  height: number;
  /** Containers before what they enclose. */
  nodes: DrawnNode[];
  edges: DrawnEdge[];
}

/** What the definition says of a state. */
export interface StateRules {
  comment?: string;
  resource?: string;
  /** Sentences: how long it may take, what it waits for, how many at once. */
  facts: string[];
  retriers: Rule[];
  catchers: Rule[];
  /** The rules of a Choice, in order; the last says `otherwise`. */
  choices: Rule[];
  /** Its fields with expressions, as the definition has them. */
  code: { title: string; text: string }[];
}

/** A retrier, a catcher, or a rule of a Choice. */
export interface Rule {
  /** `TemporaryFailure: up to 5 more tries, …`, `on PaymentDeclined`, `when $payment.success`. */
  say: string;
  /** Where it leads. */
  next?: string;
  comment?: string;
  /** What it assigns and gives on, as the definition has it. */
  code?: string;
}

export interface ShownDefinition {
  /** As it was asked for: `order`, `order-processing`, or an execution. */
  of: string;
  title: string;
  /** Where it is from, in a sentence. */
  source: string;
  /** Whether it is a file of this checkout, which may change at any moment. */
  isFile: boolean;
  /** All that can be asked for. */
  names: readonly string[];
  facts: string[];
  drawing: Drawing;
  /** By state. */
  rules: Record<string, StateRules>;
}
