/** One local cloud for the whole run: up, deployed and seeded before the first test; global-teardown ends it. */

import { progressTo } from '../../../bin/terminal/progress';
import { startLocalCloud } from '../../../tools/local/cloud';
import { preferPort } from '../../../tools/local/ports';
import { seedStock } from '../../../tools/local/seed';

/** Set-up and teardown are modules of their own to jest, but share the global object. */
const stopper = globalThis as { stop?: () => Promise<void> };

export default async function setup() {
  // Another clone's local cloud, or anything else, may have the usual port.
  process.env.LOCAL_CLOUD_PORT ??= String(await preferPort(4566));
  const cloud = await startLocalCloud({ progress: progressTo(process.stdout) });
  await seedStock(cloud.outputs.OrderProcessing?.InventoryTableName ?? '');
  const { endpoints, environment, outputs } = cloud;
  // Tests run in sandboxes of their own: what they need goes by the environment, which they get a copy of.
  process.env.E2E_CLOUD = JSON.stringify({ endpoints, environment, outputs });
  stopper.stop = cloud.stop;
}
