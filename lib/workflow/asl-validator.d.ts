/** The part of asl-validator that we use; the package brings no types. */
declare module 'asl-validator' {
  interface Finding {
    readonly 'Error code': string;
    readonly Message: string;
  }

  /** Writes defaults into `definition`: pass a copy. */
  export default function validator(definition: object): { readonly errors: readonly Finding[] };
}
