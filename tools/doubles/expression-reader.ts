/** Splits DynamoDB's expressions into tokens. */

const TOKEN = /\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_]\w*)/y;

/** An expression that the double does not support, or a mistake in one. Not an error that a workflow could handle. */
class UnsupportedExpression extends Error {
  override readonly name = 'UnsupportedExpression';
}

/** Reads an expression token by token. Keywords are case-insensitive. */
export class Reader {
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(private readonly source: string) {
    TOKEN.lastIndex = 0;
    let end = 0;
    for (let match = TOKEN.exec(source); match; match = TOKEN.exec(source)) {
      this.#tokens.push(match[1] ?? '');
      end = TOKEN.lastIndex;
    }
    if (source.slice(end).trim() !== '') this.fail(source.slice(end));
  }

  get placeholders(): string[] {
    return this.#tokens.filter((token) => /^[#:]/.test(token));
  }

  get peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  take(): string {
    return this.#tokens[this.#next++] ?? this.fail('its end');
  }

  /** Consumes the next token if it is one of these, case-insensitively. */
  skip(...tokens: string[]): string | undefined {
    const found = tokens.find((token) => token === this.peek?.toUpperCase());
    if (found) this.#next++;
    return found;
  }

  expect(token: string): void {
    if (!this.skip(token)) this.fail(this.peek ?? 'its end');
  }

  fail(at: string): never {
    throw new UnsupportedExpression(`DynamoDB double: cannot read "${this.source}" at ${at}`);
  }
}
