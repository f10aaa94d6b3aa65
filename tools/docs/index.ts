// `npm run docs`: makes the pages of docs/ that are made from something.

import { writeFileSync } from 'node:fs';
import { renderWorkflowsPage, workflowsPage } from './workflows-page';

writeFileSync(workflowsPage, renderWorkflowsPage());
