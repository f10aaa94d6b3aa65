// The view of one execution: verdict, graph, waterfall, details.

import type { ExecutionList, ShownExecution, ShownVisit, StateRules } from '../model';
import type { Chosen } from './address';
import { readDefinition, readExecution, readLogs, readRecords } from './api';
import { showMapRuns } from './counts';
import { demand } from './demand';
import { callsFunctions, showDetails } from './details';
import { type Graph, lookOf, showGraph, showState } from './graph';
import { showAllLines } from './lines';
import { showRecords } from './records';
import { showTabs, tabOf } from './tabs';
import { showVerdict } from './verdict';
import type { Going, View } from './view';
import { showWaterfall } from './waterfall';

/** @param list what is known of executions: whether one that has ended was redriven */
export function executionView(
  { go, render }: Going,
  { list, mark }: { list: () => ExecutionList | undefined; mark: (execution: string) => void },
): View {
  let execution: ShownExecution | undefined;
  /** What its definition says of each state. */
  let rules: Record<string, StateRules> = {};
  /** The visit in the details; a state's last one when only the state is known. */
  let visitKey: string | undefined;
  const isOf = (id: string | undefined, each: { arn: string; name: string }) =>
    each.arn === id || each.name === id;

  /** Whether somebody looks at the lines of the chosen state, of each that is chosen from then on. */
  let linesOpen = false;
  const logs = demand((query: string) => readLogs(JSON.parse(query)), {
    mayChange: ({ more }) => more,
    render,
  });
  const records = demand(readRecords, { mayChange: () => true, render });

  const open = (id: string) => go({ execution: id });
  const chooseState = (id: string) => (state: string) => {
    visitKey = undefined;
    go({ execution: id, state });
  };
  const chooseVisit =
    (id: string, shown: ShownExecution) =>
    ({ key, state, nested }: ShownVisit) => {
      visitKey = key;
      go({ execution: id, state: nested ? undefined : state });
      if (!nested) showState(graphOf(shown), state);
    };

  const chooseKey = (key: string) => {
    const visit = execution?.rows.find((row): row is ShownVisit => 'key' in row && row.key === key);
    if (execution && visit) chooseVisit(execution.name, execution)(visit);
  };
  const unfold = (isOpen: boolean) => {
    linesOpen = isOpen;
    render();
  };

  return {
    id: 'execution',
    isChosen: ({ execution: id }) => id !== undefined,
    waiting: ({ execution: id }) => `Reading ${id}…`,

    /** One that has ended is asked for again only when the list says that it changed. */
    async refresh({ execution: id = '', state }) {
      logs.again();
      records.again();
      if (execution && !isOf(id, execution)) {
        execution = undefined;
        rules = {};
        visitKey = undefined;
      }
      const row = list()?.executions.find((each) => isOf(id, each));
      if (execution?.endedAt !== undefined && (!row || row.endedAt === execution.endedAt)) return;
      const isFirst = !execution;
      const read = await readExecution(id);
      execution = read;
      if (!isFirst) return;
      render();
      const [first] = read.drawing.nodes.filter(({ state }) => read.states[state]);
      const at = state ?? chosenVisit(read, {})?.state ?? first?.state;
      if (at) showState(graphOf(read), at);
      rules = (await readDefinition(read.arn)).rules;
    },

    render({ execution: id, state: chosenState, tab: chosenTab }) {
      if (!execution || !isOf(id, execution)) return false;
      const { outcome, name, arn, drawing } = execution;
      document.title = `${outcome} ${name}`;
      const visit = chosenVisit(execution, { state: chosenState });
      const state = chosenState ?? (visit?.nested ? undefined : visit?.state);
      const node = visit?.nested ? undefined : drawing.nodes.find((each) => each.state === state);
      showVerdict(execution, {
        back: () => go({}),
        definition: () => go({ definition: arn }),
        mark: () => mark(name),
      });
      showMapRuns(execution.mapRuns, (run) => go({ execution: name, run }));
      showGraph(graphOf(execution), state, chooseState(name));
      showWaterfall(execution, visit?.key, chooseVisit(name, execution));
      const { hasRecords } = execution;
      const tab = tabOf(chosenTab, hasRecords && !node && !visit ? 'records' : 'state');
      showTabs({ hasRecords, arn, chosenState }, tab, (to) =>
        go({ execution: name, state: chosenState, tab: to }),
      );
      const ofState = tab === 'state' && linesOpen && visit && callsFunctions(visit) ? visit : undefined;
      logs.look(
        tab === 'logs'
          ? JSON.stringify({ id: arn })
          : ofState && JSON.stringify({ id: arn, visit: ofState.key }),
      );
      records.look(tab === 'records' ? arn : undefined);
      if (tab === 'records') showRecords(records.answer());
      else if (tab === 'logs') showAllLines(logs.answer(), chooseKey);
      else
        showDetails(
          {
            of: arn,
            node,
            visit,
            rules: node && rules[node.state],
            lines: { ...logs.answer(), isOpen: linesOpen },
          },
          { open, choose: chooseState(name), unfold },
        );
      return true;
    },
  };

  function chosenVisit(shown: ShownExecution, { state }: Pick<Chosen, 'state'>): ShownVisit | undefined {
    if (visitKey === undefined && state === undefined) return remarkable(shown);
    return shown.rows.findLast(
      (row): row is ShownVisit =>
        'key' in row && (visitKey === undefined ? !row.nested && row.state === state : row.key === visitKey),
    );
  }
}

const graphOf = ({ arn, drawing, states, taken }: ShownExecution): Graph => ({
  id: 'graph',
  of: arn,
  drawing,
  looks: Object.fromEntries(drawing.nodes.map(({ state }) => [state, lookOf(states[state])])),
  ways: [taken],
});

/** The visit to look at first: what failed or runs, else what was caught last. */
function remarkable({ rows }: ShownExecution): ShownVisit | undefined {
  const visits = rows.filter((row): row is ShownVisit => 'key' in row && row.type !== 'Fail');
  const open = visits.filter(({ standing }) => ['failed', 'waiting', 'running', 'cutOff'].includes(standing));
  return open.at(-1) ?? visits.findLast(({ standing }) => standing === 'caught');
}
