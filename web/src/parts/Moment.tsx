/** A moment in China's time, typed or chosen. */
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { momentOf } from './time';

const FORMATS = ['YYYY-MM-DD HH:mm', 'YYYYMMDD HHmm', 'YYYY-MM-DDTHH:mm'];

interface Props {
  id: string;
  value: string | undefined;
  onChange: (moment: string | undefined) => void;
}

export function Moment({ id, value, onChange }: Props) {
  return (
    <DatePicker
      id={id}
      showTime={{ format: 'HH:mm' }}
      needConfirm={false}
      value={value ? dayjs(momentOf(value)) : null}
      format={FORMATS}
      onChange={(d) => onChange(d ? `${d.format('YYYY-MM-DDTHH:mm')}:00+08:00` : undefined)}
    />
  );
}
