/** Signups for tests. */
import { openSignups as open } from '../../tools/world/signups';

/** Mocks `Date.now`, because Powertools uses real time. Tests must end with jest.restoreAllMocks(). */
export function openSignups(...args: Parameters<typeof open>) {
  const world = open(...args);
  jest.spyOn(Date, 'now').mockImplementation(() => world.clock.now().getTime());
  return world;
}
