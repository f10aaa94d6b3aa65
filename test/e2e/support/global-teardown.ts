/** Ends the local cloud that global-setup started. */
const stopper: { stop?: () => Promise<void> } = globalThis;

export default async function teardown() {
  await stopper.stop?.();
}
