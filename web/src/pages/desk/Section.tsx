import type { ReactNode } from 'react';

export function Section({ title, count, aside, children }: { title: string; count?: number | undefined; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="block" aria-label={title}>
      <h2>
        {title}
        {count !== undefined && <span className="num count">{count}</span>}
        {aside}
      </h2>
      {children}
    </section>
  );
}
