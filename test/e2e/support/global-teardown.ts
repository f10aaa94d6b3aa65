/** Stops the local cloud that global-setup started. */
const stopper = globalThis as { stop?: () => Promise<void> };

export default async function teardown() {
  await stopper.stop?.();
}
