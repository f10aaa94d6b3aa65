// The first view: how the stage is. What needs a person now comes first.

import type { Health } from '../model';
import { readHealth } from './api';
import { showFigures } from './figures';
import { showNow } from './now';
import type { Going, View } from './view';

export function overviewView({ go }: Going): View {
  let health: Health | undefined;
  return {
    id: 'overview',
    isChosen: () => true,
    waiting: () => 'Looking at how the stage is…',
    async refresh() {
      health = await readHealth();
    },
    render() {
      if (!health) return false;
      document.title = health.state === 'well' ? 'All is well' : health.sentence;
      showNow(health, (execution) => go({ execution }));
      showFigures(health);
      return true;
    },
  };
}
