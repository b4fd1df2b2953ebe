/** Where one is signed in; each can be ended from here. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useSessions } from '../../api/queries';
import { Refusal } from '../../parts/Refusal';
import { Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { account as words } from '../../text/admin';

/** `Firefox 128`: what a person recognises of what a browser calls itself. */
function named(browser: string): string {
  const found = /(Edg|Firefox|OPR|Chrome|Version)\/(\d+)/.exec(browser);
  if (!found) return browser.slice(0, 60) || words.program;
  const brand = found[1] ?? '';
  return `${words.brands[brand] ?? brand} ${found[2]}`;
}

export function Sessions() {
  const list = useSessions();
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['sessions'] });
  const end = useMutation({ mutationFn: (id: string) => take(api.DELETE('/api/sessions/{id}', { params: { path: { id } } })), onSettled: again });
  const others = useMutation({ mutationFn: () => take(api.DELETE('/api/sessions')), onSettled: again });
  const error = end.error ?? others.error;
  return (
    <Read of={list} rows={2}>
      {(all) => (
        <div className="form pad">
          {error && <Refusal problem={problemOf(error)} />}
          <ul className="checks">
            {all.map((s) => (
              <li key={s.id} className="row">
                <span className={s.this ? 'tag tag-good' : 'tag'}>{s.this ? words.here : words.elsewhere}</span>
                <span className="grow">
                  {named(s.browser)}{' '}
                  <span className="soft">
                    {words.from(s.address, words.ways[s.way] ?? s.way, momentOf(s.since), momentOf(s.seen_at))}
                  </span>
                </span>
                {!s.this && (
                  <Button size="small" onClick={() => end.mutate(s.id)} aria-label={words.endOne(named(s.browser))}>
                    {words.endSession}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {all.length > 1 && (
            <div className="foot">
              <Button onClick={() => others.mutate()} loading={others.isPending}>
                {words.endOthers}
              </Button>
            </div>
          )}
        </div>
      )}
    </Read>
  );
}
