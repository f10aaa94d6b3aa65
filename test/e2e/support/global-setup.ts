/** Starts, deploys and seeds one local cloud for the whole run; global-teardown stops it. */

import { progressTo } from '../../../bin/terminal/progress';
import { startLocalCloud } from '../../../tools/local/cloud';
import { preferPort } from '../../../tools/local/ports';
import { seedStock } from '../../../tools/local/seed';

/** jest loads setup and teardown as separate modules, which share the global object. */
const stopper = globalThis as { stop?: () => Promise<void> };

export default async function setup() {
  // Another clone's local cloud may use the default port.
  process.env.LOCAL_CLOUD_PORT ??= String(await preferPort(4566));
  const cloud = await startLocalCloud({ progress: progressTo(process.stdout) });
  await seedStock(cloud.outputs.OrderProcessing?.InventoryTableName ?? '');
  const { endpoints, environment, outputs } = cloud;
  // Test files run in sandboxes with a copy of the environment, so values are passed in it.
  process.env.E2E_CLOUD = JSON.stringify({ endpoints, environment, outputs });
  stopper.stop = cloud.stop;
}
