/** One case: its head, what can be done and what cannot, and the tabs below. An act opens beside it. */
import { Tabs } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Outlet, useParams, useSearchParams } from 'react-router';
import { useClock, useFile, useFormsOf } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { narrow } from '../../parts/screen';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { file as words } from '../../text/file';
import { AccessTab } from './AccessTab';
import { Acts } from './Acts';
import { CardTab } from './CardTab';
import { DeadlinesTab } from './DeadlinesTab';
import { DocumentsTab } from './DocumentsTab';
import { DossierTab } from './DossierTab';
import { FlowTab } from './FlowTab';
import { Head } from './Head';
import { PersonsTab } from './PersonsTab';
import { ProcessTab } from './ProcessTab';
import { Protection } from './Protection';
import { RecordsTab } from './RecordsTab';

export function Component() {
  const { file } = useParams();
  const read = useFile(file);
  useTitle(read.data?.row.title);
  return (
    <Read of={read} rows={10}>
      {(data) => <Shown key={data.row.id} file={data} />}
    </Read>
  );
}

function Shown({ file }: { file: CaseFile }) {
  const now = useClock().data?.now;
  const [params, setParams] = useSearchParams();
  const tab = params.get('tab') ?? 'card';
  // On a phone, who was sent to a tab comes to it, once what stands above it is drawn.
  const [sent] = useState(() => params.has('tab') && narrow.matches);
  const { pending } = useFormsOf(file.situation.instances);
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (sent && !pending) strip.current?.scrollIntoView({ block: 'start' });
  }, [sent, pending]);
  return (
    <>
      <Head file={file} now={now} />
      <div className="page">
        <div className="no-print">
          <Acts file={file} />
          {file.protection && <Protection file={file} protection={file.protection} now={now} />}
        </div>
        <h2 className="print-only">{(words.tabs as Record<string, string>)[tab]}</h2>
        <div ref={strip} className="case-tabs">
          <Tabs
            activeKey={tab}
            onChange={(key) => setParams({ tab: key }, { replace: true })}
            destroyOnHidden
            items={[
              { key: 'process', label: words.tabs.process, children: <ProcessTab file={file} /> },
              { key: 'flow', label: words.tabs.flow, children: <FlowTab file={file} /> },
              { key: 'persons', label: words.tabs.persons, children: <PersonsTab file={file} /> },
              { key: 'card', label: words.tabs.card, children: <CardTab file={file} /> },
              { key: 'dossier', label: words.tabs.dossier, children: <DossierTab file={file} /> },
              { key: 'documents', label: words.tabs.documents, children: <DocumentsTab file={file} /> },
              { key: 'deadlines', label: words.tabs.deadlines, children: <DeadlinesTab file={file} now={now} /> },
              { key: 'records', label: words.tabs.records, children: <RecordsTab file={file} /> },
              { key: 'access', label: words.tabs.access, children: <AccessTab file={file} /> },
            ]}
          />
        </div>
      </div>
      <Outlet />
    </>
  );
}
