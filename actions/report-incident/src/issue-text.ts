import { Markdown, md, mdCode, mdJoin, mdTable, type RunContext } from '@mlops-actions/action-kit';
import type { End, Facts, Traffic } from './facts.ts';

/** What is reported, beside the facts. */
export interface Occasion {
  model: string;
  environment: string;
  reason: string;
}

const HEADS: Record<End, (facts: Facts) => Markdown> = {
  'taken-back': ({ rolledBack, restored }) =>
    md`↩️ **Taken back**: ${rolledBack ?? 'what served'}. ${restored ?? 'The version before'} serves again.`,
  nothing: ({ restored }) => md`➖ **Nothing had to be moved**: ${restored ?? 'nobody'} serves.`,
  unconfirmed: () => md`⚠️ **Not all of the rollback is confirmed**: look at the endpoint.`,
  failed: () => md`❌ **The rollback failed**: look at the endpoint now, and take the release back by hand if need be.`,
};

/** What happened, as the body of an issue or a comment on one. Everything from outside is escaped. */
export function eventText({ model, environment, reason }: Occasion, facts: Facts, context: RunContext): Markdown {
  const { traffic } = facts;
  return mdJoin(
    HEADS[facts.end](facts),
    md`${facts.headline}`,
    mdTable(
      ['', ''],
      [
        ['model', mdCode(model)],
        ['environment', mdCode(environment)],
        ['reason', reason.slice(0, 2000)],
        ['taken back', facts.rolledBack ?? 'nothing'],
        ['serves now', facts.restored ?? 'not known'],
        ...(traffic === undefined
          ? []
          : [
              ['traffic before', showTraffic(traffic.before)],
              ['traffic now', showTraffic(traffic.after)],
            ]),
        ['started by', context.actor],
        ...(context.runUrl === ''
          ? []
          : [['evidence', new Markdown(`[in the artifacts of the run](${context.runUrl})`)] as const]),
      ],
    ),
  );
}

const showTraffic = (traffic: Traffic): string =>
  Object.entries(traffic)
    .map(([id, percent]) => `${id} ${percent} %`)
    .join(', ') || 'nobody';

/** The whole of an incident's own issue. */
export function issueText(
  occasion: Occasion,
  facts: Facts,
  markers: readonly string[],
  context: RunContext,
): { title: string; body: string } {
  const { model, environment } = occasion;
  const what = facts.rolledBack === undefined ? 'a release was stopped' : `${facts.rolledBack} was taken back`;
  const body = mdJoin(
    eventText(occasion, facts, context),
    new Markdown(
      '_Kept by report-incident: while it is open, whatever is taken back in this environment is told here. Close it when the cause is known._',
    ),
  );
  return { title: `${model} (${environment}): ${what}`, body: `${body.source}\n\n${markers.join('\n')}` };
}
