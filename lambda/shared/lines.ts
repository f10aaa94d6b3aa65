/** Splits a stream into lines, as bytes. Whether these are valid text is not checked here. */

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface Line {
  /** Counted from 1, as editors do. */
  number: number;
  /** Without line end and byte order mark; undefined when the line is longer than `maxBytes`. */
  bytes: Buffer | undefined;
}

/** Yields every line, blank ones too. Keeps at most one chunk and `maxBytes` of one line in memory. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Line> {
  let number = 0;
  let pieces: Buffer[] = [];
  let length = 0;

  const add = (piece: Buffer) => {
    length += piece.length;
    // Byte order mark and carriage return do not count, hence the few bytes more. A line beyond them is too long.
    if (length <= maxBytes + BYTE_ORDER_MARK.length + 1) pieces.push(piece);
    else pieces = [];
  };
  const end = (): Line => {
    number++;
    const isWhole = length <= maxBytes + BYTE_ORDER_MARK.length + 1;
    const bytes = isWhole ? bare(Buffer.concat(pieces), number === 1) : undefined;
    pieces = [];
    length = 0;
    return { number, bytes: bytes && bytes.length <= maxBytes ? bytes : undefined };
  };

  for await (const chunk of chunks) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let at = buffer.indexOf(NEWLINE); at >= 0; at = buffer.indexOf(NEWLINE, start)) {
      add(buffer.subarray(start, at));
      yield end();
      start = at + 1;
    }
    if (start < buffer.length) add(buffer.subarray(start));
  }
  if (length > 0) yield end();
}

function bare(bytes: Buffer, isFirst: boolean): Buffer {
  const start = isFirst && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  return bytes.subarray(start, bytes.at(-1) === CARRIAGE_RETURN ? -1 : undefined);
}
