import { CliError } from './errors';
import type { Io } from './io';

/** Reads a file, or the standard input for `-`. @throws CliError with exit code 2 when it cannot be read */
export async function readInput(path: string, io: Io): Promise<Buffer> {
  try {
    return await io.read(path);
  } catch (error) {
    throw new CliError(`${nameOf(path)} cannot be read: ${messageOf(error)}`, 2);
  }
}

/** @throws CliError with exit code 2 when it cannot be read or is not JSON */
export async function readJson(path: string, io: Io): Promise<unknown> {
  const bytes = await readInput(path, io);
  try {
    return JSON.parse(bytes.toString().replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CliError(`${nameOf(path)} is not JSON: ${messageOf(error)}`, 2);
  }
}

const nameOf = (path: string) => (path === '-' ? 'The standard input' : path);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
