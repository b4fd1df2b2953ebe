/** Choosing columns: what is shown, in order, and what may be added. */
import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Popover } from 'antd';
import { useState } from 'react';
import { columns as words } from '../../text/files';
import type { Columns } from './columns';

export function ColumnPicker({ columns }: { columns: Columns }) {
  return (
    <Popover trigger="click" placement="bottomRight" content={<Panel columns={columns} />} destroyOnHidden>
      <Button>{words.button}</Button>
    </Popover>
  );
}

function Panel({ columns }: { columns: Columns }) {
  const [text, setText] = useState('');
  const keys = columns.shown.map((c) => c.key);
  const move = (at: number, by: number) => {
    const next = [...keys];
    const [key] = next.splice(at, 1);
    if (key === undefined) return;
    next.splice(at + by, 0, key);
    columns.set(next);
  };
  const more = columns.all.filter((c) => !keys.includes(c.key) && c.name.includes(text.trim()));
  return (
    <div className="panel picker" role="group" aria-label={words.title}>
      <p className="soft">{words.hint}</p>
      <h3>{words.shown}</h3>
      <ul>
        {columns.shown.map((c, at) => (
          <li key={c.key}>
            <Checkbox checked onChange={() => columns.set(keys.filter((k) => k !== c.key))}>
              {c.name}
            </Checkbox>
            <Button size="small" type="text" icon={<UpOutlined />} aria-label={words.up(c.name)} disabled={at === 0} onClick={() => move(at, -1)} />
            <Button size="small" type="text" icon={<DownOutlined />} aria-label={words.down(c.name)} disabled={at === keys.length - 1} onClick={() => move(at, 1)} />
          </li>
        ))}
      </ul>
      <h3>{words.more}</h3>
      <Input placeholder={words.find} aria-label={words.find} value={text} onChange={(e) => setText(e.target.value)} allowClear />
      <ul className="addable">
        {more.map((c) => (
          <li key={c.key}>
            <Checkbox checked={false} onChange={() => columns.set([...keys, c.key])}>
              {c.name} {c.field && <span className="soft">{c.field.card_name}</span>}
            </Checkbox>
          </li>
        ))}
      </ul>
      <Button onClick={columns.reset}>{words.reset}</Button>
    </div>
  );
}
