// `npm run docs`: writes the generated pages of docs/.

import { writeFileSync } from 'node:fs';
import { renderWorkflowsPage, workflowsPage } from './workflows-page';

writeFileSync(workflowsPage, renderWorkflowsPage());
