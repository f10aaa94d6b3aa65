/** Signups for tests. */
import { openSignups as open } from '../../tools/world/signups';

/** Powertools asks the machine for the time. Tests end with jest.restoreAllMocks(). */
export function openSignups(...args: Parameters<typeof open>) {
  const world = open(...args);
  jest.spyOn(Date, 'now').mockImplementation(() => world.clock.now().getTime());
  return world;
}
