/** A receipt of a hand-over, as an office would file it: A4, in a Song face. */
import { Button } from 'antd';
import { useParams } from 'react-router';
import { useFile } from '../../api/queries';
import { LinkButton } from '../../parts/LinkButton';
import { Read } from '../../parts/States';
import { momentCn } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { common } from '../../text/common';
import { file as fileWords } from '../../text/file';
import { receipt as words } from '../../text/receipt';

export function Component() {
  const { file, message } = useParams();
  const read = useFile(file);
  useTitle(words.title);
  return (
    <Read of={read}>
      {({ row, situation, names }) => {
        const sent = situation.sent.find((s) => s.message === message);
        if (!sent) return <p className="empty">{common.notThere}</p>;
        const answer = (r: typeof sent.technical) => (r ? `${fileWords.answers[r.answer] ?? r.answer}　${r.number}　${momentCn(r.at)}` : words.none);
        const lines: [string, string][] = [
          [words.message, names.messages[sent.kind] ?? sent.kind],
          [words.file, row.title],
          [words.matter, row.matter],
          [words.subjects, sent.subjects.map((s) => names.subjects[s] ?? s).join('、')],
          [words.from, row.unit_name],
          [words.to, names.units[sent.to] ?? sent.to],
          [words.at, momentCn(sent.at)],
          [words.digest, sent.digest],
          [words.technical, answer(sent.technical)],
          [words.business, answer(sent.business)],
        ];
        return (
          <main>
            <div className="print-bar">
              <Button type="primary" onClick={() => window.print()}>
                {words.print}
              </Button>
              <LinkButton to={`/files/${row.id}?tab=flow`}>{common.back}</LinkButton>
            </div>
            <article className="a4">
              <h1>{words.title}</h1>
              <table>
                <tbody>
                  {lines.map(([name, value]) => (
                    <tr key={name}>
                      <th scope="row">{name}</th>
                      <td>{value}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p className="note">{words.note}</p>
            </article>
          </main>
        );
      }}
    </Read>
  );
}
