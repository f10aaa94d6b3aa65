/** Asks AWS and the simulator the same questions, and says where they disagree. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { plain } from '../../bin/terminal/text';
import { askAws, diagnose, paced } from './aws';
import { differences } from './compare';
import type { Question } from './question';
import { simulateState } from './simulated';

export interface Disagreement {
  workflow: string;
  /** A state, or the whole definition. */
  state: string;
  about: string;
  what: string;
  aws: string;
  simulator: string;
}

export interface Verification {
  sfn: SFNClient;
  questions: readonly Question[];
  /** By workflow, as a stage deploys them. */
  definitions: ReadonlyMap<string, string>;
  roleArn?: string;
  sleep(milliseconds: number): Promise<void>;
  /** Hears how many questions are answered. */
  onAnswer?(count: number): void;
}

/** @throws when AWS cannot be reached, or does not let the caller ask */
export async function verify(verification: Verification): Promise<Disagreement[]> {
  const { sfn, questions, definitions, roleArn, sleep, onAnswer } = verification;
  const found: Disagreement[] = [];
  for (const [workflow, definition] of definitions) {
    for (const diagnostic of await diagnose(sfn, definition)) {
      found.push({
        workflow,
        state: '(definition)',
        about: '',
        what: 'validity',
        aws: plain(diagnostic),
        simulator: 'valid',
      });
    }
  }
  let answered = 0;
  await paced(
    questions,
    async (question) => {
      found.push(...(await disagreements(sfn, question, roleArn)));
      onAnswer?.(++answered);
    },
    sleep,
  );
  return found;
}

async function disagreements(
  sfn: SFNClient,
  question: Question,
  roleArn: string | undefined,
): Promise<Disagreement[]> {
  const { workflow, state, about } = question;
  const asked = { workflow, state, about };
  const simulated = await simulateState(question);
  try {
    const { objection, ...answer } = await askAws(sfn, question, roleArn);
    const found = differences(answer, simulated).map((difference) => ({ ...asked, ...difference }));
    if (objection === undefined) return found;
    return [
      ...found,
      { ...asked, what: 'answer of the service', aws: plain(objection), simulator: 'accepted' },
    ];
  } catch (error) {
    // Anything else is about the caller, and would be the same for every question.
    if (
      !(error instanceof Error) ||
      !/^(ValidationException|InvalidDefinition|InvalidExecutionInput|InvalidArn)$/.test(error.name)
    )
      throw error;
    const aws = plain(`${error.name}: ${error.message}`);
    return [{ ...asked, what: 'question', aws, simulator: simulated.status ?? '' }];
  }
}
